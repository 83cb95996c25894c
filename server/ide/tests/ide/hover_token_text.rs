//! Hover on tokens whose text is difficult to show: parts of a character, marks of Markdown, line breaks.

use base::Cancel;
use expect_test::expect;
use ide::{ModelState, Style};
use lm::fake::FakeModel;

use crate::{check_hover, check_hover_with, cursor};

#[test]
fn a_character_stands_for_all_of_its_tokens() {
    check_hover(
        "a$0🙂b",
        expect![[r#"
            "🙂"

            **`\xf0`** · **`\x9f`** · **`\x99`** · **`\x82`** · positions 1 to 4 of 6⏎
            why here: p 0.05, rank 1 after `a` · then p 0.50, 0.20, 0.05⏎
            next: `\x83` 0.50 · `\x84` 0.25 · `\x85` 0.12 · top token fixed from layer 1

            | layer | KL   | before    | after       | dominant sub-updates (coefficient, score) |
            |-------|------|-----------|-------------|---|
            | 1     | 0.34 | `\x86` 0.40 | `\x85` 0.35 ▼ | +7.4 (11.1) L1D5 food, court, house · −6.4 (9.0) L1D4 doctor, nurse, night |
            | 0     | 0.24 | `\x88` 0.25 | `\x87` 0.30 ▲ | +7.4 (12.6) L0D7 in, Eiffel, Tower · −6.4 (10.2) L0D6 two, wife, doctor |
            | 2     | 0.14 | `\x84` 0.45 | `\x83` 0.50 ▲ | +7.4 (9.6) L2D3 river, a, and · −6.4 (7.7) L2D2 the, city, of |

            plain
            '\xf0' · '\x9f' · '\x99' · '\x82' · positions 1 to 4 of 6
            why here: p 0.05, rank 1 after a · then p 0.50, 0.20, 0.05
            next: '\x83' 0.50 · '\x84' 0.25 · '\x85' 0.12 · top token fixed from layer 1

            layer  KL    before       after          dominant sub-updates (coefficient, score)
            1      0.34  '\x86' 0.40  '\x85' 0.35 ▼  +7.4 (11.1) L1D5 food, court, house · −6.4 (9.0) L1D4 doctor, nurse, night
            0      0.24  '\x88' 0.25  '\x87' 0.30 ▲  +7.4 (12.6) L0D7 in, Eiffel, Tower · −6.4 (10.2) L0D6 two, wife, doctor
            2      0.14  '\x84' 0.45  '\x83' 0.50 ▲  +7.4 (9.6) L2D3 river, a, and · −6.4 (7.7) L2D2 the, city, of"#]],
    );
}

#[test]
fn a_token_is_never_markup() {
    check_hover(
        "a|$0`\n\nb",
        expect![[r#"
            "`"

            **`` ` ``** id 273 · position 2 of 5⏎
            why here: p 0.40, rank 8 after `|`⏎
            direct effects: +5.0 L0D7 in, Eiffel, Tower · +5.0 L1D5 food, court, house⏎
            next: `\n\n` 0.50 · `␣two` 0.25 · `␣wife` 0.12 · top token fixed from layer 1

            | layer | KL   | before       | after         | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|---------------|---|
            | 1     | 0.32 | `␣doctor` 0.40 | `␣wife` 0.35 ▼  | +7.2 (10.8) L1D5 food, court, house · −6.2 (8.7) L1D4 doctor, nurse, night |
            | 0     | 0.22 | `␣night` 0.25  | `␣nurse` 0.30 ▲ | +7.2 (12.2) L0D7 in, Eiffel, Tower · −6.2 (9.9) L0D6 two, wife, doctor |
            | 2     | 0.12 | `␣two` 0.45    | `\n\n` 0.50 ▲   | +7.2 (9.4) L2D3 river, a, and · −6.2 (7.4) L2D2 the, city, of |

            plain
            '`' id 273 · position 2 of 5
            why here: p 0.40, rank 8 after '|'
            direct effects: +5.0 L0D7 in, Eiffel, Tower · +5.0 L1D5 food, court, house
            next: '\n\n' 0.50 · ␣two 0.25 · ␣wife 0.12 · top token fixed from layer 1

            layer  KL    before        after          dominant sub-updates (coefficient, score)
            1      0.32  ␣doctor 0.40  ␣wife 0.35 ▼   +7.2 (10.8) L1D5 food, court, house · −6.2 (8.7) L1D4 doctor, nurse, night
            0      0.22  ␣night 0.25   ␣nurse 0.30 ▲  +7.2 (12.2) L0D7 in, Eiffel, Tower · −6.2 (9.9) L0D6 two, wife, doctor
            2      0.12  ␣two 0.45     '\n\n' 0.50 ▲  +7.2 (9.4) L2D3 river, a, and · −6.2 (7.4) L2D2 the, city, of"#]],
    );
    check_hover(
        "a|`$0\n\nb",
        expect![[r#"
            "\n\n"

            **`\n\n`** id 274 · position 3 of 5⏎
            why here: p 0.45, rank 9 after `` ` ``⏎
            direct effects: +5.8 L0D7 in, Eiffel, Tower · +5.8 L1D5 food, court, house⏎
            next: `␣two` 0.50 · `␣wife` 0.25 · `␣doctor` 0.12 · top token fixed from layer 1

            | layer | KL   | before      | after          | dominant sub-updates (coefficient, score) |
            |-------|------|-------------|----------------|---|
            | 1     | 0.33 | `␣nurse` 0.40 | `␣doctor` 0.35 ▼ | +7.3 (11.0) L1D5 food, court, house · −6.3 (8.8) L1D4 doctor, nurse, night |
            | 0     | 0.23 | `\u{0}` 0.25  | `␣night` 0.30 ▲  | +7.3 (12.4) L0D7 in, Eiffel, Tower · −6.3 (10.1) L0D6 two, wife, doctor |
            | 2     | 0.13 | `␣wife` 0.45  | `␣two` 0.50 ▲    | +7.3 (9.5) L2D3 river, a, and · −6.3 (7.6) L2D2 the, city, of |

            plain
            '\n\n' id 274 · position 3 of 5
            why here: p 0.45, rank 9 after '`'
            direct effects: +5.8 L0D7 in, Eiffel, Tower · +5.8 L1D5 food, court, house
            next: ␣two 0.50 · ␣wife 0.25 · ␣doctor 0.12 · top token fixed from layer 1

            layer  KL    before        after           dominant sub-updates (coefficient, score)
            1      0.33  ␣nurse 0.40   ␣doctor 0.35 ▼  +7.3 (11.0) L1D5 food, court, house · −6.3 (8.8) L1D4 doctor, nurse, night
            0      0.23  '\u{0}' 0.25  ␣night 0.30 ▲   +7.3 (12.4) L0D7 in, Eiffel, Tower · −6.3 (10.1) L0D6 two, wife, doctor
            2      0.13  ␣wife 0.45    ␣two 0.50 ▲     +7.3 (9.5) L2D3 river, a, and · −6.3 (7.6) L2D2 the, city, of"#]],
    );
    check_hover(
        "a$0<b>*_",
        expect![[r#"
            "<"

            **`<`** id 60 · position 1 of 6⏎
            why here: p 0.05, rank 1 after `a`⏎
            next: `=` 0.50 · `>` 0.25 · `?` 0.12 · top token fixed from layer 1

            | layer | KL   | before | after    | dominant sub-updates (coefficient, score) |
            |-------|------|--------|----------|---|
            | 1     | 0.31 | `@` 0.40 | `?` 0.35 ▼ | +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night |
            | 0     | 0.21 | `B` 0.25 | `A` 0.30 ▲ | +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor |
            | 2     | 0.11 | `>` 0.45 | `=` 0.50 ▲ | +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of |

            plain
            '<' id 60 · position 1 of 6
            why here: p 0.05, rank 1 after a
            next: '=' 0.50 · '>' 0.25 · '?' 0.12 · top token fixed from layer 1

            layer  KL    before    after       dominant sub-updates (coefficient, score)
            1      0.31  '@' 0.40  '?' 0.35 ▼  +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night
            0      0.21  B 0.25    A 0.30 ▲    +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor
            2      0.11  '>' 0.45  '=' 0.50 ▲  +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of"#]],
    );
}

#[test]
fn carriage_returns_are_tokens_too() {
    check_hover(
        "---\r\ntrack: [\" city\"]\r\n---\r\nThe$0\r\n city\r\n",
        expect![[r#"
            "\r"

            **`\r`** id 13 · position 1 of 4⏎
            why here: p 0.20, rank 4 after `The`⏎
            direct effects: +2.1 L0D7 in, Eiffel, Tower · +2.1 L1D5 food, court, house⏎
            next: `\u{e}` 0.50 · `\u{f}` 0.25 · `\u{10}` 0.12 · top token fixed from layer 1⏎
            tracked `␣city`: p 0.15, rank 3 · logit +7.3: +3.0 FFN 2 · +2.0 FFN 1

            | layer | KL   | before      | after         | dominant sub-updates (coefficient, score) |
            |-------|------|-------------|---------------|---|
            | 1     | 0.31 | `\u{11}` 0.40 | `\u{10}` 0.35 ▼ | +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night |
            | 0     | 0.21 | `\u{13}` 0.25 | `\u{12}` 0.30 ▲ | +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor |
            | 2     | 0.11 | `\u{f}` 0.45  | `\u{e}` 0.50 ▲  | +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of |

            plain
            '\r' id 13 · position 1 of 4
            why here: p 0.20, rank 4 after The
            direct effects: +2.1 L0D7 in, Eiffel, Tower · +2.1 L1D5 food, court, house
            next: '\u{e}' 0.50 · '\u{f}' 0.25 · '\u{10}' 0.12 · top token fixed from layer 1
            tracked ␣city: p 0.15, rank 3 · logit +7.3: +3.0 FFN 2 · +2.0 FFN 1

            layer  KL    before         after            dominant sub-updates (coefficient, score)
            1      0.31  '\u{11}' 0.40  '\u{10}' 0.35 ▼  +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night
            0      0.21  '\u{13}' 0.25  '\u{12}' 0.30 ▲  +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor
            2      0.11  '\u{f}' 0.45   '\u{e}' 0.50 ▲   +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of"#]],
    );
}

/// A row of the model without a token, which some checkpoints have many of.
#[test]
fn a_token_without_text_is_shown_by_its_id() {
    let model = FakeModel::default().without_text(" Paris").without_text(" of");
    check_hover_with(
        &ModelState::Ready(&model, None),
        "The Eiffel Tower is in the ci$0ty of",
        expect![[r#"
        " city"

        **`␣city`** id 258 · position 6 of 8⏎
        why here: p 0.15, rank 3 after `␣the`⏎
        direct effects: +1.5 L0D7 in, Eiffel, Tower · +1.5 L1D5 food, court, house⏎
        next: `id 259` 0.50 · `id 260` 0.25 · `␣London` 0.12

        | layer | KL   | before       | after          | dominant sub-updates (coefficient, score) |
        |-------|------|--------------|----------------|---|
        | 1     | 0.36 | `␣is` 0.40     | `␣London` 0.35 ▼ | +7.6 (11.4) L1D5 food, court, house · −6.6 (9.2) L1D4 doctor, nurse, night |
        | 0     | 0.26 | `␣Eiffel` 0.25 | `␣in` 0.30 ▲     | +7.6 (12.9) L0D7 in, Eiffel, Tower · −6.6 (10.6) L0D6 two, wife, doctor |
        | 2     | 0.16 | `id 260` 0.45  | `id 259` 0.50 ▲  | +7.6 (9.9) L2D3 river, a, and · −6.6 (7.9) L2D2 the, city, London |

        id 259 has no text: the model has more rows than its tokenizer has tokens, and
        predicts unused rows

        plain
        ␣city id 258 · position 6 of 8
        why here: p 0.15, rank 3 after ␣the
        direct effects: +1.5 L0D7 in, Eiffel, Tower · +1.5 L1D5 food, court, house
        next: 'id 259' 0.50 · 'id 260' 0.25 · ␣London 0.12

        layer  KL    before         after            dominant sub-updates (coefficient, score)
        1      0.36  ␣is 0.40       ␣London 0.35 ▼   +7.6 (11.4) L1D5 food, court, house · −6.6 (9.2) L1D4 doctor, nurse, night
        0      0.26  ␣Eiffel 0.25   ␣in 0.30 ▲       +7.6 (12.9) L0D7 in, Eiffel, Tower · −6.6 (10.6) L0D6 two, wife, doctor
        2      0.16  'id 260' 0.45  'id 259' 0.50 ▲  +7.6 (9.9) L2D3 river, a, and · −6.6 (7.9) L2D2 the, city, London

        id 259 has no text: the model has more rows than its tokenizer has tokens, and
        predicts unused rows"#]],
    );
    let model = FakeModel::default().without_text(" food");
    let text = "---\ninterventions:\n  - L1D5$0: off\n---\nThe city of";
    let state = ModelState::Ready(&model, None);
    let (file, at) = cursor(text);
    let card = ide::hover(&file, at, &state, &Style::default(), &Cancel::new()).unwrap().unwrap().plain;
    assert!(card.contains("'id 266'") && !card.contains('∅'), "{card}");
}
