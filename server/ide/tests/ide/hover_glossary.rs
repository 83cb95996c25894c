//! Links to the glossary, for an editor that has a copy of it.

use expect_test::expect;
use ide::{ModelState, Style};
use lm::fake::FakeModel;

use crate::{check_hover_of, concepts, cursor};

fn style() -> Style {
    let (glossary, cards) = (Some("file:///g.md".into()), Some("command:card?{id}".into()));
    Style { glossary, cards, layers: 1, words: 1, guesses: 1, ..Style::default() }
}

#[test]
fn terms_of_a_tokens_hover_are_linked() {
    let text = "---\ntrack: [\" Paris\"]\n---\nThe ci$0ty of";
    check_hover_of(
        cursor(text),
        &ModelState::Ready(&FakeModel::default(), None),
        &style(),
        expect![[r#"
            " city"

            **`␣city`** id 258 · position 1 of 3⏎
            why here: p 0.15, [rank](file:///g.md#L30) 3 after `The`⏎
            [direct effects](file:///g.md#L87): +1.4 [L0D7](command:card?L0D7) in · +1.4 [L1D5](command:card?L1D5) food⏎
            next: `␣of` 0.50 · [top token fixed](file:///g.md#L82) from layer 1⏎
            [tracked](file:///g.md#L84) `␣Paris`: p 0.25, rank 5 · [logit](file:///g.md#L90) +7.3: +3.0 FFN 2 · +2.0 FFN 1

            | layer | [KL](file:///g.md#L79)   | [before](file:///g.md#L76)   | [after](file:///g.md#L76)          | [dominant](file:///g.md#L54) [sub-updates](file:///g.md#L46) ([coefficient](file:///g.md#L43), [score](file:///g.md#L51)) |
            |-------|------|----------|----------------|---|
            | 1     | 0.31 | `␣is` 0.40 | `␣London` 0.35 ▼ | +7.1 (10.6) [L1D5](command:card?L1D5) food · −6.1 (8.5) [L1D4](command:card?L1D4) doctor |

            plain
            ␣city id 258 · position 1 of 3
            why here: p 0.15, rank 3 after The
            direct effects: +1.4 L0D7 in · +1.4 L1D5 food
            next: ␣of 0.50 · top token fixed from layer 1
            tracked ␣Paris: p 0.25, rank 5 · logit +7.3: +3.0 FFN 2 · +2.0 FFN 1

            layer  KL    before    after           dominant sub-updates (coefficient, score)
            1      0.31  ␣is 0.40  ␣London 0.35 ▼  +7.1 (10.6) L1D5 food · −6.1 (8.5) L1D4 doctor"#]],
    );
}

#[test]
fn terms_of_a_card_are_linked() {
    let text = "---\ninterventions:\n  - L1D5$0: off\n---\nThe city of";
    let state = (FakeModel::default(), concepts());
    check_hover_of(
        cursor(text),
        &ModelState::Ready(&state.0, Some(&state.1)),
        &style(),
        expect![[r#"
            "L1D5"

            **L1D5** [norm](file:///g.md#L49) 1.5 · line 3 · enabled⏎
            off: the coefficient becomes 0, at every position, prompt and generated⏎
            [coefficient](file:///g.md#L43) at position 2, `␣of`: +7.2 (p99.9) without this line, 0 with it

            | [promotes](file:///g.md#L59) | [logit](file:///g.md#L23) | [z](file:///g.md#L62)    |          | [suppresses](file:///g.md#L59) | [logit](file:///g.md#L23) | [z](file:///g.md#L62)    |  |
            |----------|-------|------|----------|------------|-------|------|---|
            | `␣food`    | +8.0  | +4.0 | ████████ | `␣nurse`     | −5.0  | −2.5 | █████ |
            | `␣court`   | +7.8  | +3.9 | ███████▊ | `␣night`     | −4.8  | −2.4 | ████▊ |
            | `␣house`   | +7.5  | +3.8 | ███████▌ | `␣the`       | −4.5  | −2.2 | ████▌ |
            | `␣river`   | +7.2  | +3.6 | ███████▎ | `The`        | −4.2  | −2.1 | ████▎ |
            | `␣a`       | +7.0  | +3.5 | ███████  | `␣city`      | −4.0  | −2.0 | ████ |
            | `␣and`     | +6.8  | +3.4 | ██████▊  | `␣of`        | −3.8  | −1.9 | ███▊ |
            | `\|`       | +6.5  | +3.2 | ██████▌  | `␣Paris`     | −3.5  | −1.8 | ███▌ |
            | `` ` ``      | +6.2  | +3.1 | ██████▎  | `␣London`    | −3.2  | −1.6 | ███▎ |

            [cluster](file:///g.md#L134) 1 (9 vectors): wife, doctor⏎
            [nearest](file:///g.md#L138): 0.96 [L1D4](command:card?L1D4) Tower · 0.96 [L1D6](command:card?L1D6) court · 0.92 [L1D3](command:card?L1D3) Eiffel · 0.92 [L1D7](command:card?L1D7) house
            · 0.88 [L1D2](command:card?L1D2) in⏎
            [on text](file:///g.md#L140): mean +0.50 ± 2.0, median +0.50, p90 +4.5, p99 +6.5, p99.9 +6.9, 12345
            positions⏎
            +11.9 in `They ate‹␣food› by the river at night.`⏎
            +6.0 in `A‹␣doctor› was called to the house.`⏎
            −2.8 in `The‹␣court› is in the city.`

            plain
            L1D5 norm 1.5 · line 3 · enabled
            off: the coefficient becomes 0, at every position, prompt and generated
            coefficient at position 2, ␣of: +7.2 (p99.9) without this line, 0 with it

            promotes  logit  z               suppresses  logit  z
            ␣food     +8.0   +4.0  ████████  ␣nurse      −5.0   −2.5  █████
            ␣court    +7.8   +3.9  ███████▊  ␣night      −4.8   −2.4  ████▊
            ␣house    +7.5   +3.8  ███████▌  ␣the        −4.5   −2.2  ████▌
            ␣river    +7.2   +3.6  ███████▎  The         −4.2   −2.1  ████▎
            ␣a        +7.0   +3.5  ███████   ␣city       −4.0   −2.0  ████
            ␣and      +6.8   +3.4  ██████▊   ␣of         −3.8   −1.9  ███▊
            '|'       +6.5   +3.2  ██████▌   ␣Paris      −3.5   −1.8  ███▌
            '`'       +6.2   +3.1  ██████▎   ␣London     −3.2   −1.6  ███▎

            cluster 1 (9 vectors): wife, doctor
            nearest: 0.96 L1D4 Tower · 0.96 L1D6 court · 0.92 L1D3 Eiffel · 0.92 L1D7 house
            · 0.88 L1D2 in
            on text: mean +0.50 ± 2.0, median +0.50, p90 +4.5, p99 +6.5, p99.9 +6.9, 12345
            positions
            +11.9 in 'They ate‹␣food› by the river at night.'
            +6.0 in 'A‹␣doctor› was called to the house.'
            −2.8 in 'The‹␣court› is in the city.'"#]],
    );
}
