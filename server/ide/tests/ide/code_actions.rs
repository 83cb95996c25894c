//! Code actions: what is offered where, and the text after each.

use base::Cancel;
use expect_test::{Expect, expect};
use ide::{Action, ActionKind, File, ModelState, Pending, code_actions, resolve_action};
use lm::fake::FakeModel;
use lm::{LanguageModel, OpenError};

use crate::cursor;

fn offered(text: &str, state: &ModelState<'_>) -> (File, Vec<Action>) {
    let (file, at) = cursor(text);
    let actions = code_actions(&file, at..at, state, &Cancel::new()).unwrap();
    (file, actions)
}

/// One line for each action: its kind and its title.
#[track_caller]
fn check(text: &str, expected: Expect) {
    check_with(&ModelState::Ready(&FakeModel::default(), None), text, expected);
}

#[track_caller]
fn check_with(state: &ModelState<'_>, text: &str, expected: Expect) {
    let (_, actions) = offered(text, state);
    let lines: Vec<String> = actions.iter().map(|a| format!("{}: {}", a.kind, a.title)).collect();
    expected.assert_eq(&lines.join("\n"));
}

/// The whole text after the action whose title starts so.
#[track_caller]
fn check_text(text: &str, title: &str, expected: Expect) {
    expected.assert_eq(&text_after(text, title));
}

#[track_caller]
fn text_after(text: &str, title: &str) -> String {
    let (file, actions) = offered(text, &ModelState::Ready(&FakeModel::default(), None));
    let titles: Vec<&String> = actions.iter().map(|a| &a.title).collect();
    let action = actions.iter().find(|a| a.title.starts_with(title)).unwrap_or_else(|| panic!("{title} in {titles:?}"));
    let edits = match &action.what {
        ActionKind::Edits(edits) => edits.clone(),
        ActionKind::Lazy(pending) => resolve_action(&file, &round_trip(pending)).unwrap(),
        ActionKind::Command { name, .. } => panic!("{name} edits nothing"),
    };
    base::apply(&file.text, &edits).unwrap()
}

/// An editor keeps it as JSON between the list and the choice.
fn round_trip(pending: &Pending) -> Pending {
    serde_json::from_str(&serde_json::to_string(pending).unwrap()).unwrap()
}

const TOKEN: &str = "The Eiffel Tower is in the ci$0ty of";

#[test]
fn a_token_offers_its_dominant_sub_updates() {
    check(
        TOKEN,
        expect![[r#"
            refactor.unembed.suppress: Suppress L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.suppress: Suppress L1D5: food, court, house (+7.6 here)
            refactor.unembed.suppress: Suppress L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.suppress: Suppress L2D3: river, a, and (+7.6 here)
            refactor.unembed.amplify: Amplify L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.amplify: Amplify L1D5: food, court, house (+7.6 here)
            refactor.unembed.amplify: Amplify L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.amplify: Amplify L2D3: river, a, and (+7.6 here)
            refactor.unembed.set: Set L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.set: Set L1D5: food, court, house (+7.6 here)
            refactor.unembed.set: Set L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.set: Set L2D3: river, a, and (+7.6 here)
            refactor.unembed.set: Set L0D7: in, Eiffel, Tower (to strong in its layer, +15.0)
            refactor.unembed.set: Set L1D5: food, court, house (to strong in its layer, +15.0)
            refactor.unembed.set: Set L0D6: is, in, Eiffel (to strong in its layer, +16.0)
            refactor.unembed.set: Set L2D3: river, a, and (to strong in its layer, +15.0)
            refactor.unembed.track: Track '␣of'
            refactor.unembed.track: Track '␣Paris'
            refactor.unembed.track: Track '␣London'
            refactor.unembed.track: Track '␣city'
            refactor.unembed.generate: Generate"#]],
    );
}

#[test]
fn a_new_line_carries_the_words() {
    check_text(
        TOKEN,
        "Suppress L1D5",
        expect![[r#"
            ---
            interventions:
              - L1D5: off  # food, court, house
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        TOKEN,
        "Amplify L1D5",
        expect![[r#"
            ---
            interventions:
              - L1D5: { scale: 2 }  # food, court, house
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        TOKEN,
        "Set L1D5",
        expect![[r#"
            ---
            interventions:
              - L1D5: { set: 7.6, at: 6 }  # food, court, house
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        TOKEN,
        "Track",
        expect![[r#"
            ---
            track: [" of"]
            ---
            The Eiffel Tower is in the city of"#]],
    );
}

#[test]
fn an_existing_line_is_changed() {
    let file = |line: &str| format!("---\ninterventions:\n{line}\n---\n{TOKEN}");
    check(
        &file("  # - L1D5: off # mine"),
        expect![[r#"
            refactor.unembed.suppress: Suppress L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.suppress: Suppress L1D5: food, court, house (+7.6 here, line 3)
            refactor.unembed.suppress: Suppress L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.suppress: Suppress L2D3: river, a, and (+7.6 here)
            refactor.unembed.amplify: Amplify L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.amplify: Amplify L1D5: food, court, house (+7.6 here, line 3)
            refactor.unembed.amplify: Amplify L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.amplify: Amplify L2D3: river, a, and (+7.6 here)
            refactor.unembed.set: Set L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.set: Set L1D5: food, court, house (+7.6 here, line 3)
            refactor.unembed.set: Set L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.set: Set L2D3: river, a, and (+7.6 here)
            refactor.unembed.set: Set L0D7: in, Eiffel, Tower (to strong in its layer, +15.0)
            refactor.unembed.set: Set L1D5: food, court, house (to strong in its layer, +15.0, line 3)
            refactor.unembed.set: Set L0D6: is, in, Eiffel (to strong in its layer, +16.0)
            refactor.unembed.set: Set L2D3: river, a, and (to strong in its layer, +15.0)
            refactor.unembed.track: Track '␣of'
            refactor.unembed.track: Track '␣Paris'
            refactor.unembed.track: Track '␣London'
            refactor.unembed.track: Track '␣city'
            refactor.unembed.generate: Generate"#]],
    );
    check_text(
        &file("  # - L1D5: off # mine"),
        "Suppress L1D5",
        expect![[r#"
            ---
            interventions:
              - L1D5: off # mine
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        &file("  # - L1D5: off # mine"),
        "Set L1D5",
        expect![[r#"
            ---
            interventions:
              - L1D5: 7.6 # mine
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        &file("  - L1D5: { scale: 3, at: prompt } # mine"),
        "Set L1D5",
        expect![[r#"
            ---
            interventions:
              - L1D5: { set: 22.8, at: prompt } # mine
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        &file("  - L1D5: { scale: 3, at: prompt } # mine"),
        "Amplify L1D5",
        expect![[r#"
            ---
            interventions:
              - L1D5: { scale: 2, at: prompt } # mine
            ---
            The Eiffel Tower is in the city of"#]],
    );
}

/// A line that acts at other positions is left alone.
#[test]
fn a_line_that_does_not_act_here_is_left_alone() {
    let file = |at: &str| format!("---\ninterventions:\n  - L1D5: {{ scale: 2, at: {at} }}\n---\n{TOKEN}");
    for at in ["5", "last", "generated", "{ text: \" Tower\" }", "{ text: nowhere }"] {
        for (title, value) in [("Suppress", "off"), ("Amplify", "{ scale: 2 }")] {
            let lines = format!("  - L1D5: {{ scale: 2, at: {at} }}\n  - L1D5: {value}  # food, court, house");
            let expected = format!("---\ninterventions:\n{lines}\n---\nThe Eiffel Tower is in the city of");
            assert_eq!(text_after(&file(at), &format!("{title} L1D5")), expected);
        }
    }
    let model = FakeModel::default();
    let tokens = model.encode(&TOKEN.replace("$0", ""), None).tokens;
    let city = tokens.iter().position(|token| *token.bytes == *b" city").unwrap().to_string();
    for at in ["all", "prompt", &city, "{ text: \" city\" }", "{ text: it }"] {
        let (_, actions) = offered(&file(at), &ModelState::Ready(&model, None));
        let titles: Vec<_> = actions.iter().map(|a| a.title.as_str()).filter(|title| title.contains("L1D5")).collect();
        // The file amplifies it here already.
        assert_eq!(titles.len(), 3, "{at}: {titles:?}");
        assert!(titles.iter().all(|t| !t.starts_with("Amplify") && t.ends_with(", line 3)")), "{at}: {titles:?}");
    }
}

#[test]
fn a_file_written_in_braces_can_be_changed_too() {
    check_text(
        &format!("---\n{{ bos: false }}\n---\n{TOKEN}"),
        "Suppress L1D5",
        expect![[r#"
            ---
            { bos: false, interventions: [L1D5: off] }
            ---
            The Eiffel Tower is in the city of"#]],
    );
    check_text(
        &format!("---\ninterventions: [ # none yet\n]\n---\n{TOKEN}"),
        "Suppress L1D5",
        expect![[r#"
            ---
            interventions: [L1D5: off # none yet
            ]
            ---
            The Eiffel Tower is in the city of"#]],
    );
}

#[test]
fn a_tracked_token_is_not_offered_again() {
    check(
        &format!("---\ntrack: [\" city\"]\n---\n{TOKEN}"),
        expect![[r#"
            refactor.unembed.suppress: Suppress L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.suppress: Suppress L1D5: food, court, house (+7.6 here)
            refactor.unembed.suppress: Suppress L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.suppress: Suppress L2D3: river, a, and (+7.6 here)
            refactor.unembed.amplify: Amplify L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.amplify: Amplify L1D5: food, court, house (+7.6 here)
            refactor.unembed.amplify: Amplify L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.amplify: Amplify L2D3: river, a, and (+7.6 here)
            refactor.unembed.set: Set L0D7: in, Eiffel, Tower (+7.6 here)
            refactor.unembed.set: Set L1D5: food, court, house (+7.6 here)
            refactor.unembed.set: Set L0D6: two, wife, doctor (−6.6 here)
            refactor.unembed.set: Set L2D3: river, a, and (+7.6 here)
            refactor.unembed.set: Set L0D7: in, Eiffel, Tower (to strong in its layer, +15.0)
            refactor.unembed.set: Set L1D5: food, court, house (to strong in its layer, +15.0)
            refactor.unembed.set: Set L0D6: is, in, Eiffel (to strong in its layer, +16.0)
            refactor.unembed.set: Set L2D3: river, a, and (to strong in its layer, +15.0)
            refactor.unembed.track: Track '␣of'
            refactor.unembed.track: Track '␣Paris'
            refactor.unembed.track: Track '␣London'
            refactor.unembed.generate: Generate"#]],
    );
}

#[test]
fn a_line_offers_other_changes() {
    let file = |line: &str| format!("---\ninterventions:\n{line}\n---\nThe city of");
    check(
        &file("  - L1D$05: 4.5"),
        expect![[r#"
            refactor.rewrite: Disable L1D5
            refactor.rewrite: Change L1D5 to off
            refactor.rewrite: Change L1D5 to { scale: 2 }
            refactor.rewrite: Change L1D5 to { add: 1 }
            refactor.rewrite: Change L1D5 to boost
            refactor.rewrite: Remove L1D5"#]],
    );
    check(
        &file("  - L1D$05: { scale: 2, at: last }"),
        expect![[r#"
            refactor.rewrite: Disable L1D5
            refactor.rewrite: Change L1D5 to { set: 0, at: last }
            refactor.rewrite: Change L1D5 to { set: 7.2, at: last }
            refactor.rewrite: Change L1D5 to { add: 1, at: last }
            refactor.rewrite: Change L1D5 to { boost: true, at: last }
            refactor.rewrite: Remove L1D5"#]],
    );
    check(
        &file("  # - L1D$05: off"),
        expect![[r#"
            refactor.rewrite: Enable L1D5
            refactor.rewrite: Enable and change L1D5 to 7.2
            refactor.rewrite: Enable and change L1D5 to { scale: 2 }
            refactor.rewrite: Enable and change L1D5 to { add: 1 }
            refactor.rewrite: Enable and change L1D5 to boost
            refactor.rewrite: Remove L1D5"#]],
    );
    check_text(
        &file("  - L1D5: 4.5  # wo$0rds"),
        "Disable",
        expect![[r#"
            ---
            interventions:
              # - L1D5: 4.5  # words
            ---
            The city of"#]],
    );
    check_text(
        &file("  # - L1D5: 4.5  # wo$0rds"),
        "Enable",
        expect![[r#"
            ---
            interventions:
              - L1D5: 4.5  # words
            ---
            The city of"#]],
    );
    check_text(
        &file("  - L1D5: 4.5  # wo$0rds\n  - L0D0: off"),
        "Remove",
        expect![[r#"
            ---
            interventions:
              - L0D0: off
            ---
            The city of"#]],
    );
    check_text(
        &file("  - L1D5: off  # wo$0rds"),
        "Change L1D5 to 7",
        expect![[r#"
            ---
            interventions:
              - L1D5: 7.2  # words
            ---
            The city of"#]],
    );
    check_text(
        &file("  # - L1D5: off  # wo$0rds"),
        "Enable and change L1D5 to { scale",
        expect![[r#"
            ---
            interventions:
              - L1D5: { scale: 2 }  # words
            ---
            The city of"#]],
    );
}

#[test]
fn a_problem_offers_its_fix() {
    check("---\ninterventons$0: []\n---\nThe", expect!["quickfix: Change to `interventions`"]);
    let error = OpenError { message: "`owner/gpt` is not here: fetch it".into(), fetch: Some("owner/gpt".into()) };
    check_with(
        &ModelState::Missing(&error),
        "---\nmodel: own$0er/gpt\n---\nThe",
        expect!["quickfix: Fetch owner/gpt from Hugging Face"],
    );
}

#[test]
fn without_a_model_a_file_can_still_be_edited() {
    let state = ModelState::Loading("starter");
    check_with(&state, TOKEN, expect!["refactor.unembed.generate: Generate"]);
    check_with(
        &state,
        "---\ninterventions:\n  - L1D5: o$0ff\n---\nThe",
        expect![[r#"
            refactor.rewrite: Disable L1D5
            refactor.rewrite: Change L1D5 to { scale: 2 }
            refactor.rewrite: Change L1D5 to { add: 1 }
            refactor.rewrite: Change L1D5 to boost
            refactor.rewrite: Remove L1D5"#]],
    );
}

#[test]
fn a_pending_action_finds_its_line_again() {
    let (_, actions) = offered("---\ninterventions:\n  - L1D5: o$0ff\n---\nThe", &ModelState::Loading("starter"));
    let ActionKind::Lazy(pending) = &actions[0].what else { panic!("{actions:?}") };
    let moved = File::new("---\n# a note\ninterventions:\n  - L0D0: off\n  - L1D5: off\n---\nThe");
    let edits = resolve_action(&moved, pending).unwrap();
    expect![[r#"
        ---
        # a note
        interventions:
          - L0D0: off
          # - L1D5: off
        ---
        The"#]]
    .assert_eq(&base::apply(&moved.text, &edits).unwrap());
    assert_eq!(resolve_action(&File::new("The"), pending), None);
}
