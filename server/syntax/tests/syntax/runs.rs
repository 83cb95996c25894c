//! `runs:`: each run has a list of interventions of its own.

use base::RunName;
use expect_test::{Expect, expect};
use syntax::{edit, parse};

use crate::edits::after;

/// Each run of a file with its entries; disabled entries are in brackets.
fn runs(text: &str) -> String {
    let parsed = parse(text);
    let names = std::iter::once(RunName::intervened()).chain(parsed.runs.iter().map(|list| list.name.clone()));
    let of = |name: RunName| {
        let shown = |entry: &syntax::Entry| match entry.enabled {
            true => entry.target.value.to_string(),
            false => format!("({})", entry.target.value),
        };
        format!("{name}: [{}]", parsed.entries_of(&name).map(shown).collect::<Vec<_>>().join(" "))
    };
    names.map(of).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_run_has_its_own_list() {
    let text = "---\nruns:\n  # - L9D9: off\n  both:\n    - L1D1: off  # one\n    # - L2D2: 3\n    - food: { scale: 2, at: last }\n\
                \x20 flow-1: [ L3D3: off, { L4D4: 1 } ]\n  none:\n  empty: []\ninterventions:\n  - L5D5: 1\n---\nx";
    expect![[r#"
        intervened: [L5D5]
        both: [L1D1 (L2D2) food]
        flow-1: [L3D3 L4D4]
        none: []
        empty: []"#]]
    .assert_eq(&runs(text));
    assert_eq!(parse(text).problems, []);
    let lines: Vec<_> = parse(text).interventions.iter().map(|entry| entry.line).collect();
    assert_eq!(lines, [5, 6, 7, 8, 8, 12], "in file order");
    let list =
        |name: &str| parse(text).list_of(&base::RunName::new(name)).map(|key| text[key.value.clone()].to_owned());
    assert_eq!(list("flow-1").as_deref(), Some("[ L3D3: off, { L4D4: 1 } ]"));
    assert_eq!((list("empty").as_deref(), list("nowhere")), (Some("[]"), None));
}

#[test]
fn an_invalid_run_does_not_hide_the_others() {
    let text = "---\nruns:\n  1st: [L0D0: off]\n  baseline: [L0D1: off]\n  held: { use: a.yaml }\n  good: [L1D1: off]\n  good: [L2D2: off]\n  bad: 3\n---\nx";
    expect![[r#"
        intervened: []
        good: [L1D1]
        bad: []"#]]
    .assert_eq(&runs(text));
}

#[test]
fn add_intervention_changes_only_the_list_of_its_run() {
    let check = |run: &str, expected: Expect| {
        let before =
            "---\ninterventions:\n  - L9D9: off\nruns:\n  a:\n    - L1D1: 2\n    # prose\n  b: [L3D3: 1]\n  c:\n---\nx";
        expected.assert_eq(&after(before, |text, parsed| {
            edit::add_intervention(text, parsed, &RunName::new(run), "L1D2", "off", Some("food, meal"))
        }));
    };
    check(
        "intervened",
        expect![[r#"
            ---
            interventions:
              - L9D9: off
              - L1D2: off  # food, meal
            runs:
              a:
                - L1D1: 2
                # prose
              b: [L3D3: 1]
              c:
            ---
            x"#]],
    );
    check(
        "a",
        expect![[r#"
            ---
            interventions:
              - L9D9: off
            runs:
              a:
                - L1D1: 2
                # prose
                - L1D2: off  # food, meal
              b: [L3D3: 1]
              c:
            ---
            x"#]],
    );
    check(
        "b",
        expect![[r#"
            ---
            interventions:
              - L9D9: off
            runs:
              a:
                - L1D1: 2
                # prose
              b: [L3D3: 1, L1D2: off]
              c:
            ---
            x"#]],
    );
    check(
        "c",
        expect![[r#"
            ---
            interventions:
              - L9D9: off
            runs:
              a:
                - L1D1: 2
                # prose
              b: [L3D3: 1]
              c:
                - L1D2: off  # food, meal
            ---
            x"#]],
    );
    check(
        "d",
        expect![[r#"
            ---
            interventions:
              - L9D9: off
            runs:
              a:
                - L1D1: 2
                # prose
              b: [L3D3: 1]
              c:
            ---
            x"#]],
    );
}
