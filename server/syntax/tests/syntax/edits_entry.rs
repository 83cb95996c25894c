//! Examples of edits of an entry: remove it, change its value. `edits_toggle` has those that disable and enable it.

use base::Edit;
use expect_test::{Expect, expect};
use syntax::{Entry, Parsed, edit};

use crate::edits::part_after;

pub(crate) fn entry(parsed: &Parsed, target: &str) -> Entry {
    let is_target = |e: &&Entry| matches!(&e.target.value, syntax::TargetRef::Id(id) if id.to_string() == target);
    parsed.interventions.iter().find(is_target).cloned().expect("an entry")
}

pub(crate) type OnEntry = fn(&str, &Parsed, &Entry) -> Vec<Edit>;

/// What an edit makes of the entry `L1D1` in a list of `interventions:`, and the same in the list of a run.
#[track_caller]
fn list_after(list: &str, edit: OnEntry) -> String {
    let edit = |text: &str, parsed: &Parsed| edit(text, parsed, &entry(parsed, "L1D1"));
    let tail = "track: [a]\n---\nx";
    let changed = part_after(("---\ninterventions:", tail), list, edit);
    let runs = "---\ninterventions:\n  - L7D7: off\nruns:\n  other: [L1D0: 3]\n  both:";
    assert_eq!(part_after((runs, tail), &deeper(list), edit), deeper(&changed), "{list:?}");
    changed
}

/// The lines of a list below a key that is two columns deeper.
fn deeper(list: &str) -> String {
    let (first, rest) = list.split_once('\n').expect("a list has line breaks");
    // Blank lines, also disabled ones, are not indented.
    let line = |line: &str| match line {
        "" | "#" => format!("{line}\n"),
        _ => format!("  {line}\n"),
    };
    format!("{first}\n{}", rest.lines().map(line).collect::<String>())
}

/// Checks an edit of the entry `L1D1`. `list` is the text after `interventions:`.
#[track_caller]
pub(crate) fn check_entry(list: &str, expected: Expect, edit: OnEntry) {
    expected.assert_eq(&format!("interventions:{}", list_after(list, edit)));
}

/// Checks that the list with the entry disabled is this, and that enabling it gives the first list again.
#[track_caller]
pub(crate) fn both_ways(enabled: &str, disabled: Expect) {
    check_entry(enabled, disabled, edit::disable);
    assert_eq!(list_after(&list_after(enabled, edit::disable), edit::enable), enabled);
}

/// Repeated keys, tags and similar errors do not end an entry.
#[test]
fn edits_cover_errors_inside_an_entry() {
    let set: OnEntry = |text, parsed, entry| edit::set_value(text, parsed, entry, "{ scale: 2 }");
    let check = |entry: &str, disabled: Expect, changed: Expect| {
        let list = |entry: &str| format!("\n{entry}  - L2D2: 1\n");
        both_ways(&list(entry), disabled);
        check_entry(&list(entry), changed, set);
        assert_eq!(list_after(&list(entry), edit::remove), list(""));
    };
    check(
        "  - L1D1:\n      add: 3\n    !tag: \n",
        expect![[r#"
            interventions:
              # - L1D1:
              #     add: 3
              #   !tag: 
              - L2D2: 1
        "#]],
        expect![[r#"
            interventions:
              - L1D1: { scale: 2 }
                !tag: 
              - L2D2: 1
        "#]],
    );
    check(
        "  - L1D1:\n      add: 3\n      # why\n      *alias : 1\n",
        expect![[r#"
            interventions:
              # - L1D1:
              #     add: 3
              #     # why
              #     *alias : 1
              - L2D2: 1
        "#]],
        expect![[r#"
            interventions:
              - L1D1: { scale: 2 }
              - L2D2: 1
        "#]],
    );
    check(
        "  - L1D1: { add: 3, add: 4 }\n",
        expect![[r#"
            interventions:
              # - L1D1: { add: 3, add: 4 }
              - L2D2: 1
        "#]],
        expect![[r#"
            interventions:
              - L1D1: { scale: 2 }
              - L2D2: 1
        "#]],
    );
    check(
        "  - L1D1:\n      add: 3\n      else: &anchor 1\n",
        expect![[r#"
            interventions:
              # - L1D1:
              #     add: 3
              #     else: &anchor 1
              - L2D2: 1
        "#]],
        expect![[r#"
            interventions:
              - L1D1: { scale: 2 }
              - L2D2: 1
        "#]],
    );
}

#[test]
fn removes_entries() {
    check_entry(
        "\n  - L1D1: off  # c\n  # - L2D2: 1\n",
        expect![[r#"
            interventions:
              # - L2D2: 1
        "#]],
        edit::remove,
    );
    check_entry(
        "\n  - L1D1:\n      scale: 2\n\n",
        expect![[r#"
            interventions:

        "#]],
        edit::remove,
    );
    check_entry(
        "\n  # - L1D1: 1\n",
        expect![[r#"
            interventions:
        "#]],
        edit::remove,
    );
    check_entry(
        " [L1D1: off]\n",
        expect![[r#"
            interventions: []
        "#]],
        edit::remove,
    );
    check_entry(
        " [L1D1: off, L2D2: 1]\n",
        expect![[r#"
            interventions: [L2D2: 1]
        "#]],
        edit::remove,
    );
    check_entry(
        " [L2D2: 1, {L1D1: off}]\n",
        expect![[r#"
            interventions: [L2D2: 1]
        "#]],
        edit::remove,
    );
    check_entry(
        " [L2D2: 1, {L1D1: off} , L3D3: 1]\n",
        expect![[r#"
            interventions: [L2D2: 1, L3D3: 1]
        "#]],
        edit::remove,
    );
    check_entry(
        " [{ L1D1: off # c\n }, L2D2: 1]\n",
        expect![[r#"
            interventions: [L2D2: 1]
        "#]],
        edit::remove,
    );
    check_entry(
        " [\n  L1D1: off # c\n  , L2D2: 1]\n",
        expect![[r#"
            interventions: [
               # c
              L2D2: 1]
        "#]],
        edit::remove,
    );
}

#[test]
fn changes_values() {
    let set: OnEntry = |text, parsed, entry| edit::set_value(text, parsed, entry, "{ scale: 2 }");
    check_entry(
        "\n  - L1D1: off  # c\n",
        expect![[r#"
            interventions:
              - L1D1: { scale: 2 }  # c
        "#]],
        set,
    );
    check_entry(
        "\n  # - L1D1:   \"off\" # c\n",
        expect![[r#"
            interventions:
              # - L1D1:   { scale: 2 } # c
        "#]],
        set,
    );
    check_entry(
        " [L1D1: {add: 3}, L2D2: 1]\n",
        expect![[r#"
            interventions: [L1D1: { scale: 2 }, L2D2: 1]
        "#]],
        set,
    );
    check_entry(
        "\n  - L1D1: # c\n      add: 3\n      at: 2 # d\n",
        expect![[r#"
            interventions:
              - L1D1: { scale: 2 } # c # d
        "#]],
        set,
    );
    check_entry(
        "\n  - L1D1:\n      off\n",
        expect![[r#"
            interventions:
              - L1D1: { scale: 2 }
        "#]],
        set,
    );
    check_entry(
        " [{ L1D1: # c\n off }]\n",
        expect![[r#"
            interventions: [{ L1D1: # c
             { scale: 2 } }]
        "#]],
        set,
    );
    check_entry(
        "\n  - { L1D1: # c\n    off }\n",
        expect![[r#"
            interventions:
              - { L1D1: # c
                { scale: 2 } }
        "#]],
        set,
    );
}
