//! The card of a value vector in a hover, with what an index knows of it; names in hovers; what is unusual.

use base::Cancel;
use expect_test::{Expect, expect};
use ide::{ModelState, Names, Style, hover};
use lm::LanguageModel;
use lm::fake::{FakeConcepts, FakeModel};
use unicode_width::UnicodeWidthStr;

use crate::{check_hover_of, concepts, cursor, names};

/// With names and an index.
#[track_caller]
fn check(text: &str, expected: Expect) {
    let (model, concepts) = (FakeModel::default(), concepts());
    let (file, at) = cursor(text);
    let state = ModelState::Ready(&model, Some(&concepts));
    check_hover_of((file.with_names(names()), at), &state, &Style::default(), expected);
}

/// The plain text of a hover, without its tables.
fn prose(text: &str, state: &ModelState<'_>, names: Names, style: &Style) -> String {
    let (file, at) = cursor(text);
    let shown = hover(&file.with_names(names), at, state, style, &Cancel::new()).unwrap().unwrap();
    for line in shown.markdown.lines().filter(|l| !l.starts_with('|')) {
        assert!(line.trim_end().width() <= 80, "{line}");
    }
    let blocks = shown.plain.split("\n\n");
    blocks.filter(|b| !b.starts_with("promotes") && !b.starts_with("layer ")).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn a_card_shows_cluster_neighbours_and_activations() {
    check(
        "---\ninterventions:\n  - dis$0hes: off\n---\nThe city of\n",
        expect![[r#"
            "dishes"

            **L1D5** **dishes** norm 1.5 · line 3 · enabled⏎
            off: the coefficient becomes 0, at every position, prompt and generated⏎
            coefficient at position 2, `␣of`: +7.2 (p99.9) without this line, 0 with it

            | promotes | logit | z    |          | suppresses | logit | z    |  |
            |----------|-------|------|----------|------------|-------|------|---|
            | `␣food`    | +8.0  | +4.0 | ████████ | `␣nurse`     | −5.0  | −2.5 | █████ |
            | `␣court`   | +7.8  | +3.9 | ███████▊ | `␣night`     | −4.8  | −2.4 | ████▊ |
            | `␣house`   | +7.5  | +3.8 | ███████▌ | `␣the`       | −4.5  | −2.2 | ████▌ |
            | `␣river`   | +7.2  | +3.6 | ███████▎ | `The`        | −4.2  | −2.1 | ████▎ |
            | `␣a`       | +7.0  | +3.5 | ███████  | `␣city`      | −4.0  | −2.0 | ████ |
            | `␣and`     | +6.8  | +3.4 | ██████▊  | `␣of`        | −3.8  | −1.9 | ███▊ |
            | `\|`       | +6.5  | +3.2 | ██████▌  | `␣Paris`     | −3.5  | −1.8 | ███▌ |
            | `` ` ``      | +6.2  | +3.1 | ██████▎  | `␣London`    | −3.2  | −1.6 | ███▎ |

            cluster 1 (9 vectors): wife, doctor, nurse⏎
            nearest: 0.96 L1D4 Tower, food, court · 0.96 L1D6 court, house, river
            · 0.92 L1D3 **tower** Eiffel, Tower, food · 0.92 L1D7 house, river, a
            · 0.88 L1D2 in, Eiffel, Tower⏎
            on text: mean +0.50 ± 2.0, median +0.50, p90 +4.5, p99 +6.5, p99.9 +6.9, 12345
            positions⏎
            +11.9 in `They ate‹␣food› by the river at night.`⏎
            +6.0 in `A‹␣doctor› was called to the house.`⏎
            −2.8 in `The‹␣court› is in the city.`

            plain
            L1D5 dishes norm 1.5 · line 3 · enabled
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

            cluster 1 (9 vectors): wife, doctor, nurse
            nearest: 0.96 L1D4 Tower, food, court · 0.96 L1D6 court, house, river
            · 0.92 L1D3 tower Eiffel, Tower, food · 0.92 L1D7 house, river, a
            · 0.88 L1D2 in, Eiffel, Tower
            on text: mean +0.50 ± 2.0, median +0.50, p90 +4.5, p99 +6.5, p99.9 +6.9, 12345
            positions
            +11.9 in 'They ate‹␣food› by the river at night.'
            +6.0 in 'A‹␣doctor› was called to the house.'
            −2.8 in 'The‹␣court› is in the city.'"#]],
    );
}

#[test]
fn without_an_index_the_card_has_the_models_part() {
    let model = FakeModel::default();
    let text = "---\ninterventions:\n  - tow$0er: off\n---\nThe city of\n";
    let with = |concepts: Option<&dyn lm::Concepts>| {
        prose(text, &ModelState::Ready(&model, concepts), names(), &Style::default())
    };
    expect![[r#"
        L1D3 tower norm 1.3 · line 3 · enabled
        off: the coefficient becomes 0, at every position, prompt and generated
        coefficient at position 2, ␣of: +5.2 without this line, 0 with it"#]]
    .assert_eq(&with(None));
    // An empty index has neighbours alone.
    let empty = FakeConcepts::new(model.info());
    expect![[r#"
        L1D3 tower norm 1.3 · line 3 · enabled
        off: the coefficient becomes 0, at every position, prompt and generated
        coefficient at position 2, ␣of: +5.2 without this line, 0 with it

        nearest: 0.96 L1D2 in, Eiffel, Tower · 0.96 L1D4 Tower, food, court
        · 0.92 L1D1 is, in, Eiffel · 0.92 L1D5 dishes food, court, house
        · 0.88 L1D0 London, is, in"#]]
    .assert_eq(&with(Some(&empty)));
    // The error of a damaged index is shown below the rest.
    let broken = concepts();
    broken.fail(Some("the concept index is damaged: drop it"));
    expect![[r#"
        L1D3 tower norm 1.3 · line 3 · enabled
        off: the coefficient becomes 0, at every position, prompt and generated
        coefficient at position 2, ␣of: +5.2 without this line, 0 with it

        the concept index is damaged: drop it"#]]
    .assert_eq(&with(Some(&broken)));
}

#[test]
fn a_group_lists_its_vectors() {
    check(
        "---\ninterventions:\n  - al$0l of it: { scale: 2 }\n---\nThe city of\n",
        expect![[r#"
            "all of it"

            **all of it** 3 value vectors · line 3 · enabled⏎
            the coefficient times 2, at every position, prompt and generated⏎
            coefficients at position 2, `␣of`: without this line → with it

            −0.20 → −0.40 L0D0 house, river, a⏎
            +1.2 → +2.4 L0D1 The, city, of⏎
            −2.2 → −4.4 L1D0 `` ` ``, two, wife

            plain
            all of it 3 value vectors · line 3 · enabled
            the coefficient times 2, at every position, prompt and generated
            coefficients at position 2, ␣of: without this line → with it

            −0.20 → −0.40 L0D0 house, river, a
            +1.2 → +2.4 L0D1 The, city, of
            −2.2 → −4.4 L1D0 '`', two, wife"#]],
    );
    let many = (0..3).flat_map(|l| (0..8).map(move |d| format!("L{l}D{d}"))).collect::<Vec<_>>().join(", ");
    let names = Names::new("", format!("fake:\n  many: [{many}]\n"));
    let model = FakeModel::default();
    let state = ModelState::Ready(&model, None);
    let shown = prose("---\ninterventions:\n  # - ma$0ny: 3\n---\nThe", &state, names, &Style::default());
    assert!(shown.starts_with("many 24 value vectors · line 3 · disabled\n"), "{shown}");
    assert!(shown.ends_with("\nand 8 more"), "{shown}");
}

#[test]
fn names_and_what_is_unusual_stand_in_a_tokens_hover() {
    check(
        "The Eiffel Tower is in the ci$0ty of",
        expect![[r#"
            " city"

            **`␣city`** id 258 · position 6 of 8⏎
            why here: p 0.15, rank 3 after `␣the`⏎
            direct effects: +1.5 L0D7 in, Eiffel · +1.5 L1D5 **dishes** food, court⏎
            next: `␣of` 0.50 · `␣Paris` 0.25 · `␣London` 0.12 · top token fixed from layer 1

            | layer | KL   | before       | after          | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|----------------|---|
            | 1     | 0.36 | `␣is` 0.40     | `␣London` 0.35 ▼ | +7.6 (11.4, p99.9) L1D5 **dishes** food, court, house · −6.6 (9.2, p1) L1D4 doctor, nurse, night |
            | 0     | 0.26 | `␣Eiffel` 0.25 | `␣in` 0.30 ▲     | +7.6 (12.9, p99.9) L0D7 in, Eiffel, Tower · −6.6 (10.6, p1) L0D6 two, wife, doctor |
            | 2     | 0.16 | `␣Paris` 0.45  | `␣of` 0.50 ▲     | +7.6 (9.9, p99.9) L2D3 river, a, and · −6.6 (7.9, p1) L2D2 the, city, of |

            plain
            ␣city id 258 · position 6 of 8
            why here: p 0.15, rank 3 after ␣the
            direct effects: +1.5 L0D7 in, Eiffel · +1.5 L1D5 dishes food, court
            next: ␣of 0.50 · ␣Paris 0.25 · ␣London 0.12 · top token fixed from layer 1

            layer  KL    before        after           dominant sub-updates (coefficient, score)
            1      0.36  ␣is 0.40      ␣London 0.35 ▼  +7.6 (11.4, p99.9) L1D5 dishes food, court, house · −6.6 (9.2, p1) L1D4 doctor, nurse, night
            0      0.26  ␣Eiffel 0.25  ␣in 0.30 ▲      +7.6 (12.9, p99.9) L0D7 in, Eiffel, Tower · −6.6 (10.6, p1) L0D6 two, wife, doctor
            2      0.16  ␣Paris 0.45   ␣of 0.50 ▲      +7.6 (9.9, p99.9) L2D3 river, a, and · −6.6 (7.9, p1) L2D2 the, city, of"#]],
    );
}

#[test]
fn a_name_without_a_vector_says_so() {
    let says = |name: &str| {
        let text = format!("---\ninterventions:\n  - {name}$0: off\n---\nThe");
        prose(&text, &ModelState::Ready(&FakeModel::default(), None), names(), &Style::default())
    };
    expect!["ships is a name for another model, not for fake: use a name for fake, or an id"].assert_eq(&says("ships"));
    expect!["lost is L9D9, but L9D9 is not in fake: its value vectors are L0D0 to L2D7"].assert_eq(&says("lost"));
}

#[test]
fn an_unusual_coefficient_is_marked_with_and_without_the_line() {
    let (model, concepts) = (FakeModel::default(), concepts());
    let line = |change: &str| {
        let text = format!("---\ninterventions:\n  - L1$0D4: {change}\n---\nThe city of\n");
        let state = ModelState::Ready(&model, Some(&concepts));
        let shown = prose(&text, &state, names(), &Style::default()).replace('\n', " ");
        shown[shown.find("−6.2").unwrap()..shown.find(" with it").unwrap()].to_owned()
    };
    assert_eq!(line("7"), "−6.2 (p1) without this line, +7.0 (p99.9)");
    assert_eq!(line("6.5"), "−6.2 (p1) without this line, +6.5 (p99)");
    assert_eq!(line("5"), "−6.2 (p1) without this line, +5.0 (p90)");
    assert_eq!(line("off"), "−6.2 (p1) without this line, 0");
}

#[test]
fn undertrained_tokens_are_hidden_by_default() {
    let model = FakeModel::default().hardly_trained(" food").hardly_trained(" night");
    let text = "---\ninterventions:\n  - L1$0D5: off\n---\nThe city of\n";
    let shown = |undertrained| {
        let (file, at) = cursor(text);
        let style = Style { undertrained, ..Style::default() };
        let state = ModelState::Ready(&model, None);
        hover(&file, at, &state, &style, &Cancel::new()).unwrap().unwrap().plain
    };
    let (hidden, all) = (shown(false), shown(true));
    assert!(!hidden.contains("food") && !hidden.contains("night") && hidden.contains("court"), "{hidden}");
    assert!(all.contains("food") && all.contains("court"), "{all}");
    // As many rows either way.
    assert_eq!(hidden.lines().count(), all.lines().count());
    // On a token of the prompt, too.
    let on_a_token = |undertrained| {
        let (file, at) = cursor("The Eiffel Tower is in the ci$0ty of");
        let style = Style { undertrained, ..Style::default() };
        hover(&file, at, &ModelState::Ready(&model, None), &style, &Cancel::new()).unwrap().unwrap().plain
    };
    assert!(on_a_token(false).contains("L1D5 court, house, river"), "{}", on_a_token(false));
    assert!(on_a_token(true).contains("L1D5 food, court, house"), "{}", on_a_token(true));
}
