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
            why here: p 0.15, rank 3 after `␣the`⏎
            direct effects: +1.5 L0D7 in, Eiffel, Tower · +1.5 L1D5 food, court, house⏎
            next: `␣of` 0.50 · `␣Paris` 0.25 · `␣London` 0.12 · top token fixed from layer 1

            | layer | KL   | before       | after          | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|----------------|---|
            | 1     | 0.36 | `␣is` 0.40     | `␣London` 0.35 ▼ | +7.6 (11.4) L1D5 food, court, house · −6.6 (9.2) L1D4 doctor, nurse, night |
            | 0     | 0.26 | `␣Eiffel` 0.25 | `␣in` 0.30 ▲     | +7.6 (12.9) L0D7 in, Eiffel, Tower · −6.6 (10.6) L0D6 two, wife, doctor |
            | 2     | 0.16 | `␣Paris` 0.45  | `␣of` 0.50 ▲     | +7.6 (9.9) L2D3 river, a, and · −6.6 (7.9) L2D2 the, city, of |

            plain
            ␣city id 258 · position 6 of 8
            why here: p 0.15, rank 3 after ␣the
            direct effects: +1.5 L0D7 in, Eiffel, Tower · +1.5 L1D5 food, court, house
            next: ␣of 0.50 · ␣Paris 0.25 · ␣London 0.12 · top token fixed from layer 1

            layer  KL    before        after           dominant sub-updates (coefficient, score)
            1      0.36  ␣is 0.40      ␣London 0.35 ▼  +7.6 (11.4) L1D5 food, court, house · −6.6 (9.2) L1D4 doctor, nurse, night
            0      0.26  ␣Eiffel 0.25  ␣in 0.30 ▲      +7.6 (12.9) L0D7 in, Eiffel, Tower · −6.6 (10.6) L0D6 two, wife, doctor
            2      0.16  ␣Paris 0.45   ␣of 0.50 ▲      +7.6 (9.9) L2D3 river, a, and · −6.6 (7.9) L2D2 the, city, of"#]],
    );
}

#[test]
fn nothing_predicts_the_first_token() {
    check_hover(
        "T$0he city",
        expect![[r#"
            "The"

            **`The`** id 257 · position 0 of 2⏎
            next: `␣city` 0.50 · `␣of` 0.25 · `␣Paris` 0.12 · top token fixed from layer 1

            | layer | KL   | before       | after         | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|---------------|---|
            | 1     | 0.30 | `␣London` 0.40 | `␣Paris` 0.35 ▼ | +7.0 (10.5) L1D5 food, court, house · −6.0 (8.4) L1D4 doctor, nurse, night |
            | 0     | 0.20 | `␣in` 0.25     | `␣is` 0.30 ▲    | +7.0 (11.9) L0D7 in, Eiffel, Tower · −6.0 (9.6) L0D6 two, wife, doctor |
            | 2     | 0.10 | `␣of` 0.45     | `␣city` 0.50 ▲  | +7.0 (9.1) L2D3 river, a, and · −6.0 (7.2) L2D2 the, city, of |

            plain
            The id 257 · position 0 of 2
            next: ␣city 0.50 · ␣of 0.25 · ␣Paris 0.12 · top token fixed from layer 1

            layer  KL    before        after          dominant sub-updates (coefficient, score)
            1      0.30  ␣London 0.40  ␣Paris 0.35 ▼  +7.0 (10.5) L1D5 food, court, house · −6.0 (8.4) L1D4 doctor, nurse, night
            0      0.20  ␣in 0.25      ␣is 0.30 ▲     +7.0 (11.9) L0D7 in, Eiffel, Tower · −6.0 (9.6) L0D6 two, wife, doctor
            2      0.10  ␣of 0.45      ␣city 0.50 ▲   +7.0 (9.1) L2D3 river, a, and · −6.0 (7.2) L2D2 the, city, of"#]],
    );
}

#[test]
fn behind_a_beginning_of_text_token_the_first_word_is_predicted() {
    check_hover(
        "---\nbos: true\n---\nT$0he city",
        expect![[r#"
            "The"

            **`The`** id 257 · position 1 of 3⏎
            why here: p 0.10, rank 2 after `\u{0}`⏎
            direct effects: +0.70 L0D7 in, Eiffel, Tower · +0.70 L1D5 food, court, house⏎
            next: `␣city` 0.50 · `␣of` 0.25 · `␣Paris` 0.12 · top token fixed from layer 1

            | layer | KL   | before       | after         | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|---------------|---|
            | 1     | 0.31 | `␣London` 0.40 | `␣Paris` 0.35 ▼ | +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night |
            | 0     | 0.21 | `␣in` 0.25     | `␣is` 0.30 ▲    | +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor |
            | 2     | 0.11 | `␣of` 0.45     | `␣city` 0.50 ▲  | +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of |

            plain
            The id 257 · position 1 of 3
            why here: p 0.10, rank 2 after '\u{0}'
            direct effects: +0.70 L0D7 in, Eiffel, Tower · +0.70 L1D5 food, court, house
            next: ␣city 0.50 · ␣of 0.25 · ␣Paris 0.12 · top token fixed from layer 1

            layer  KL    before        after          dominant sub-updates (coefficient, score)
            1      0.31  ␣London 0.40  ␣Paris 0.35 ▼  +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night
            0      0.21  ␣in 0.25      ␣is 0.30 ▲     +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor
            2      0.11  ␣of 0.45      ␣city 0.50 ▲   +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of"#]],
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
            why here: p 0.15 → 0.08, rank 3 → 4 after `␣the`⏎
            direct effects: +1.5 L0D7 in, Eiffel, Tower · +1.5 L1D5 food, court, house⏎
            next, baseline → intervened: `␣of` 0.50 → <1e−3 · `␣Paris` 0.25 → 0.50⏎
            tracked `␣Paris`: p 0.25 → 0.12, rank 5 → 6 · logit +6.3: +3.0 FFN 2⏎
            tracked `␣London`: p 0.30 → 0.15, rank 6 → 7 · logit +6.3: +3.0 FFN 2

            | layer | KL   | before       | after          | baseline: KL, after | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|----------------|---------------------|---|
            | 1     | 0.36 | `␣in` 0.40     | `␣is` 0.35 ▼     | 0.36 `␣London` 0.35 ▼ | +7.6 (11.4) L1D5 food, court, house · −6.6 (9.2) L1D4 doctor, nurse, night |
            | 0     | 0.26 | `␣Tower` 0.25  | `␣Eiffel` 0.30 ▲ | 0.26 `␣in` 0.30 ▲     | +7.6 (12.9) L0D7 in, Eiffel, Tower · −6.6 (10.6) L0D6 two, wife, doctor |
            | 2     | 0.16 | `␣London` 0.45 | `␣Paris` 0.50 ▲  | 0.16 `␣of` 0.50 ▲     | +7.6 (9.9) L2D3 river, a, and · −6.6 (7.9) L2D2 the, city, of |

            plain
            ␣city id 258 · position 6 of 8
            why here: p 0.15 → 0.08, rank 3 → 4 after ␣the
            direct effects: +1.5 L0D7 in, Eiffel, Tower · +1.5 L1D5 food, court, house
            next, baseline → intervened: ␣of 0.50 → <1e−3 · ␣Paris 0.25 → 0.50
            tracked ␣Paris: p 0.25 → 0.12, rank 5 → 6 · logit +6.3: +3.0 FFN 2
            tracked ␣London: p 0.30 → 0.15, rank 6 → 7 · logit +6.3: +3.0 FFN 2

            layer  KL    before        after           baseline: KL, after  dominant sub-updates (coefficient, score)
            1      0.36  ␣in 0.40      ␣is 0.35 ▼      0.36 ␣London 0.35 ▼  +7.6 (11.4) L1D5 food, court, house · −6.6 (9.2) L1D4 doctor, nurse, night
            0      0.26  ␣Tower 0.25   ␣Eiffel 0.30 ▲  0.26 ␣in 0.30 ▲      +7.6 (12.9) L0D7 in, Eiffel, Tower · −6.6 (10.6) L0D6 two, wife, doctor
            2      0.16  ␣London 0.45  ␣Paris 0.50 ▲   0.16 ␣of 0.50 ▲      +7.6 (9.9) L2D3 river, a, and · −6.6 (7.9) L2D2 the, city, of"#]],
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
fn a_line_that_is_not_applied_is_named() {
    check_hover(
        "---\ninterventions:\n  - L9D3: off\n  - food: 1\ntemperature: hot\n---\nThe$0 city",
        expect![[r#"
            " city"

            **`␣city`** id 258 · position 1 of 2⏎
            why here: p 0.15, rank 3 after `The`⏎
            direct effects: +1.4 L0D7 in, Eiffel, Tower · +1.4 L1D5 food, court, house⏎
            next: `␣of` 0.50 · `␣Paris` 0.25 · `␣London` 0.12 · top token fixed from layer 1

            | layer | KL   | before       | after          | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|----------------|---|
            | 1     | 0.31 | `␣is` 0.40     | `␣London` 0.35 ▼ | +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night |
            | 0     | 0.21 | `␣Eiffel` 0.25 | `␣in` 0.30 ▲     | +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor |
            | 2     | 0.11 | `␣Paris` 0.45  | `␣of` 0.50 ▲     | +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of |

            line 3 has no effect: L9D3 is not in fake: its value vectors are L0D0 to L2D7⏎
            line 4 has no effect: unknown name `food`: write a value vector's id, such as
            L0D7, or define the name

            plain
            ␣city id 258 · position 1 of 2
            why here: p 0.15, rank 3 after The
            direct effects: +1.4 L0D7 in, Eiffel, Tower · +1.4 L1D5 food, court, house
            next: ␣of 0.50 · ␣Paris 0.25 · ␣London 0.12 · top token fixed from layer 1

            layer  KL    before        after           dominant sub-updates (coefficient, score)
            1      0.31  ␣is 0.40      ␣London 0.35 ▼  +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night
            0      0.21  ␣Eiffel 0.25  ␣in 0.30 ▲      +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor
            2      0.11  ␣Paris 0.45   ␣of 0.50 ▲      +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of

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
            why here: p 0.15, rank 3 after `The`⏎
            direct effects: +1.4 L0D7 in, Eiffel, Tower · +1.4 L1D5 food, court, house⏎
            next: `␣of` 0.50 · `␣Paris` 0.25 · `␣London` 0.12 · top token fixed from layer 1

            | layer | KL   | before       | after          | dominant sub-updates (coefficient, score) |
            |-------|------|--------------|----------------|---|
            | 1     | 0.31 | `␣is` 0.40     | `␣London` 0.35 ▼ | +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night |
            | 0     | 0.21 | `␣Eiffel` 0.25 | `␣in` 0.30 ▲     | +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor |
            | 2     | 0.11 | `␣Paris` 0.45  | `␣of` 0.50 ▲     | +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of |

            the prompt is longer than the model's context: only its first 3 tokens are read

            plain
            ␣city id 258 · position 1 of 3
            why here: p 0.15, rank 3 after The
            direct effects: +1.4 L0D7 in, Eiffel, Tower · +1.4 L1D5 food, court, house
            next: ␣of 0.50 · ␣Paris 0.25 · ␣London 0.12 · top token fixed from layer 1

            layer  KL    before        after           dominant sub-updates (coefficient, score)
            1      0.31  ␣is 0.40      ␣London 0.35 ▼  +7.1 (10.6) L1D5 food, court, house · −6.1 (8.5) L1D4 doctor, nurse, night
            0      0.21  ␣Eiffel 0.25  ␣in 0.30 ▲      +7.1 (12.1) L0D7 in, Eiffel, Tower · −6.1 (9.8) L0D6 two, wife, doctor
            2      0.11  ␣Paris 0.45   ␣of 0.50 ▲      +7.1 (9.2) L2D3 river, a, and · −6.1 (7.3) L2D2 the, city, of

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
fn nothing_is_said_of_nothing() {
    check_hover("$0", expect!["nothing"]);
    check_hover("---\n$0---\n", expect!["nothing"]);
    check_hover("$0---\nbos: false\n---\nThe", expect!["nothing"]);
    check_hover("---\nmodel: googleai/gemini\n---\nThe c$0ity", expect!["nothing"]);
}

/// Six lines, however much there is to say, and each of them in one line of the box.
#[test]
fn the_table_begins_after_six_lines() {
    let runs: String = (0..5).map(|n| format!("  a{n}:\n    - L1D{n}: off\n")).collect();
    let track = "track: [\" Paris\", \" London\", \" city\", \" of\"]";
    let (file, at) = cursor(&format!("---\n{track}\nruns:\n{runs}---\nThe Eiffel Tower is in the ci$0ty of"));
    let prose_of = |style: &Style| {
        let state = ModelState::Ready(&FakeModel::default(), None);
        let hover = hover(&file, at, &state, style, &Cancel::new()).unwrap().unwrap();
        [hover.plain, hover.markdown].map(|text| text.split_once("\n\n").unwrap().0.to_owned())
    };
    let [plain, markdown] = prose_of(&Style::default());
    expect![[r#"
        ␣city id 258 · position 6 of 8
        why here: p 0.15 → 0.08, rank 3 → 4 after ␣the
        direct effects: +1.5 L0D7 in, Eiffel, Tower · +1.5 L1D5 food, court, house
        next, baseline → a0: ␣of 0.50 → <1e−3 · ␣Paris 0.25 → 0.50
        tracked ␣Paris: p 0.25 → 0.12, rank 5 → 6 · logit +6.3: +3.0 FFN 2
        3 more tracked tokens, 4 more runs: see the trace"#]]
    .assert_eq(&plain);
    assert_eq!(markdown.lines().count(), 6, "{markdown}");
    let cards = Some("command:unembed.card?{id}".into());
    let [_, markdown] = prose_of(&Style { cards, guesses: 50, updates: 50, words: 50, ..Style::default() });
    assert_eq!(markdown.lines().count(), 6, "{markdown}");
}
