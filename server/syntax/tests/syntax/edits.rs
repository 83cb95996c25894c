//! Examples of edits that add something. `hostile` tests the properties that hold for all edits.

use std::fmt::Write as _;

use base::{Edit, RunName, apply};
use expect_test::{Expect, expect};
use syntax::{Parsed, edit, parse};

/// The text after an edit. With CRLF line breaks it is the same with CRLF line breaks.
#[track_caller]
pub(crate) fn after(before: &str, edit: impl Fn(&str, &Parsed) -> Vec<Edit>) -> String {
    let [lf, crlf] = [before.to_owned(), before.replace('\n', "\r\n")].map(|text| {
        let edits = edit(&text, &parse(&text));
        apply(&text, &edits).unwrap_or_else(|| panic!("{edits:?} do not fit {text:?}"))
    });
    assert_eq!(crlf, lf.replace('\n', "\r\n"), "of {before:?}");
    lf
}

/// What an edit makes of the part of a file between `head` and `tail`, which stay as they are.
#[track_caller]
pub(crate) fn part_after((head, tail): (&str, &str), part: &str, edit: impl Fn(&str, &Parsed) -> Vec<Edit>) -> String {
    let text = after(&format!("{head}{part}{tail}"), edit);
    let inside = text.strip_prefix(head).and_then(|text| text.strip_suffix(tail));
    inside.unwrap_or_else(|| panic!("changes more than {part:?}: {text:?}")).to_owned()
}

pub(crate) fn add(text: &str, parsed: &Parsed) -> Vec<Edit> {
    edit::add_intervention(text, parsed, &RunName::intervened(), "L1D2", "off", Some("food, meal"))
}

#[track_caller]
pub(crate) fn check(before: &str, expected: Expect, edit: impl Fn(&str, &Parsed) -> Vec<Edit>) {
    expected.assert_eq(&after(before, edit));
}

#[test]
fn add_intervention_appends_to_the_list() {
    let check = |list: &str, expected: Expect| {
        let around = ("---\nmodel: a # m\n", "\n\ntrack: [ a ]\n---\nThe\n\n");
        expected.assert_eq(&part_after(around, &format!("interventions:{list}"), add));
    };
    check(
        "\n  - L9D9:   off",
        expect![[r#"
            interventions:
              - L9D9:   off
              - L1D2: off  # food, meal"#]],
    );
    check(
        "\n- L9D9: off # c\n# prose\n",
        expect![[r#"
            interventions:
            - L9D9: off # c
            - L1D2: off  # food, meal
            # prose
        "#]],
    );
    check(
        "\n    - L9D9: off\n    # prose",
        expect![[r#"
            interventions:
                - L9D9: off
                # prose
                - L1D2: off  # food, meal"#]],
    );
    check(
        "\n  - L9D9:\n      scale: 2",
        expect![[r#"
            interventions:
              - L9D9:
                  scale: 2
              - L1D2: off  # food, meal"#]],
    );
    check(
        "\n  - L9D9: [",
        expect![[r#"
            interventions:
              - L9D9: [
              - L1D2: off  # food, meal"#]],
    );
    check(
        "",
        expect![[r#"
            interventions:
              - L1D2: off  # food, meal"#]],
    );
    check(
        " # why",
        expect![[r#"
            interventions: # why
              - L1D2: off  # food, meal"#]],
    );
    check(
        " []",
        expect![[r#"
            interventions:
              - L1D2: off  # food, meal"#]],
    );
    check(
        " [ ]  # none",
        expect![[r#"
            interventions:  # none
              - L1D2: off  # food, meal"#]],
    );
    check(
        " null",
        expect![[r#"
            interventions:
              - L1D2: off  # food, meal"#]],
    );
    check(
        "\n    # - L9D9: off",
        expect![[r#"
            interventions:
                # - L9D9: off
                - L1D2: off  # food, meal"#]],
    );
    check(
        "\n# - L9D9: off",
        expect![[r#"
            interventions:
            # - L9D9: off
              - L1D2: off  # food, meal"#]],
    );
    check(" [L9D9: off]", expect!["interventions: [L9D9: off, L1D2: off]"]);
    check(
        " [\n  {L9D9: off},\n]",
        expect![[r#"
            interventions: [
              {L9D9: off}, L1D2: off
            ]"#]],
    );
    check(
        " [\n  L9D9: off # a ]\n]",
        expect![[r#"
            interventions: [
              L9D9: off, L1D2: off # a ]
            ]"#]],
    );
    check(
        " [\n  { L9D9: off # a\n } ]",
        expect![[r#"
            interventions: [
              { L9D9: off # a
             }, L1D2: off ]"#]],
    );
    check(
        " [ # none yet\n]",
        expect![[r#"
            interventions: [L1D2: off # none yet
            ]"#]],
    );
    check(
        " [\n  # none, yet\n]",
        expect![[r#"
            interventions: [L1D2: off
              # none, yet
            ]"#]],
    );
    check(
        " [ 3 # no entry\n]",
        expect![[r#"
            interventions: [L1D2: off, 3 # no entry
            ]"#]],
    );
    check(
        " # why\n  []  # none",
        expect![[r#"
            interventions: # why  # none
              - L1D2: off  # food, meal"#]],
    );
}

#[test]
fn add_intervention_creates_missing_front_matter_and_list() {
    let check_line = |text: &str, expected: Expect| {
        let after = apply(text, &add(text, &parse(text))).unwrap();
        expected.assert_eq(&after.replace('\u{feff}', "<BOM>"));
    };
    check_line(
        "",
        expect![[r#"
            ---
            interventions:
              - L1D2: off  # food, meal
            ---
        "#]],
    );
    check(
        "The\n",
        expect![[r#"
            ---
            interventions:
              - L1D2: off  # food, meal
            ---
            The
        "#]],
        add,
    );
    check_line(
        "\u{feff}The",
        expect![[r#"
            <BOM>---
            interventions:
              - L1D2: off  # food, meal
            ---
            The"#]],
    );
    check_line(
        "--- The",
        expect![[r#"
            ---
            interventions:
              - L1D2: off  # food, meal
            ---
            --- The"#]],
    );
    check(
        "---\nThe",
        expect![[r#"
            ---
            interventions:
              - L1D2: off  # food, meal
            ---
            ---
            The"#]],
        add,
    );
    check(
        "---\n---\nThe",
        expect![[r#"
            ---
            interventions:
              - L1D2: off  # food, meal
            ---
            The"#]],
        add,
    );
    check(
        "---\nmodel: a # m\n\n# end\n---\nThe",
        expect![[r#"
            ---
            model: a # m

            # end
            interventions:
              - L1D2: off  # food, meal
            ---
            The"#]],
        add,
    );
    check(
        "---\nmodel: a\nThe",
        expect![[r#"
            ---
            model: a
            interventions:
              - L1D2: off  # food, meal
            The"#]],
        add,
    );
    check(
        "---\n  model: a\n---\n",
        expect![[r#"
            ---
              model: a
              interventions:
                - L1D2: off  # food, meal
            ---
        "#]],
        add,
    );
}

#[test]
fn returns_no_edit_if_none_is_safe() {
    for text in [
        "---\ninput: a\n---\nx",
        "---\n{ model: a, <<: b }\n---\nx",
        "---\n{ model: a }}\n---\nx",
        "---\ninterventions: off\ntrack: a\n---\nx",
        "---\ninterventions: [a\ntrack: [\"a]\n---\nx",
        "---\ninterventions:\n  a: off\ntrack:\n  a: b\n---\nx",
        // A comma after this dash would be part of a word.
        "---\ninterventions: [a: b\n  - ]\ntrack: [a\n  - ]\n---\nx",
    ] {
        let parsed = parse(text);
        assert_eq!((add(text, &parsed), edit::add_track(text, &parsed, "b")), (vec![], vec![]), "{text}");
    }
}

#[test]
fn quotes_names_and_escapes_comments() {
    let mut out = String::new();
    for (target, comment) in
        [("food", None), ("two words", Some(" a\nb\r ")), ("null", Some("  ")), ("12", None), ("a: #", Some("# , |`"))]
    {
        let added = edit::add_intervention("", &parse(""), &RunName::intervened(), target, "1", comment);
        let after = apply("", &added).unwrap();
        let line = after.strip_prefix("---\ninterventions:\n").and_then(|rest| rest.strip_suffix("---\n")).unwrap();
        write!(out, "{target:?} {comment:?}\n{line}").unwrap();
        let parsed = parse(&after);
        assert_eq!((parsed.problems.len(), parsed.interventions.len()), (0, 1), "{after}");
    }
    expect![[r##"
        "food" None
          - food: 1
        "two words" Some(" a\nb\r ")
          - "two words": 1  # a\nb
        "null" Some("  ")
          - "null": 1
        "12" None
          - "12": 1
        "a: #" Some("# , |`")
          - "a: #": 1  # # , |`
    "##]]
    .assert_eq(&out);
}
