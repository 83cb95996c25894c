//! The short menu of code actions: one entry for each thing, with its choices.

use base::Cancel;
use expect_test::{Expect, expect};
use ide::{Entry, File, ModelState, Names, code_actions, menu, resolve_action};
use lm::LanguageModel;
use lm::fake::FakeModel;

use crate::cursor;

fn entries(file: &File, at: usize) -> Vec<Entry> {
    let state = ModelState::Ready(&FakeModel::default(), None);
    menu(code_actions(file, at..at, &state, &Cancel::new()).unwrap())
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    let (file, at) = cursor(text);
    let mut shown = String::new();
    for entry in entries(&file, at) {
        match entry {
            Entry::One(action) => shown += &format!("{}\n", action.title),
            Entry::Several { title, choices } => {
                shown += &format!("{title}\n");
                choices.iter().for_each(|(choice, _)| shown += &format!("    {choice}\n"));
            }
        }
    }
    expected.assert_eq(&shown);
}

/// The file after a choice.
fn after(file: &File, at: usize, title: &str, choice: &str) -> String {
    let entries = entries(file, at);
    let chosen = entries.iter().find_map(|entry| match entry {
        Entry::Several { title: found, choices } if found.starts_with(title) => {
            choices.iter().find(|(text, _)| text.starts_with(choice))
        }
        _ => None,
    });
    let (_, pending) = chosen.unwrap_or_else(|| panic!("no {title} with {choice} in {entries:?}"));
    base::apply(&file.text, &resolve_action(file, pending).unwrap()).unwrap()
}

#[test]
fn a_token_has_an_entry_for_each_vector() {
    check(
        "The Eiffel Tower is in the ci$0ty of",
        expect![[r#"
            Change L0D7: in, Eiffel, Tower (+7.6 here)…
                Suppress: off
                Amplify: { scale: 2 }
                Set: { set: 7.6, at: 6 }, as it is here
                Set: 15, strong in its layer
            Change L1D5: food, court, house (+7.6 here)…
                Suppress: off
                Amplify: { scale: 2 }
                Set: { set: 7.6, at: 6 }, as it is here
                Set: 15, strong in its layer
            Change L0D6: two, wife, doctor (−6.6 here)…
                Suppress: off
                Amplify: { scale: 2 }
                Set: { set: -6.6, at: 6 }, as it is here
                Set: 16, strong in its layer, promotes is, in, Eiffel
            Change L2D3: river, a, and (+7.6 here)…
                Suppress: off
                Amplify: { scale: 2 }
                Set: { set: 7.6, at: 6 }, as it is here
                Set: 15, strong in its layer
            Track a token…
                '␣of', predicted, p 0.50
                '␣Paris', predicted, p 0.25
                '␣London', predicted, p 0.12
                '␣city', the token itself
            Generate
        "#]],
    );
}

/// A negative coefficient promotes the words of the other end, until a positive one takes its place.
#[test]
fn a_new_line_has_the_words_that_its_value_promotes() {
    let (file, at) = cursor("The Eiffel Tower is in the ci$0ty of");
    let line = |choice| after(&file, at, "Change L0D6", choice).lines().nth(2).unwrap().to_owned();
    assert_eq!(line("Suppress"), "  - L0D6: off  # two, wife, doctor");
    assert_eq!(line("Set: 16"), "  - L0D6: 16  # is, in, Eiffel");
}

#[test]
fn a_line_has_an_entry_for_its_values() {
    check(
        "---\ninterventions:\n  - L1D$05: 4.5\n---\nThe city of",
        expect![[r#"
        Disable L1D5
        Change L1D5…
            to off
            to { scale: 2 }
            to { add: 1 }
            to boost
        Remove L1D5
    "#]],
    );
    check(
        "---\ninterventions:\n  # - L1D$05: off\n---\nThe city of",
        expect![[r#"
        Enable L1D5
        Enable and change L1D5…
            to 7.2
            to { scale: 2 }
            to { add: 1 }
            to boost
        Remove L1D5
    "#]],
    );
}

#[test]
fn a_value_as_it_is_here_is_written_for_this_token_alone() {
    let (file, at) = cursor("The Eiffel Tower is in the ci$0ty of");
    expect![[r#"
        ---
        interventions:
          - L1D5: { set: 7.6, at: 6 }  # food, court, house
        ---
        The Eiffel Tower is in the city of"#]]
    .assert_eq(&after(&file, at, "Change L1D5", "Set"));
    expect![[r#"
        ---
        interventions:
          - L1D5: off  # food, court, house
        ---
        The Eiffel Tower is in the city of"#]]
    .assert_eq(&after(&file, at, "Change L1D5", "Suppress"));
}

#[test]
fn a_vector_is_written_as_it_is_shown() {
    let (mut file, at) = cursor("The Eiffel Tower is in the ci$0ty of");
    let fingerprint = FakeModel::default().info().fingerprint.clone();
    let names = format!("\"{fingerprint}\":\n  dishes: L1D5\n  both: [L0D7, L2D3]\n");
    file.names = Names::new("names", names);
    expect![[r#"
        ---
        interventions:
          - dishes: off  # food, court, house
        ---
        The Eiffel Tower is in the city of"#]]
    .assert_eq(&after(&file, at, "Change L1D5 dishes", "Suppress"));
    // A group's name would change other vectors too.
    expect![[r#"
        ---
        interventions:
          - L0D7: off  # in, Eiffel, Tower
        ---
        The Eiffel Tower is in the city of"#]]
    .assert_eq(&after(&file, at, "Change L0D7", "Suppress"));
}

#[test]
fn the_tokens_that_are_predicted_can_be_tracked() {
    let (file, at) = cursor("The Eiffel Tower is in the ci$0ty of");
    expect![[r#"
        ---
        track: [" of"]
        ---
        The Eiffel Tower is in the city of"#]]
    .assert_eq(&after(&file, at, "Track", "'␣of'"));
}
