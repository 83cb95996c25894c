//! Code actions with names and with what an index knows: titles, strengths, the line of a vector that has a name.

use base::{Cancel, apply};
use expect_test::{Expect, expect};
use ide::{Action, ActionKind, File, ModelState, code_actions, resolve_action};
use lm::fake::FakeModel;

use crate::{concepts, cursor, names};

const TOKEN: &str = "The Eiffel Tower is in the ci$0ty of";

fn offered(text: &str, indexed: bool) -> (File, Vec<Action>) {
    let (model, concepts) = (FakeModel::default(), concepts());
    let (file, at) = cursor(text);
    let file = file.with_names(names());
    let state = ModelState::Ready(&model, indexed.then_some(&concepts));
    let actions = code_actions(&file, at..at, &state, &Cancel::new()).unwrap();
    (file, actions)
}

/// The titles that hold a word, a line each.
#[track_caller]
fn check(text: &str, indexed: bool, word: &str, expected: Expect) {
    let (_, actions) = offered(text, indexed);
    let titles: Vec<_> = actions.iter().map(|a| a.title.as_str()).filter(|t| t.contains(word)).collect();
    expected.assert_eq(&titles.join("\n"));
}

/// The whole text after the action of this title.
#[track_caller]
fn check_text(text: &str, title: &str, expected: Expect) {
    let (file, actions) = offered(text, true);
    let titles: Vec<&String> = actions.iter().map(|a| &a.title).collect();
    let action = actions.iter().find(|a| a.title.starts_with(title)).unwrap_or_else(|| panic!("{title} in {titles:?}"));
    let ActionKind::Lazy(pending) = &action.what else { panic!("{action:?}") };
    expected.assert_eq(&apply(&file.text, &resolve_action(&file, pending).unwrap()).unwrap());
}

#[test]
fn titles_show_names_and_strengths_that_text_gives() {
    check(
        TOKEN,
        true,
        "L1D5",
        expect![[r#"
            Suppress L1D5 dishes: food, court, house (+7.6 here)
            Amplify L1D5 dishes: food, court, house (+7.6 here)
            Set L1D5 dishes: food, court, house (+7.6 here)
            Set L1D5 dishes: food, court, house (to strong in its layer, +15.0)
            Set L1D5 dishes: food, court, house (to its mean, +0.50)
            Set L1D5 dishes: food, court, house (to its 99th percentile, +6.5)"#]],
    );
    check(
        TOKEN,
        false,
        "L1D5",
        expect![[r#"
            Suppress L1D5 dishes: food, court, house (+7.6 here)
            Amplify L1D5 dishes: food, court, house (+7.6 here)
            Set L1D5 dishes: food, court, house (+7.6 here)
            Set L1D5 dishes: food, court, house (to strong in its layer, +15.0)"#]],
    );
    check_text(
        TOKEN,
        "Set L1D5 dishes: food, court, house (to its 99th",
        expect![[r#"
            ---
            interventions:
              - dishes: 6.5  # food, court, house
            ---
            The Eiffel Tower is in the city of"#]],
    );
}

#[test]
fn the_line_of_a_name_is_the_vectors_line() {
    let file = |line: &str| format!("---\ninterventions:\n{line}\n---\n{TOKEN}");
    check(
        &file("  # - dishes: off # mine"),
        true,
        "L1D5",
        expect![[r#"
            Suppress L1D5 dishes: food, court, house (+7.6 here, line 3)
            Amplify L1D5 dishes: food, court, house (+7.6 here, line 3)
            Set L1D5 dishes: food, court, house (+7.6 here, line 3)
            Set L1D5 dishes: food, court, house (to strong in its layer, +15.0, line 3)
            Set L1D5 dishes: food, court, house (to its mean, +0.50, line 3)
            Set L1D5 dishes: food, court, house (to its 99th percentile, +6.5, line 3)"#]],
    );
    check_text(
        &file("  # - dishes: off # mine"),
        "Set L1D5 dishes: food, court, house (to its 99th",
        expect![[r#"
            ---
            interventions:
              - dishes: 6.5 # mine
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        &file("  - dishes: 30 # mine"),
        "Suppress L1D5",
        expect![[r#"
            ---
            interventions:
              - dishes: off # mine
            ---
            The Eiffel Tower is in the city of"#]],
    );
    // What is set to a strength is not offered it again.
    check(
        &file("  - dishes: 6.5 # mine"),
        true,
        "99th percentile",
        expect![[r#"
            Set L0D7: in, Eiffel, Tower (to its 99th percentile, +6.5)
            Set L0D6: is, in, Eiffel (to its 99th percentile, +6.5)
            Set L2D3: river, a, and (to its 99th percentile, +6.5)"#]],
    );
    // A group's line is not one vector's.
    check_text(
        &file("  - meals: 30"),
        "Suppress L1D5",
        expect![[r#"
            ---
            interventions:
              - meals: 30
              - dishes: off  # food, court, house
            ---
            The Eiffel Tower is in the city of"#]],
    );
}

#[test]
fn a_line_offers_the_strengths_of_its_vector() {
    let file = |line: &str| format!("---\ninterventions:\n{line}\n---\nThe city of");
    check(
        &file("  - dis$0hes: off"),
        true,
        "",
        expect![[r#"
            Disable dishes
            Change dishes to 7.2
            Change dishes to { scale: 2 }
            Change dishes to { add: 1 }
            Change dishes to boost
            Change dishes to 0.5 (its mean)
            Change dishes to 6.5 (its 99th percentile)
            Remove dishes"#]],
    );
    check(
        &file("  # - L1D5$0: { set: 6.5, at: last }"),
        true,
        "",
        expect![[r#"
            Enable L1D5
            Enable and change L1D5 to { set: 0, at: last }
            Enable and change L1D5 to { scale: 2, at: last }
            Enable and change L1D5 to { add: 1, at: last }
            Enable and change L1D5 to { boost: true, at: last }
            Enable and change L1D5 to { set: 0.5, at: last } (its mean)
            Remove L1D5"#]],
    );
    check(&file("  - dis$0hes: 6.5"), true, "percentile", expect![""]);
    check(&file("  - dis$0hes: off"), false, "percentile", expect![""]);
    check(
        &file("  - mea$0ls: off"),
        true,
        "",
        expect![[r#"
            Disable meals
            Change meals to { scale: 2 }
            Change meals to { add: 1 }
            Change meals to boost
            Remove meals"#]],
    );
    check_text(
        &file("  - dis$0hes: { scale: 2, at: last } # mine"),
        "Change dishes to { set: 6.5",
        expect![[r#"
            ---
            interventions:
              - dishes: { set: 6.5, at: last } # mine
            ---
            The city of"#]],
    );
}
