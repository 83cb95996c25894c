//! Diagnostics and expectations, each with the text that it marks.

use base::Cancel;
use expect_test::{Expect, expect};
use ide::{Diagnostic, File, ModelState, Names, diagnostics, expectations};
use lm::fake::FakeModel;
use lm::{Error, OpenError};

fn shown(file: &File, all: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| {
        let severity = format!("{:?}", d.severity).to_lowercase();
        format!("{severity} {} {:?}: {}", d.code, &file.text[d.range.clone()], d.message)
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(text: &str, expected: Expect) {
    check_with(&ModelState::Ready(&FakeModel::new(12), None), text, expected);
}

#[track_caller]
fn check_with(state: &ModelState<'_>, text: &str, expected: Expect) {
    let file = File::new(text);
    expected.assert_eq(&shown(&file, &diagnostics(&file, state)));
}

#[track_caller]
fn check_expectations(text: &str, expected: Expect) {
    let file = File::new(text);
    let found = expectations(&file, &FakeModel::default(), &Cancel::new()).unwrap();
    expected.assert_eq(&shown(&file, &found));
}

#[test]
fn a_sound_file_has_none() {
    check("The city of", expect![""]);
    check("---\ninterventions:\n  - L2D7: { set: 1, at: 11 }\ntrack: [\" Paris\"]\n---\nThe city of\n", expect![""]);
}

#[test]
fn vectors_and_names_that_the_model_does_not_have() {
    check(
        "---\ninterventions:\n  - L3D0: off\n  - L0D8: off\n  # - L9D9: off\n  - food: off\n---\nThe city of",
        expect![[r#"
            error no-such-vector "L3D0": L3D0 is not in fake: its value vectors are L0D0 to L2D7
            error no-such-vector "L0D8": L0D8 is not in fake: its value vectors are L0D0 to L2D7
            error unknown-name "food": unknown name `food`: write a value vector's id, such as L0D7, or define the name"#]],
    );
}

#[test]
fn thousands_of_wrong_vectors_are_counted() {
    let file = File::new(format!("---\ninterventions:\n{}---\nThe city of", "  - L3D0: off\n".repeat(5000)));
    let found = diagnostics(&file, &ModelState::Ready(&FakeModel::new(12), None));
    let last = found.last().unwrap();
    assert_eq!((found.len(), last.code), (201, "too-many-problems"));
    assert_eq!(last.message, "4800 more problems are not listed: fix these first");
}

#[test]
fn positions_that_the_run_does_not_have() {
    check(
        "---\nconfig: { maxOutputTokens: 2 }\ninterventions:\n  - L0D0: { set: 1, at: 12 }\n  - L0D0: { set: 1, at: 5 }\n  - L0D0: { set: 1, at: { text: dog } }\n---\nThe city of",
        expect![[r#"
            error beyond-context "12": position 12 is beyond the context of fake: its positions are 0 to 11
            warning acts-nowhere "5": position 5 is never reached: the prompt has 3 tokens and 2 more are generated
            warning acts-nowhere "{ text: dog }": `dog` is not in the prompt: this changes nothing"#]],
    );
}

#[test]
fn text_of_several_tokens() {
    check(
        "---\ntrack: [\" Paris\", \" Kiel\"]\nexpect:\n  - next: \" Kiel\"\n---\nThe city of",
        expect![[r#"
            warning not-one-token "\" Kiel\"": `␣Kiel` is 5 tokens, `␣` `K` `i` `e` `l`: only the first is tracked
            error not-one-token "\" Kiel\"": `␣Kiel` is 5 tokens, `␣` `K` `i` `e` `l`: `next` takes one token; use `contains` for longer text"#]],
    );
}

#[test]
fn prompts_that_do_not_fit() {
    check(
        "The city of Paris is in the city of London and the river",
        expect![[
            r#"warning prompt-too-long "d the river": the prompt is longer than the context of fake (12 tokens): the model does not read the rest"#
        ]],
    );
    check("the city the \u{1f642}", expect![""]);
    check("---\nbos: false\n---\n", expect![[r#"error empty-prompt "": the prompt is empty: write some text"#]]);
    check("", expect![[r#"error empty-prompt "": the prompt is empty: write some text"#]]);
}

#[test]
fn problems_of_parser_and_model_are_in_file_order() {
    check(
        "---\ninterventions:\n  - L9D9: off\ntemperature: 1\ntrack: [\" Kiel\"]\n---\nThe",
        expect![[r#"
            error no-such-vector "L9D9": L9D9 is not in fake: its value vectors are L0D0 to L2D7
            warning unknown-key "temperature": `temperature` belongs below `config:`; it is ignored here
            warning not-one-token "\" Kiel\"": `␣Kiel` is 5 tokens, `␣` `K` `i` `e` `l`: only the first is tracked"#]],
    );
}

#[test]
fn a_model_that_is_missing() {
    let error = OpenError { message: "`owner/gpt` is not here: fetch it".into(), fetch: Some("owner/gpt".into()) };
    check_with(
        &ModelState::Missing(&error),
        "---\nmodel: owner/gpt\ninterventions: [L9D9: off]\n---\nThe",
        expect![[r#"error no-model "owner/gpt": `owner/gpt` is not here: fetch it"#]],
    );
    check_with(
        &ModelState::Missing(&error),
        "The city\nof",
        expect![[r#"error no-model "The city": `owner/gpt` is not here: fetch it"#]],
    );
    check_with(&ModelState::Loading("starter"), "---\ninterventions: [L9D9: off]\n---\nThe", expect![""]);
}

#[test]
fn a_file_of_another_program_gets_one_note() {
    check(
        "---\nmodel: googleai/gemini\n---\n",
        expect![[
            r#"information foreign-file "googleai/gemini": this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name another model, such as `starter`"#
        ]],
    );
}

#[test]
fn failed_expectations_show_the_prediction() {
    check_expectations(
        "---\nexpect:\n  - next: \" Paris\"\n  - next: \" Paris\"\n    rank: 1000\n  - contains: nowhere\n  - contains: \" \"\n  - next: several\n---\nThe city of",
        expect![[r#"
            warning expectation-failed "\" Paris\"": expected `␣Paris` next, but it has rank 5, p 0.25; most likely: `␣Paris` 0.50, `␣London` 0.25, `␣is` 0.12
            warning expectation-failed "nowhere": expected the continuation to contain `nowhere`, but it is `␣Paris London is in Eiffel Tower food court house river a a…`"#]],
    );
    check_expectations(
        "---\ninterventions: [L0D0: 3]\nexpect:\n  - next: \" Paris\"\n---\nThe city of",
        expect![[
            r#"warning expectation-failed "\" Paris\"": expected `␣Paris` next, but it has rank 6, p 0.12; most likely: `␣London` 0.50, `␣is` 0.25, `␣in` 0.12"#
        ]],
    );
    check_expectations("---\nexpect:\n  - next: \" Paris\"\n---\n", expect![""]);
    check_expectations("The city of", expect![""]);
}

#[test]
fn a_cancelled_check_is_an_error() {
    let cancel = Cancel::new();
    cancel.cancel();
    let file = File::new("---\nexpect:\n  - next: \" Paris\"\n---\nThe city of");
    assert_eq!(expectations(&file, &FakeModel::default(), &cancel), Err(Error::Cancelled));
}

/// A name may be missing because of an error elsewhere in its file.
#[test]
fn a_names_file_with_an_error_is_named() {
    let mut file = File::new("---\ninterventions:\n  - war: off\n---\nThe city of");
    let unknown = |file: &File| {
        let found = diagnostics(file, &ModelState::Ready(&FakeModel::default(), None));
        found.iter().map(|d| d.message.clone()).collect::<Vec<_>>().join("\n")
    };
    file.names = Names::new("names", "\"fake\":\n  food: L1D5\n");
    expect!["unknown name `war`: write a value vector's id, such as L0D7, or define the name"]
        .assert_eq(&unknown(&file));
    file.names = Names::new("names", "\"fake\":\n  food: L1D5\n  war L0D1\n");
    expect!["unknown name `war`, and unembed.names.yaml has an error in line 3: correct that file first"]
        .assert_eq(&unknown(&file));
}
