//! Completion: where something is offered, what, and the text after it is taken.

use base::{Cancel, Edit, apply};
use expect_test::{Expect, expect};
use ide::{Completion, File, ModelState, Names, Style, completion, typed};
use lm::fake::{FakeConcepts, FakeModel};
use lm::{LanguageModel, OpenError};

use crate::{concepts, cursor, names};

/// The file with names, what is typed at the cursor, and what is offered.
fn offered(text: &str, state: &ModelState<'_>) -> Option<(File, std::ops::Range<usize>, Vec<Completion>)> {
    let (file, at) = cursor(text);
    let file = file.with_names(names());
    let typed = typed(&file, at)?;
    let offers = completion(&file, &typed, state, &Style::default(), &Cancel::new()).unwrap();
    assert!(typed.range.start <= at && at <= typed.range.end && !file.text[typed.range.clone()].contains('\n'));
    // What an editor's own filter compares begins with what is typed.
    let written = &file.text[typed.range.start..at];
    assert!(offers.iter().all(|o| o.filter.starts_with(written)), "{written:?}: {offers:#?}");
    Some((file, typed.range, offers))
}

fn list(interventions: &str) -> String {
    format!("---\nmodel: fake\ninterventions:\n{interventions}\ntrack: []\n---\nThe city")
}

#[track_caller]
fn check(interventions: &str, expected: Expect) {
    expected.assert_eq(&lines(interventions));
}

/// A line for each offer: what is shown, and what stands beside it.
#[track_caller]
fn lines(interventions: &str) -> String {
    let (model, concepts) = (FakeModel::default(), concepts());
    let offers = offered(&list(interventions), &ModelState::Ready(&model, Some(&concepts)));
    let (_, _, offers) = offers.expect("something is being typed");
    let lines: Vec<_> = offers.iter().map(|o| format!("{} | {}", o.label, o.detail)).collect();
    lines.join("\n")
}

/// The list after the first offer of this label is taken.
#[track_caller]
fn check_taken(interventions: &str, label: &str, expected: &str) {
    let (model, concepts) = (FakeModel::default(), concepts());
    let text = list(interventions);
    let (file, range, offers) = offered(&text, &ModelState::Ready(&model, Some(&concepts))).expect("is being typed");
    let offer = offers.iter().find(|o| o.label == label).unwrap_or_else(|| panic!("{label} in {offers:#?}"));
    let after = apply(&file.text, &[Edit { range, text: offer.insert.clone() }]).unwrap();
    assert_eq!(after, list(expected));
}

#[track_caller]
fn check_nothing(text: &str) {
    let (file, at) = cursor(text);
    assert_eq!(typed(&file, at), None, "{text}");
}

#[test]
fn names_come_first_then_concepts() {
    check(
        "  - food$0",
        expect![[r#"
            dishes | L1D5: food, court, house, river, a, and
            meals | 2 vectors: food, court, house, river, a, and
            tower | L1D3: Eiffel, Tower, food, court, house, river
            L1D5 | dishes: food, court, house, river, a, and
            L2D0 | food, court, house, river, a, and
            L1D4 | Tower, food, court, house, river, a
            L1D3 | tower: Eiffel, Tower, food, court, house, river
            L0D7 | in, Eiffel, Tower, food, court, house
            L1D2 | in, Eiffel, Tower, food, court, house
            L0D6 | is, in, Eiffel, Tower, food, court
            L1D1 | is, in, Eiffel, Tower, food, court
            L0D5 | London, is, in, Eiffel, Tower, food
            L1D0 | London, is, in, Eiffel, Tower, food"#]],
    );
}

#[test]
fn the_beginning_of_a_word_finds_it() {
    check(
        "  - wi$0",
        expect![[r#"
            L2D7 | `, two, wife, doctor, nurse
            L2D6 | |, `, two, wife, doctor
            L2D5 | and, |, `, two, wife"#]],
    );
    // A name that holds what is typed somewhere.
    check("  - ISHE$0", expect!["dishes | L1D5: food, court, house, river, a, and"]);
}

#[test]
fn with_nothing_typed_the_names_are_offered() {
    let all = lines("  - $0");
    expect![[r#"
        all of it | 3 vectors: the, city, of, Paris, London, is
        dishes | L1D5: food, court, house, river, a, and
        lost | L9D9: 
        meals | 2 vectors: food, court, house, river, a, and
        tower | L1D3: Eiffel, Tower, food, court, house, river"#]]
    .assert_eq(&all);
    for same in ["  -$0", "- $0", "  $0"] {
        assert_eq!(lines(same), all, "{same}");
    }
    // One letter is every word's beginning.
    check("  - z$0", expect![""]);
}

#[test]
fn an_id_shows_its_words() {
    check("  - L1D5$0", expect!["L1D5 | dishes: food, court, house, river, a, and"]);
    check("  - L9D9$0", expect![""]);
    check("  - L1D$0", expect![""]);
}

#[test]
fn what_is_no_query_finds_nothing() {
    check("  - - $0", expect![""]);
    check("  - ++$0", expect![""]);
    check("  - nonsense$0", expect![""]);
    check("  - food house nothing$0", expect![""]);
}

#[test]
fn what_is_typed_is_replaced_and_nothing_else() {
    check_taken("  - fo$0", "L1D5", "  - L1D5: ");
    check_taken("  - L0D0: off\n  - fo$0\n  - L0D1: off", "dishes", "  - L0D0: off\n  - dishes: \n  - L0D1: off");
    check_taken("  -$0", "dishes", "  - dishes: ");
    check_taken("  -fo$0", "L2D0", "  - L2D0: ");
    check_taken("  -   fo$0", "L2D0", "  -   L2D0: ");
    check_taken("- fo$0", "L2D0", "- L2D0: ");
    check_taken("  - food house$0", "L2D0", "  - L2D0: ");
    check_taken("  - $0", "all of it", "  - \"all of it\": ");
    // Without a dash, at the list's column.
    check_taken("  fo$0", "L2D0", "  - L2D0: ");
    check_taken("  - L0D0: off\n  fo$0", "L2D0", "  - L0D0: off\n  - L2D0: ");
    check_taken("  - L0D0: off\n  $0", "dishes", "  - L0D0: off\n  - dishes: ");
    // In quotes, with the one that an editor adds.
    check_taken("  - \"all$0", "all of it", "  - \"all of it\": ");
    check_taken("  - \"fo$0\"", "L2D0", "  - L2D0: ");
}

#[test]
fn a_value_that_is_there_stays() {
    check_taken("  - fo$0: off # why", "L2D0", "  - L2D0: off # why");
    check_taken("  - to$0wer: { scale: 2 }", "tower", "  - tower: { scale: 2 }");
    check_taken("  - fo$0 # why: not", "L2D0", "  - L2D0:  # why: not");
}

#[test]
fn behind_a_target_its_values_are_offered() {
    check(
        "  - L1D5: $0",
        expect![[r#"
        off | the coefficient becomes 0
        14 | strong in its layer
        7.1 | as it is here
        0.5 | its mean
        6.5 | its 99th percentile
        boost | slightly more than the layer's largest score
        { scale: 2 } | twice the coefficient
        { add: 1 } | 1 more than the coefficient
        { set: 1, at: last } | at the last position alone"#]],
    );
    assert_eq!(lines("  - dishes:$0"), lines("  - L1D5: $0"));
    check(
        "  - \"all of it\": $0",
        expect![[r#"
        off | the coefficient becomes 0
        boost | slightly more than the layer's largest score
        { scale: 2 } | twice the coefficient
        { add: 1 } | 1 more than the coefficient
        { set: 1, at: last } | at the last position alone"#]],
    );
    check("  - L1D5: o$0", expect!["off | the coefficient becomes 0"]);
    check("  - L99D5: b$0", expect!["boost | slightly more than the layer's largest score"]);
    check_taken("  - L1D5:$0", "off", "  - L1D5: off");
    check_taken("  - L1D5: o$0", "off", "  - L1D5: off");
    check_taken("  - L1D5: $0boost  # why", "off", "  - L1D5: off  # why");
}

#[test]
fn runs_are_completed_like_interventions() {
    let (model, concepts) = (FakeModel::default(), concepts());
    let state = ModelState::Ready(&model, Some(&concepts));
    let labels = |runs: &str| {
        let text = format!("---\nruns:\n{runs}\n---\nThe city");
        let (_, _, offers) = offered(&text, &state).expect("something is being typed");
        offers.into_iter().map(|offer| offer.label).take(3).collect::<Vec<_>>()
    };
    assert_eq!(labels("  one:\n    - food$0"), ["dishes", "meals", "tower"]);
    assert_eq!(labels("  one:\n    - L1D5: b$0"), ["boost"]);
    check_nothing("---\nruns:\n  fo$0\n---\nThe city");
    check_nothing("---\nruns:\n  one$0:\n    - L1D5: off\n---\nThe city");
}

#[test]
fn elsewhere_nothing_is_offered() {
    for interventions in [
        // values that are mappings
        "  - L1D5: { scale: 2, at: ge$0 }",
        "  - L1D5: { sc$0 }",
        "  - L1D5:\n      sca$0",
        "  - L1D5:\n      scale: 2\n    at$0",
        // comments
        "  # food$0",
        "  # - food$0",
        "  - L1D5: off # food$0",
        "  - food # com$0",
        "  - [fo$0",
        "  - {fo$0",
        // where a key is being typed, and where the front matter ends
        "fo$0",
        "  - L1D5: off\nfo$0",
        "--$0",
    ] {
        check_nothing(&list(interventions));
    }
    for text in [
        "The fo$0",
        "---\ninterventions:\n  - L1D5: off\n---\n  - fo$0",
        "---\n$0interventions:\n---\n",
        "---\ninter$0ventions:\n---\n",
        "---\ninterventions: fo$0\n---\n",
        "---\ninterventions: [fo$0]\n---\n",
        "---\ninterventions: [\n  fo$0\n]\n---\n",
        "---\ntrack:\n  - fo$0\ninterventions:\n  - L1D5: off\n---\n",
        "---\ninterventions:\n  - L1D5: off\ntrack:\n  - fo$0\n---\n",
        "---\ninterventions:\n  - L1D5: off\n$0---\nThe",
        "---\nmodel: googleai/gemini\ninterventions:\n  - fo$0\n---\nThe",
    ] {
        check_nothing(text);
    }
}

#[test]
fn a_file_that_is_being_begun() {
    let (model, concepts) = (FakeModel::default(), concepts());
    let state = ModelState::Ready(&model, Some(&concepts));
    // Without the line that ends the front matter, without a line break behind the cursor, with CRLFs.
    for text in [
        "---\ninterventions:\n  - fo$0",
        "---\ninterventions:\n  - fo$0\n---\n",
        "---\r\ninterventions:\r\n  - fo$0\r\n---\r\nThe",
        "---\ninterventions: # ours\n  - fo$0\n---\n",
        "---\n\"interventions\":\n  - fo$0\n---\n",
    ] {
        let (file, range, offers) = offered(text, &state).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(&file.text[range], "fo", "{text:?}");
        assert!(offers.iter().any(|o| o.label == "L2D0" && o.insert == "L2D0: "), "{offers:?}");
    }
}

#[test]
fn without_an_index_the_names_are_offered() {
    let model = FakeModel::default();
    let labels = |state: &ModelState<'_>| -> Vec<String> {
        offered(&list("  - dish$0"), state).unwrap().2.into_iter().map(|o| o.label).collect()
    };
    assert_eq!(labels(&ModelState::Ready(&model, None)), ["dishes"]);
    let broken = concepts();
    broken.fail(Some("the store is damaged"));
    assert_eq!(labels(&ModelState::Ready(&model, Some(&broken))), ["dishes"]);
    assert_eq!(labels(&ModelState::Loading("starter")), [""; 0]);
    assert_eq!(labels(&ModelState::Missing(&OpenError::new("it is not here"))), [""; 0]);
    let half = FakeConcepts::new(model.info());
    assert_eq!(labels(&ModelState::Ready(&model, Some(&half))), ["dishes"]);
}

#[test]
fn the_other_models_names_are_not_offered() {
    let model = FakeModel::default().named("another");
    let (file, at) = cursor(&list("  - $0"));
    let file = file.with_names(names());
    let typed = typed(&file, at).unwrap();
    let offers =
        completion(&file, &typed, &ModelState::Ready(&model, None), &Style::default(), &Cancel::new()).unwrap();
    assert_eq!(offers.iter().map(|o| o.label.as_str()).collect::<Vec<_>>(), ["ships", "tower"]);
    let nameless = file.with_names(Names::default());
    let state = ModelState::Ready(&model, None);
    assert_eq!(completion(&nameless, &typed, &state, &Style::default(), &Cancel::new()), Ok(Vec::new()));
}

#[test]
fn a_cancelled_completion_is_an_error() {
    let (model, concepts, cancel) = (FakeModel::default(), concepts(), Cancel::new());
    cancel.cancel();
    let (file, at) = cursor(&list("  - food$0"));
    let state = ModelState::Ready(&model, Some(&concepts));
    let offers = completion(&file, &typed(&file, at).unwrap(), &state, &Style::default(), &cancel);
    assert_eq!(offers, Err(lm::Error::Cancelled));
}
