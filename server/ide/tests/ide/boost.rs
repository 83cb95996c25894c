//! `boost` in a model whose FFN is gated: an error of its line, never offered. Everything else works.

use api::Effect;
use base::Cancel;
use expect_test::{Expect, expect};
use ide::{Added, Addition, File, ModelState, Style, TraceOptions, typed};
use lm::fake::FakeModel;

use crate::{check_hover_with, cursor};

/// Three lines; `boost` stands in the second, as `line` has it.
fn with(line: &str) -> String {
    format!("---\ninterventions:\n  - L1D2: 3\n{line}\n  - L1D6: {{ scale: 2 }}\n---\nThe city of")
}

fn gated() -> FakeModel {
    FakeModel::default().gated()
}

#[track_caller]
fn check_problems(line: &str, model: &FakeModel, expected: Expect) {
    let file = File::new(with(line));
    let found = ide::diagnostics(&file, &ModelState::Ready(model, None));
    let lines = found.iter().map(|d| format!("{} {:?}: {}", d.code, &file.text[d.range.clone()], d.message));
    expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
}

#[track_caller]
fn check_hover(line: &str, expected: Expect) {
    check_hover_with(&ModelState::Ready(&gated(), None), &with(line), expected);
}

/// The completions or code actions at the cursor that have `boost`.
fn offered(line: &str, model: &FakeModel) -> usize {
    let (file, at) = cursor(&with(line));
    let state = ModelState::Ready(model, None);
    let typed = typed(&file, at);
    let completions = typed.map(|t| ide::completion(&file, &t, &state, &Style::default(), &Cancel::new()).unwrap());
    let actions = ide::code_actions(&file, at..at, &state, &Cancel::new()).unwrap();
    let labels = completions.into_iter().flatten().map(|c| c.label);
    labels.chain(actions.into_iter().map(|a| a.title)).filter(|text| text.contains("boost")).count()
}

#[test]
fn it_is_an_error_of_its_line() {
    check_problems(
        "  - L1D5: boost",
        &gated(),
        expect![[
            r#"no-boost "boost": fake has no `boost`, because its FFN is gated: write `{ set: 4.5 }`, with your own number"#
        ]],
    );
    check_problems(
        "  - L1D5: { boost: true, at: 999 }",
        &gated(),
        expect![[
            r#"no-boost "boost: true": fake has no `boost`, because its FFN is gated: write `{ set: 4.5 }`, with your own number"#
        ]],
    );
    check_problems(
        "  - L9D9: boost",
        &gated(),
        expect![[r#"no-such-vector "L9D9": L9D9 is not in fake: its value vectors are L0D0 to L2D7"#]],
    );
    check_problems("  # - L1D5: boost", &gated(), expect![""]);
    check_problems("  - L1D5: boost", &FakeModel::default(), expect![""]);
}

#[test]
fn it_is_never_offered() {
    assert_eq!((offered("  - L1D5: $0", &gated()), offered("  - L1D5: $0", &FakeModel::default())), (0, 1));
    assert_eq!((offered("  - L1D$05: 2", &gated()), offered("  - L1D$05: 2", &FakeModel::default())), (0, 1));
}

#[test]
fn hovers_say_what_to_write() {
    check_hover(
        "  - L1D5: $0boost",
        expect![[r#"
        "boost"

        fake has no `boost`, because its FFN is gated: write `{ set: 4.5 }`, with your
        own number

        plain
        fake has no boost, because its FFN is gated: write '{ set: 4.5 }', with your own
        number"#]],
    );
}

#[test]
fn a_card_says_it_once() {
    for (line, wanted) in
        [("  - $0L1D5: boost", "line 4 has no effect: fake has no"), ("  # - $0L1D5: boost", "fake has no")]
    {
        let (file, at) = cursor(&with(line));
        let (model, style) = (gated(), Style::default());
        let hover = ide::hover(&file, at, &ModelState::Ready(&model, None), &style, &Cancel::new()).unwrap().unwrap();
        assert!(hover.plain.contains(wanted) && hover.plain.matches("FFN is gated").count() == 1, "{}", hover.plain);
    }
}

#[test]
fn traces_leave_it_out_and_generation_is_refused() {
    let (file, model) = (File::new(with("  - L1D5: boost")), gated());
    let document = ide::trace(&file, "fake", &model, &TraceOptions::default(), &Cancel::new()).unwrap();
    let lines: Vec<_> = document.experiment.interventions.iter().map(|i| i.line).collect();
    assert_eq!((lines, document.problems.len()), (vec![3, 5], 1));
    let refused =
        |file: &File| ide::generate(file, "fake", &model, &Cancel::new(), &mut |_| {}).unwrap_err().to_string();
    expect!["line 4: fake has no `boost`, because its FFN is gated: write `{ set: 4.5 }`, with your own number"]
        .assert_eq(&refused(&file));
    let what = Added::Intervention(syntax::parse_intervention("L1D5=boost").unwrap());
    let flag = Addition { called: "-i L1D5=boost".to_owned(), what };
    expect!["-i L1D5=boost: fake has no `boost`, because its FFN is gated: write `{ set: 4.5 }`, with your own number"]
        .assert_eq(&refused(&File::of_prompt("The city").with(vec![flag])));
}

#[test]
fn the_mark_beside_the_line_is_an_error() {
    let file = File::new(with("  - L1D5: boost"));
    let document = ide::interventions(&file, &gated(), &Cancel::new()).unwrap();
    let marks: Vec<_> = document.interventions.iter().map(|i| i.effect).collect();
    assert_eq!(marks, [Effect::On, Effect::Error, Effect::On]);
    let boost = &document.interventions[1];
    assert!(boost.message.as_ref().unwrap().contains("its FFN is gated"), "{boost:?}");
    assert_eq!((boost.coefficient, boost.becomes), (None, None));
}
