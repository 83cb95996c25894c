//! Hover on a token of the prompt.

use base::Cancel;
use expect_test::expect;
use ide::{ModelState, Style, hover};
use lm::OpenError;
use lm::fake::FakeModel;
use unicode_width::UnicodeWidthStr;

use crate::{check_hover, check_hover_with, cursor};

#[test]
fn why_it_is_here_and_what_comes_next() {
    check_hover(
        "The Eiffel Tower is in the ci$0ty of",
        expect![[r#"
            " city"

            **`␣city`** id 258 · position 6 of 8⏎
            why here: p 0.53, rank 2 after `␣the`⏎
            direct effects: +5.8 L0D2 city, of, Paris · +5.6 L2D0 food, court, house⏎
            next: `\xf9` 0.46 · `\xfa` 0.23 · `\xfb` 0.12 · top token fixed from layer 1

            | layer | KL   | before    | after       | dominant sub-updates (coefficient, score) |
            |-------|------|-----------|-------------|---|
            | 2     | 0.89 | `\x81` 0.52 | `\xf9` 0.46 ▼ | +6.4 (12.0) L2D7 `` ` ``, two, wife · +6.8 (12.0) L2D6 `\|`, `` ` ``, two |
            | 1     | 0.35 | `h` 0.59    | `␣and` 0.55 ▼ | +6.4 (10.4) L1D5 food, court, house · +4.8 (8.4) L1D6 court, house, river |
            | 0     | 0.25 | `~` 0.52    | `,` 0.53 ▲    | +5.2 (5.2) L0D0 the, city, of · −2.9 (4.8) L0D5 ↓London, is, in |

            plain
            ␣city id 258 · position 6 of 8
            why here: p 0.53, rank 2 after ␣the
            direct effects: +5.8 L0D2 city, of, Paris · +5.6 L2D0 food, court, house
            next: '\xf9' 0.46 · '\xfa' 0.23 · '\xfb' 0.12 · top token fixed from layer 1

            layer  KL    before       after          dominant sub-updates (coefficient, score)
            2      0.89  '\x81' 0.52  '\xf9' 0.46 ▼  +6.4 (12.0) L2D7 '`', two, wife · +6.8 (12.0) L2D6 '|', '`', two
            1      0.35  h 0.59       ␣and 0.55 ▼    +6.4 (10.4) L1D5 food, court, house · +4.8 (8.4) L1D6 court, house, river
            0      0.25  '~' 0.52     ',' 0.53 ▲     +5.2 (5.2) L0D0 the, city, of · −2.9 (4.8) L0D5 ↓London, is, in"#]],
    );
}

#[test]
fn nothing_predicts_the_first_token() {
    check_hover(
        "T$0he city",
        expect![[r#"
            "The"

            **`The`** id 257 · position 0 of 2⏎
            next: `␣Eiffel` 0.33 · `␣Tower` 0.16 · `␣food` 0.08
            · top token fixed from layer 1

            | layer | KL   | before    | after          | dominant sub-updates (coefficient, score) |
            |-------|------|-----------|----------------|---|
            | 0     | 0.30 | `\xb9` 0.48 | `J` 0.53 ▲       | +4.5 (5.6) L0D2 city, of, Paris · +5.0 (5.0) L0D0 the, city, of |
            | 2     | 0.18 | `\xcc` 0.55 | `␣Eiffel` 0.33 ▼ | +6.5 (12.1) L2D7 `` ` ``, two, wife · +6.5 (7.3) L2D1 court, house, river |
            | 1     | 0.18 | `1` 0.35    | `\xd4` 0.46 ▲    | +4.7 (7.6) L1D5 food, court, house · +5.7 (6.4) L1D1 is, in, Eiffel |

            plain
            The id 257 · position 0 of 2
            next: ␣Eiffel 0.33 · ␣Tower 0.16 · ␣food 0.08 · top token fixed from layer 1

            layer  KL    before       after           dominant sub-updates (coefficient, score)
            0      0.30  '\xb9' 0.48  J 0.53 ▲        +4.5 (5.6) L0D2 city, of, Paris · +5.0 (5.0) L0D0 the, city, of
            2      0.18  '\xcc' 0.55  ␣Eiffel 0.33 ▼  +6.5 (12.1) L2D7 '`', two, wife · +6.5 (7.3) L2D1 court, house, river
            1      0.18  1 0.35       '\xd4' 0.46 ▲   +4.7 (7.6) L1D5 food, court, house · +5.7 (6.4) L1D1 is, in, Eiffel"#]],
    );
}

#[test]
fn behind_a_beginning_of_text_token_the_first_word_is_predicted() {
    check_hover(
        "---\nbos: true\n---\nT$0he city",
        expect![[r#"
            "The"

            **`The`** id 257 · position 1 of 3⏎
            why here: p 0.13, rank 9 after `\u{0}`⏎
            direct effects: +4.9 L0D4 Paris, London, is · +4.3 L1D7 house, river, a⏎
            next: `\xc7` 0.51 · `\xc8` 0.25 · `\xc9` 0.13 · top token fixed from layer 1

            | layer | KL   | before    | after       | dominant sub-updates (coefficient, score) |
            |-------|------|-----------|-------------|---|
            | 0     | 0.87 | `\xc5` 0.42 | `\n` 0.34 ▼   | +6.5 (10.5) L0D5 London, is, in · +4.5 (7.9) L0D6 is, in, Eiffel |
            | 2     | 0.39 | `\x81` 0.65 | `\xc7` 0.51 ▼ | +5.8 (9.4) L2D5 and, `\|`, `` ` `` · +4.8 (8.9) L2D7 `` ` ``, two, wife |
            | 1     | 0.35 | `␣the` 0.46 | `3` 0.70 ▲    | +2.6 (3.9) L1D4 Tower, food, court · −2.6 (3.3) L1D2 ↓in, Eiffel, Tower |

            plain
            The id 257 · position 1 of 3
            why here: p 0.13, rank 9 after '\u{0}'
            direct effects: +4.9 L0D4 Paris, London, is · +4.3 L1D7 house, river, a
            next: '\xc7' 0.51 · '\xc8' 0.25 · '\xc9' 0.13 · top token fixed from layer 1

            layer  KL    before       after          dominant sub-updates (coefficient, score)
            0      0.87  '\xc5' 0.42  '\n' 0.34 ▼    +6.5 (10.5) L0D5 London, is, in · +4.5 (7.9) L0D6 is, in, Eiffel
            2      0.39  '\x81' 0.65  '\xc7' 0.51 ▼  +5.8 (9.4) L2D5 and, '|', '`' · +4.8 (8.9) L2D7 '`', two, wife
            1      0.35  ␣the 0.46    3 0.70 ▲       +2.6 (3.9) L1D4 Tower, food, court · −2.6 (3.3) L1D2 ↓in, Eiffel, Tower"#]],
    );
}

#[test]
fn the_end_of_the_prompt_is_its_last_token() {
    let text = "The city of\n";
    let (file, _) = cursor("$0The city of\n");
    let at = |offset| {
        hover(&file, offset, &ModelState::Ready(&FakeModel::default(), None), &Style::default(), &base::Cancel::new())
            .unwrap()
            .map(|h| h.range)
    };
    assert_eq!(at(text.len() - 1), Some(8..11));
    assert_eq!(at(8), Some(8..11));
    assert_eq!(at(text.len()), None);
}

#[test]
fn with_interventions_the_baseline_stands_beside() {
    check_hover(
        "---\ninterventions:\n  - L1D3: 4.5\n  # - L2D1: off\ntrack: [\" Paris\", \" London\"]\n---\nThe Eiffel Tower is in the ci$0ty of",
        expect![[r#"
            " city"

            **`␣city`** id 258 · position 6 of 8⏎
            why here: p 0.53 → 0.66, rank 2 → 5 after `␣the`⏎
            direct effects: +5.8 L0D2 city, of, Paris · +5.6 L2D0 food, court, house⏎
            next, baseline → intervened: `\xf9` 0.46 → <0.001 · `\xfa` 0.23 → <0.001
            · `\xfb` 0.12 → <0.001 · `h` <9e−4 → 0.58 · `i` <9e−4 → 0.29 · `j` <9e−4 → 0.15
            · top token fixed from layer 1⏎
            tracked `␣Paris`: p 0.18 → 0.05, rank 1 → 8 · largest step: FFN 0, p 0.36 → 0.44
            · logit +3.5: +0.50 FFN 0 · +0.50 FFN 1 · +0.50 FFN 2⏎
            tracked `␣London`: p 0.66 → 0.49, rank 9 → 3
            · largest step: FFN 0, p 0.36 → 0.44 · logit +3.5: +0.50 FFN 0 · +0.50 FFN 1
            · +0.50 FFN 2

            | layer | KL   | before    | after       | baseline: KL, after | dominant sub-updates (coefficient, score) |
            |-------|------|-----------|-------------|---------------------|---|
            | 2     | 0.89 | `\xe7` 0.42 | `h` 0.58 ▲    | 0.89 `\xf9` 0.46 ▼    | +6.4 (12.0) L2D7 `` ` ``, two, wife · +6.8 (12.0) L2D6 `\|`, `` ` ``, two |
            | 0     | 0.38 | `\xc0` 0.36 | `\xe4` 0.59 ▲ | 0.25 `,` 0.53 ▲       | +5.2 (5.2) L0D0 the, city, of · −2.9 (4.8) L0D5 ↓London, is, in |
            | 1     | 0.19 | `\xaf` 0.50 | `\x94` 0.38 ▼ | 0.35 `␣and` 0.55 ▼    | +6.4 (10.4) L1D5 food, court, house · +4.8 (8.4) L1D6 court, house, river |

            plain
            ␣city id 258 · position 6 of 8
            why here: p 0.53 → 0.66, rank 2 → 5 after ␣the
            direct effects: +5.8 L0D2 city, of, Paris · +5.6 L2D0 food, court, house
            next, baseline → intervened: '\xf9' 0.46 → <0.001 · '\xfa' 0.23 → <0.001
            · '\xfb' 0.12 → <0.001 · h <9e−4 → 0.58 · i <9e−4 → 0.29 · j <9e−4 → 0.15
            · top token fixed from layer 1
            tracked ␣Paris: p 0.18 → 0.05, rank 1 → 8 · largest step: FFN 0, p 0.36 → 0.44
            · logit +3.5: +0.50 FFN 0 · +0.50 FFN 1 · +0.50 FFN 2
            tracked ␣London: p 0.66 → 0.49, rank 9 → 3 · largest step: FFN 0, p 0.36 → 0.44
            · logit +3.5: +0.50 FFN 0 · +0.50 FFN 1 · +0.50 FFN 2

            layer  KL    before       after          baseline: KL, after  dominant sub-updates (coefficient, score)
            2      0.89  '\xe7' 0.42  h 0.58 ▲       0.89 '\xf9' 0.46 ▼   +6.4 (12.0) L2D7 '`', two, wife · +6.8 (12.0) L2D6 '|', '`', two
            0      0.38  '\xc0' 0.36  '\xe4' 0.59 ▲  0.25 ',' 0.53 ▲      +5.2 (5.2) L0D0 the, city, of · −2.9 (4.8) L0D5 ↓London, is, in
            1      0.19  '\xaf' 0.50  '\x94' 0.38 ▼  0.35 ␣and 0.55 ▼     +6.4 (10.4) L1D5 food, court, house · +4.8 (8.4) L1D6 court, house, river"#]],
    );
}

/// Words go before sub-updates do, then whole columns, and what is left is whole.
#[test]
fn a_row_is_as_wide_as_there_is_room_for() {
    let model = FakeModel::default();
    let rows = |text: &str, width: Option<usize>| {
        let (file, at) = cursor(text);
        let style = Style { width, ..Style::default() };
        let shown = hover(&file, at, &ModelState::Ready(&model, None), &style, &Cancel::new()).unwrap().unwrap();
        let rows = shown.markdown.lines().filter(|line| line.starts_with('|')).map(str::to_owned);
        rows.collect::<Vec<_>>()
    };
    for text in ["The Eiffel Tower is in the ci$0ty of", "---\ninterventions:\n  - L1D3: 4.5\n---\nThe ci$0ty of"] {
        let whole = rows(text, None);
        let widest = whole.iter().map(|row| row.width()).max().unwrap();
        assert_eq!(rows(text, Some(widest)), whole);
        let least = rows(text, Some(1));
        let needed = least.iter().map(|row| row.width()).max().unwrap();
        assert!(needed < widest - 30, "{least:#?}");
        let mut before = least.clone();
        for width in needed..=widest {
            let fitting = rows(text, Some(width));
            assert!(fitting.iter().all(|row| row.width() <= width), "{width}: {fitting:#?}");
            // Where a column comes back, there is room for less in the last one.
            let columns = |row: &str| row.replace("\\|", "").matches('|').count();
            let ids = |row: &str| row.matches(" L").count();
            for (narrow, wide) in before.iter().zip(&fitting) {
                let same = columns(narrow) == columns(wide);
                assert!(
                    if same { ids(narrow) <= ids(wide) } else { columns(narrow) < columns(wide) },
                    "{narrow}\n{wide}"
                );
            }
            before = fitting;
        }
    }
}

#[test]
fn a_character_stands_for_all_of_its_tokens() {
    check_hover(
        "a$0🙂b",
        expect![[r#"
            "🙂"

            **`\xf0`** id 240 · position 1 of 6⏎
            why here: p 0.54, rank 5 after `a`⏎
            direct effects: +1.9 L2D5 and, `|`, `` ` `` · +1.7 L2D0 food, court, house⏎
            **`\x9f`** id 159 · position 2 of 6⏎
            why here: p 0.25, rank 9 after `\xf0`⏎
            direct effects: +4.9 L1D3 Eiffel, Tower, food · +4.7 L1D0 London, is, in⏎
            **`\x99`** id 153 · position 3 of 6⏎
            why here: p 0.08, rank 9 after `\x9f`⏎
            direct effects: +5.9 L0D0 the, city, of · +5.9 L2D7 `` ` ``, two, wife⏎
            **`\x82`** id 130 · position 4 of 6⏎
            why here: p 0.37, rank 5 after `\x99`⏎
            direct effects: +3.9 L2D3 river, a, and · +3.6 L0D5 London, is, in⏎
            next: `$` 0.68 · `%` 0.34 · `&` 0.17 · top token fixed from layer 1

            | layer | KL   | before     | after       | dominant sub-updates (coefficient, score) |
            |-------|------|------------|-------------|---|
            | 2     | 0.84 | `<` 0.36     | `$` 0.68 ▲    | +6.0 (9.8) L2D5 and, `\|`, `` ` `` · +6.5 (8.2) L2D2 house, river, a |
            | 1     | 0.44 | `\u{f}` 0.55 | `\xf0` 0.36 ▼ | +4.3 (6.4) L1D4 Tower, food, court · +3.1 (4.2) L1D3 Eiffel, Tower, food |
            | 0     | 0.44 | `\xca` 0.54  | `4` 0.46 ▼    | +5.2 (5.9) L0D1 The, city, of · +2.5 (4.4) L0D6 is, in, Eiffel |

            plain
            '\xf0' id 240 · position 1 of 6
            why here: p 0.54, rank 5 after a
            direct effects: +1.9 L2D5 and, '|', '`' · +1.7 L2D0 food, court, house
            '\x9f' id 159 · position 2 of 6
            why here: p 0.25, rank 9 after '\xf0'
            direct effects: +4.9 L1D3 Eiffel, Tower, food · +4.7 L1D0 London, is, in
            '\x99' id 153 · position 3 of 6
            why here: p 0.08, rank 9 after '\x9f'
            direct effects: +5.9 L0D0 the, city, of · +5.9 L2D7 '`', two, wife
            '\x82' id 130 · position 4 of 6
            why here: p 0.37, rank 5 after '\x99'
            direct effects: +3.9 L2D3 river, a, and · +3.6 L0D5 London, is, in
            next: '$' 0.68 · '%' 0.34 · '&' 0.17 · top token fixed from layer 1

            layer  KL    before        after          dominant sub-updates (coefficient, score)
            2      0.84  '<' 0.36      '$' 0.68 ▲     +6.0 (9.8) L2D5 and, '|', '`' · +6.5 (8.2) L2D2 house, river, a
            1      0.44  '\u{f}' 0.55  '\xf0' 0.36 ▼  +4.3 (6.4) L1D4 Tower, food, court · +3.1 (4.2) L1D3 Eiffel, Tower, food
            0      0.44  '\xca' 0.54   4 0.46 ▼       +5.2 (5.9) L0D1 The, city, of · +2.5 (4.4) L0D6 is, in, Eiffel"#]],
    );
}

#[test]
fn a_token_is_never_markup() {
    check_hover(
        "a|$0`\n\nb",
        expect![[r#"
            "`"

            **`` ` ``** id 273 · position 2 of 5⏎
            why here: p 0.72, rank 9 after `|`⏎
            next: `\xce` 0.43 · `\xcf` 0.21 · `\xd0` 0.11 · top token fixed from layer 1

            | layer | KL    | before    | after       | dominant sub-updates (coefficient, score) |
            |-------|-------|-----------|-------------|---|
            | 0     | 0.52  | `\xbc` 0.37 | `\xa1` 0.67 ▲ | +6.2 (9.2) L0D4 Paris, London, is · +5.4 (6.8) L0D2 city, of, Paris |
            | 1     | 0.03  | `\xc2` 0.67 | `\x98` 0.34 ▼ | +5.4 (8.8) L1D5 food, court, house · +4.2 (7.3) L1D6 court, house, river |
            | 2     | 0.005 | `\x97` 0.47 | `\xce` 0.43 ▼ | +5.5 (10.3) L2D7 `` ` ``, two, wife · +4.4 (7.7) L2D6 `\|`, `` ` ``, two |

            plain
            '`' id 273 · position 2 of 5
            why here: p 0.72, rank 9 after '|'
            next: '\xce' 0.43 · '\xcf' 0.21 · '\xd0' 0.11 · top token fixed from layer 1

            layer  KL     before       after          dominant sub-updates (coefficient, score)
            0      0.52   '\xbc' 0.37  '\xa1' 0.67 ▲  +6.2 (9.2) L0D4 Paris, London, is · +5.4 (6.8) L0D2 city, of, Paris
            1      0.03   '\xc2' 0.67  '\x98' 0.34 ▼  +5.4 (8.8) L1D5 food, court, house · +4.2 (7.3) L1D6 court, house, river
            2      0.005  '\x97' 0.47  '\xce' 0.43 ▼  +5.5 (10.3) L2D7 '`', two, wife · +4.4 (7.7) L2D6 '|', '`', two"#]],
    );
    check_hover(
        "a|`$0\n\nb",
        expect![[r#"
            "\n\n"

            **`\n\n`** id 274 · position 3 of 5⏎
            why here: p 0.03, rank 7 after `` ` ``⏎
            direct effects: +0.94 L0D0 the, city, of · +0.89 L2D0 food, court, house⏎
            next: `\xa2` 0.60 · `\xa3` 0.30 · `\xa4` 0.15 · top token fixed from layer 1

            | layer | KL   | before      | after         | dominant sub-updates (coefficient, score) |
            |-------|------|-------------|---------------|---|
            | 1     | 0.91 | `\u{1a}` 0.69 | `\x81` 0.50 ▼   | +6.5 (6.5) L1D0 London, is, in · +4.0 (6.4) L1D5 food, court, house |
            | 0     | 0.52 | `\x9d` 0.68   | `\u{1c}` 0.69 ▲ | +6.5 (11.4) L0D6 is, in, Eiffel · +6.7 (11.0) L0D5 London, is, in |
            | 2     | 0.24 | `p` 0.46      | `\xa2` 0.60 ▲   | +6.8 (6.8) L2D0 food, court, house · −3.0 (5.6) L2D7 ↓`` ` ``, two, wife |

            plain
            '\n\n' id 274 · position 3 of 5
            why here: p 0.03, rank 7 after '`'
            direct effects: +0.94 L0D0 the, city, of · +0.89 L2D0 food, court, house
            next: '\xa2' 0.60 · '\xa3' 0.30 · '\xa4' 0.15 · top token fixed from layer 1

            layer  KL    before         after            dominant sub-updates (coefficient, score)
            1      0.91  '\u{1a}' 0.69  '\x81' 0.50 ▼    +6.5 (6.5) L1D0 London, is, in · +4.0 (6.4) L1D5 food, court, house
            0      0.52  '\x9d' 0.68    '\u{1c}' 0.69 ▲  +6.5 (11.4) L0D6 is, in, Eiffel · +6.7 (11.0) L0D5 London, is, in
            2      0.24  p 0.46         '\xa2' 0.60 ▲    +6.8 (6.8) L2D0 food, court, house · −3.0 (5.6) L2D7 ↓'`', two, wife"#]],
    );
    check_hover(
        "a$0<b>*_",
        expect![[r#"
            "<"

            **`<`** id 60 · position 1 of 6⏎
            why here: p 0.76, rank 2 after `a`⏎
            direct effects: +3.9 L2D5 and, `|`, `` ` `` · +3.4 L2D0 food, court, house⏎
            next: `#` 0.62 · `$` 0.31 · `%` 0.16 · top token fixed from layer 1

            | layer | KL    | before    | after        | dominant sub-updates (coefficient, score) |
            |-------|-------|-----------|--------------|---|
            | 1     | 0.37  | `[` 0.66    | `\xe7` 0.64 ▼  | +4.6 (6.3) L1D3 Eiffel, Tower, food · +6.1 (6.1) L1D0 London, is, in |
            | 0     | 0.17  | `x` 0.67    | `\u{8}` 0.68 ▲ | +4.8 (9.1) L0D7 in, Eiffel, Tower · +5.4 (8.1) L0D4 Paris, London, is |
            | 2     | 0.008 | `\xc9` 0.52 | `#` 0.62 ▲     | +6.4 (6.4) L2D0 food, court, house · +5.5 (6.2) L2D1 court, house, river |

            plain
            '<' id 60 · position 1 of 6
            why here: p 0.76, rank 2 after a
            direct effects: +3.9 L2D5 and, '|', '`' · +3.4 L2D0 food, court, house
            next: '#' 0.62 · '$' 0.31 · '%' 0.16 · top token fixed from layer 1

            layer  KL     before       after           dominant sub-updates (coefficient, score)
            1      0.37   '[' 0.66     '\xe7' 0.64 ▼   +4.6 (6.3) L1D3 Eiffel, Tower, food · +6.1 (6.1) L1D0 London, is, in
            0      0.17   x 0.67       '\u{8}' 0.68 ▲  +4.8 (9.1) L0D7 in, Eiffel, Tower · +5.4 (8.1) L0D4 Paris, London, is
            2      0.008  '\xc9' 0.52  '#' 0.62 ▲      +6.4 (6.4) L2D0 food, court, house · +5.5 (6.2) L2D1 court, house, river"#]],
    );
}

#[test]
fn a_line_that_is_not_applied_is_named() {
    check_hover(
        "---\ninterventions:\n  - L9D3: off\n  - food: 1\ntemperature: hot\n---\nThe$0 city",
        expect![[r#"
            " city"

            **`␣city`** id 258 · position 1 of 2⏎
            why here: p 0.95, rank 1 after `The`⏎
            direct effects: +5.6 L2D1 court, house, river · +5.5 L2D7 `` ` ``, two, wife⏎
            next: `␣court` 0.36 · `␣house` 0.18 · `␣river` 0.09
            · top token fixed from layer 1

            | layer | KL   | before       | after         | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|---------------|---|
            | 0     | 0.62 | `\r` 0.41      | `\xe3` 0.68 ▲   | +6.0 (9.7) L0D5 London, is, in · +6.8 (8.5) L0D2 city, of, Paris |
            | 2     | 0.30 | `␣Eiffel` 0.34 | `␣court` 0.36 ▲ | +6.7 (9.2) L2D3 river, a, and · +5.5 (6.9) L2D2 house, river, a |
            | 1     | 0.06 | `\x9c` 0.67    | `3` 0.56 ▼      | +4.9 (9.2) L1D7 house, river, a · +4.1 (6.1) L1D4 Tower, food, court |

            line 3 has no effect: L9D3 is not in fake: its value vectors are L0D0 to L2D7⏎
            line 4 has no effect: unknown name `food`: write a value vector's id, such as
            L0D7, or define the name

            plain
            ␣city id 258 · position 1 of 2
            why here: p 0.95, rank 1 after The
            direct effects: +5.6 L2D1 court, house, river · +5.5 L2D7 '`', two, wife
            next: ␣court 0.36 · ␣house 0.18 · ␣river 0.09 · top token fixed from layer 1

            layer  KL    before        after          dominant sub-updates (coefficient, score)
            0      0.62  '\r' 0.41     '\xe3' 0.68 ▲  +6.0 (9.7) L0D5 London, is, in · +6.8 (8.5) L0D2 city, of, Paris
            2      0.30  ␣Eiffel 0.34  ␣court 0.36 ▲  +6.7 (9.2) L2D3 river, a, and · +5.5 (6.9) L2D2 house, river, a
            1      0.06  '\x9c' 0.67   3 0.56 ▼       +4.9 (9.2) L1D7 house, river, a · +4.1 (6.1) L1D4 Tower, food, court

            line 3 has no effect: L9D3 is not in fake: its value vectors are L0D0 to L2D7
            line 4 has no effect: unknown name food: write a value vector's id, such as
            L0D7, or define the name"#]],
    );
}

#[test]
fn what_does_not_fit_is_not_read_and_the_rest_is() {
    let model = FakeModel::new(3);
    check_hover_with(
        &ModelState::Ready(&model, None),
        "The city of$0 Paris",
        expect![[r#"
            " Paris"

            not read: the prompt is longer than the model's context (3 tokens)

            plain
            not read: the prompt is longer than the model's context (3 tokens)"#]],
    );
    check_hover_with(
        &ModelState::Ready(&model, None),
        "The ci$0ty of Paris",
        expect![[r#"
            " city"

            **`␣city`** id 258 · position 1 of 3⏎
            why here: p 0.36, rank 5 after `The`⏎
            direct effects: +5.8 L2D0 food, court, house · +5.2 L2D6 `|`, `` ` ``, two⏎
            next: `\xe6` 0.50 · `\xe7` 0.25 · `\xe8` 0.13 · top token fixed from layer 1

            | layer | KL   | before    | after       | dominant sub-updates (coefficient, score) |
            |-------|------|-----------|-------------|---|
            | 1     | 0.84 | `\xad` 0.36 | `\xda` 0.57 ▲ | +5.7 (8.5) L1D4 Tower, food, court · +5.0 (8.1) L1D5 food, court, house |
            | 0     | 0.82 | `\xc2` 0.54 | `6` 0.31 ▼    | +6.1 (9.9) L0D5 London, is, in · +7.0 (8.7) L0D2 city, of, Paris |
            | 2     | 0.66 | `\n` 0.51   | `\xe6` 0.50 ▼ | +6.3 (11.1) L2D6 `\|`, `` ` ``, two · +5.5 (10.3) L2D7 `` ` ``, two, wife |

            the prompt is longer than the model's context: only its first 3 tokens are read

            plain
            ␣city id 258 · position 1 of 3
            why here: p 0.36, rank 5 after The
            direct effects: +5.8 L2D0 food, court, house · +5.2 L2D6 '|', '`', two
            next: '\xe6' 0.50 · '\xe7' 0.25 · '\xe8' 0.13 · top token fixed from layer 1

            layer  KL    before       after          dominant sub-updates (coefficient, score)
            1      0.84  '\xad' 0.36  '\xda' 0.57 ▲  +5.7 (8.5) L1D4 Tower, food, court · +5.0 (8.1) L1D5 food, court, house
            0      0.82  '\xc2' 0.54  6 0.31 ▼       +6.1 (9.9) L0D5 London, is, in · +7.0 (8.7) L0D2 city, of, Paris
            2      0.66  '\n' 0.51    '\xe6' 0.50 ▼  +6.3 (11.1) L2D6 '|', '`', two · +5.5 (10.3) L2D7 '`', two, wife

            the prompt is longer than the model's context: only its first 3 tokens are read"#]],
    );
}

#[test]
fn without_a_model_it_says_why() {
    check_hover_with(
        &ModelState::Loading("starter: reading weights, 40 %"),
        "The Eif$0fel Tower",
        expect![[r#"
            "Eiffel"

            **loading** starter: reading weights, 40 %

            plain
            loading starter: reading weights, 40 %"#]],
    );
    let error = OpenError::new("`gpt3` is no model that is here: name a folder or a Hugging Face id");
    check_hover_with(
        &ModelState::Missing(&error),
        "The Eif$0fel Tower",
        expect![[r#"
            "Eiffel"

            **no model**: `gpt3` is no model that is here: name a folder or a Hugging Face
            id

            plain
            no model: gpt3 is no model that is here: name a folder or a Hugging Face id"#]],
    );
}

#[test]
fn carriage_returns_are_tokens_too() {
    check_hover(
        "---\r\ntrack: [\" city\"]\r\n---\r\nThe$0\r\n city\r\n",
        expect![[r#"
            "\r"

            **`\r`** id 13 · position 1 of 4⏎
            why here: p 0.35, rank 7 after `The`⏎
            direct effects: +5.7 L1D3 Eiffel, Tower, food · +5.6 L2D2 house, river, a⏎
            next: `e` 0.50 · `f` 0.25 · `g` 0.13 · top token fixed from layer 1⏎
            tracked `␣city`: p 0.81, rank 3 · largest step: FFN 0, p 0.007 → 0.74
            · logit +3.2: +0.50 FFN 0 · +0.50 FFN 1 · +0.50 FFN 2

            | layer | KL   | before      | after        | dominant sub-updates (coefficient, score) |
            |-------|------|-------------|--------------|---|
            | 2     | 0.69 | `v` 0.30      | `e` 0.50 ▲     | +6.9 (13.0) L2D7 `` ` ``, two, wife · +6.7 (10.8) L2D5 and, `\|`, `` ` `` |
            | 1     | 0.34 | `\u{17}` 0.64 | `9` 0.49 ▼     | +5.7 (9.3) L1D5 food, court, house · +4.9 (8.6) L1D6 court, house, river |
            | 0     | 0.33 | `\x9a` 0.48   | `\u{7}` 0.32 ▼ | +5.9 (11.1) L0D7 in, Eiffel, Tower · +6.4 (7.2) L0D1 The, city, of |

            plain
            '\r' id 13 · position 1 of 4
            why here: p 0.35, rank 7 after The
            direct effects: +5.7 L1D3 Eiffel, Tower, food · +5.6 L2D2 house, river, a
            next: e 0.50 · f 0.25 · g 0.13 · top token fixed from layer 1
            tracked ␣city: p 0.81, rank 3 · largest step: FFN 0, p 0.007 → 0.74
            · logit +3.2: +0.50 FFN 0 · +0.50 FFN 1 · +0.50 FFN 2

            layer  KL    before         after           dominant sub-updates (coefficient, score)
            2      0.69  v 0.30         e 0.50 ▲        +6.9 (13.0) L2D7 '`', two, wife · +6.7 (10.8) L2D5 and, '|', '`'
            1      0.34  '\u{17}' 0.64  9 0.49 ▼        +5.7 (9.3) L1D5 food, court, house · +4.9 (8.6) L1D6 court, house, river
            0      0.33  '\x9a' 0.48    '\u{7}' 0.32 ▼  +5.9 (11.1) L0D7 in, Eiffel, Tower · +6.4 (7.2) L0D1 The, city, of"#]],
    );
}

#[test]
fn nothing_is_said_of_nothing() {
    check_hover("$0", expect!["nothing"]);
    check_hover("---\n$0---\n", expect!["nothing"]);
    check_hover("$0---\nbos: false\n---\nThe", expect!["nothing"]);
    check_hover("---\nmodel: googleai/gemini\n---\nThe c$0ity", expect!["nothing"]);
}
