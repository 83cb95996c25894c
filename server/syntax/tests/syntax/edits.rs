//! Examples of edits. `hostile` tests the properties that hold for all edits.

use base::{Edit, RunName, apply};
use syntax::{Entry, Parsed, edit, parse};

/// Checks that `edit` turns `before` into `after`, with LF and with CRLF line breaks.
fn check(before: &str, after: &str, edit: impl Fn(&str, &Parsed) -> Vec<Edit>) {
    for crlf in [false, true] {
        let written = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let text = written(before);
        let edits = edit(&text, &parse(&text));
        assert_eq!(apply(&text, &edits).as_deref(), Some(written(after).as_str()), "of {text:?}");
    }
}

fn add(text: &str, parsed: &Parsed) -> Vec<Edit> {
    edit::add_intervention(text, parsed, &RunName::intervened(), "L1D2", "off", Some("food, meal"))
}

fn entry(parsed: &Parsed, target: &str) -> Entry {
    let is_target = |e: &&Entry| matches!(&e.target.value, syntax::TargetRef::Id(id) if id.to_string() == target);
    parsed.interventions.iter().find(is_target).cloned().expect("an entry")
}

type OnEntry = fn(&str, &Parsed, &Entry) -> Vec<Edit>;

/// Checks an edit of the entry `L1D1` in a list of `interventions:` and in the list of a run.
fn check_entry(before: &str, after: &str, edit: OnEntry) {
    let file = |list: &str| format!("---\ninterventions:{list}track: [a]\n---\nx");
    check(&file(before), &file(after), |text, parsed| edit(text, parsed, &entry(parsed, "L1D1")));
    let file = |list: &str| {
        let list = deeper(list);
        format!("---\ninterventions:\n  - L7D7: off\nruns:\n  other: [L1D0: 3]\n  both:{list}track: [a]\n---\nx")
    };
    check(&file(before), &file(after), |text, parsed| edit(text, parsed, &entry(parsed, "L1D1")));
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

#[test]
fn add_intervention_appends_to_the_list() {
    let file = |list: &str| format!("---\nmodel: a # m\ninterventions:{list}\n\ntrack: [ a ]\n---\nThe\n\n");
    for (before, after) in [
        ("\n  - L9D9:   off", "\n  - L9D9:   off\n  - L1D2: off  # food, meal"),
        ("\n- L9D9: off # c\n# prose\n", "\n- L9D9: off # c\n- L1D2: off  # food, meal\n# prose\n"),
        ("\n    - L9D9: off\n    # prose", "\n    - L9D9: off\n    # prose\n    - L1D2: off  # food, meal"),
        ("\n  - L9D9:\n      scale: 2", "\n  - L9D9:\n      scale: 2\n  - L1D2: off  # food, meal"),
        ("\n  - L9D9: [", "\n  - L9D9: [\n  - L1D2: off  # food, meal"),
        ("", "\n  - L1D2: off  # food, meal"),
        (" # why", " # why\n  - L1D2: off  # food, meal"),
        (" []", "\n  - L1D2: off  # food, meal"),
        (" [ ]  # none", "  # none\n  - L1D2: off  # food, meal"),
        (" null", "\n  - L1D2: off  # food, meal"),
        ("\n    # - L9D9: off", "\n    # - L9D9: off\n    - L1D2: off  # food, meal"),
        ("\n# - L9D9: off", "\n# - L9D9: off\n  - L1D2: off  # food, meal"),
        (" [L9D9: off]", " [L9D9: off, L1D2: off]"),
        (" [\n  {L9D9: off},\n]", " [\n  {L9D9: off}, L1D2: off\n]"),
        (" [\n  L9D9: off # a ]\n]", " [\n  L9D9: off, L1D2: off # a ]\n]"),
        (" [\n  { L9D9: off # a\n } ]", " [\n  { L9D9: off # a\n }, L1D2: off ]"),
        (" [ # none yet\n]", " [L1D2: off # none yet\n]"),
        (" [\n  # none, yet\n]", " [L1D2: off\n  # none, yet\n]"),
        (" [ 3 # no entry\n]", " [L1D2: off, 3 # no entry\n]"),
        (" # why\n  []  # none", " # why  # none\n  - L1D2: off  # food, meal"),
    ] {
        check(&file(before), &file(after), add);
    }
}

#[test]
fn add_intervention_creates_missing_front_matter_and_list() {
    let list = "interventions:\n  - L1D2: off  # food, meal\n";
    for (before, after) in [
        ("", format!("---\n{list}---\n")),
        ("The\n", format!("---\n{list}---\nThe\n")),
        ("\u{feff}The", format!("\u{feff}---\n{list}---\nThe").replace("\r\n", "\n")),
        ("--- The", format!("---\n{list}---\n--- The")),
        ("---\nThe", format!("---\n{list}---\n---\nThe")),
        ("---\n---\nThe", format!("---\n{list}---\nThe")),
        ("---\nmodel: a # m\n\n# end\n---\nThe", format!("---\nmodel: a # m\n\n# end\n{list}---\nThe")),
        ("---\nmodel: a\nThe", format!("---\nmodel: a\n{list}The")),
        (
            "---\n  model: a\n---\n",
            "---\n  model: a\n  interventions:\n    - L1D2: off  # food, meal\n---\n".to_owned(),
        ),
    ] {
        let has_break = before.contains('\n');
        if has_break {
            check(before, &after, add);
        }
        assert_eq!(apply(before, &add(before, &parse(before))), Some(after), "{before:?}");
    }
}

/// Here the whole front matter is one flow mapping.
#[test]
fn adds_inside_a_flow_mapping() {
    for (before, after) in [
        ("{ model: a }", "{ model: a, interventions: [L1D2: off] }"),
        ("{\"model\": \"a\"}", "{\"model\": \"a\", interventions: [L1D2: off]}"),
        ("{\n  model: a, # m }\n}", "{\n  model: a, interventions: [L1D2: off], # m }\n}"),
        ("# c\n{}", "# c\n{ interventions: [L1D2: off] }"),
        ("{ # none\n}", "{ interventions: [L1D2: off] # none\n}"),
        ("{ model: a, bos: }", "{ model: a, bos: , interventions: [L1D2: off] }"),
        ("{ model: a, bos }", "{ model: a, bos, interventions: [L1D2: off] }"),
        ("{ interventions: [L9D9: off], track: [] }", "{ interventions: [L9D9: off, L1D2: off], track: [] }"),
        ("{ interventions: [], track: [] }", "{ interventions: [L1D2: off], track: [] }"),
        ("{ interventions: , bos: true }", "{ interventions: [L1D2: off] , bos: true }"),
        ("{ interventions, bos: true }", "{ interventions: [L1D2: off], bos: true }"),
        ("{ interventions: null }", "{ interventions: [L1D2: off] }"),
        ("{ interventions: [ # c\n] }", "{ interventions: [L1D2: off # c\n] }"),
    ] {
        check(&format!("---\n{before}\n---\nx"), &format!("---\n{after}\n---\nx"), add);
    }
    let track = |text: &str, parsed: &Parsed| edit::add_track(text, parsed, " a");
    check("---\n{ model: a }\n---\nx", "---\n{ model: a, track: [\" a\"] }\n---\nx", track);
    check("---\n{ track: [] }\n---\nx", "---\n{ track: [\" a\"] }\n---\nx", track);
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
    for (target, comment, line) in [
        ("food", None, "- food: 1"),
        ("two words", Some(" a\nb\r "), "- \"two words\": 1  # a\\nb"),
        ("null", Some("  "), "- \"null\": 1"),
        ("12", None, "- \"12\": 1"),
        ("a: #", Some("# , |`"), "- \"a: #\": 1  # # , |`"),
    ] {
        let added = edit::add_intervention("", &parse(""), &RunName::intervened(), target, "1", comment);
        let after = apply("", &added).unwrap();
        assert_eq!(after, format!("---\ninterventions:\n  {line}\n---\n"));
        let parsed = parse(&after);
        assert_eq!((parsed.problems.len(), parsed.interventions.len()), (0, 1), "{after}");
    }
}

#[test]
fn disable_and_enable_invert_each_other() {
    let both_ways = |enabled: &str, disabled: &str| {
        check_entry(enabled, disabled, edit::disable);
        check_entry(disabled, enabled, edit::enable);
    };
    both_ways("\n  - L1D1: off  # c\n  - L2D2: 1\n", "\n  # - L1D1: off  # c\n  - L2D2: 1\n");
    both_ways("\n  - L1D1: off\n", "\n  # - L1D1: off\n");
    both_ways("\n- L1D1: off\n", "\n# - L1D1: off\n");
    both_ways("\n- L2D2: 1\n\n- L1D1: off\n", "\n- L2D2: 1\n\n  # - L1D1: off\n");
    both_ways(
        "\n- L2D2: 1\n\n# prose\n- L1D1:\n    scale: 2\n",
        "\n- L2D2: 1\n\n# prose\n  # - L1D1:\n  #     scale: 2\n",
    );
    both_ways(
        "\n  - L1D1:  # c\n      scale: 2\n\n      at: last\n  # prose\n",
        "\n  # - L1D1:  # c\n  #     scale: 2\n#\n  #     at: last\n  # prose\n",
    );
    both_ways("\n  - L1D1: { scale: 2,\n    at: last\n  }\n", "\n  # - L1D1: { scale: 2,\n  #   at: last\n  # }\n");
    both_ways("\n  - L1D1: { scale: 2,\n at: last }\n", "\n  # - L1D1: { scale: 2,\n # at: last }\n");
    // Comments in other common styles.
    check_entry("\n  #- L1D1: off\n", "\n  - L1D1: off\n", edit::enable);
    check_entry("\n#  - L1D1: off\n  - L2D2: 1\n", "\n  - L1D1: off\n  - L2D2: 1\n", edit::enable);
    check_entry("\n#  - L1D1: off\n", "\n  - L1D1: off\n", edit::enable);
    check_entry(
        "\n  #    - L1D1:\n  #        scale: 2\n  - L2D2: 1\n",
        "\n  - L1D1:\n      scale: 2\n  - L2D2: 1\n",
        edit::enable,
    );
    // A flow list cannot hold disabled entries.
    check_entry(" [L2D2: 1, { L1D1: off }]  # c\n", "  # c\n  - L2D2: 1\n  # - L1D1: off\n", edit::disable);
    check_entry(
        " [\n  L1D1: { scale: 2, # c\n   at: 3 } ]\n",
        "\n  # - L1D1: { scale: 2, at: 3 } # c\n",
        edit::disable,
    );
    let inside = "---\n{\ninterventions: [L1D1: off]\n}\n---\nx";
    let parsed = parse(inside);
    assert_eq!(edit::disable(inside, &parsed, &entry(&parsed, "L1D1")), []);
}

/// Repeated keys, tags and similar errors do not end an entry.
#[test]
fn edits_cover_errors_inside_an_entry() {
    let set: OnEntry = |text, parsed, entry| edit::set_value(text, parsed, entry, "{ scale: 2 }");
    for (enabled, disabled, changed) in [
        (
            "  - L1D1:\n      add: 3\n    !tag: \n",
            "  # - L1D1:\n  #     add: 3\n  #   !tag: \n",
            "  - L1D1: { scale: 2 }\n    !tag: \n",
        ),
        (
            "  - L1D1:\n      add: 3\n      # why\n      *alias : 1\n",
            "  # - L1D1:\n  #     add: 3\n  #     # why\n  #     *alias : 1\n",
            "  - L1D1: { scale: 2 }\n",
        ),
        ("  - L1D1: { add: 3, add: 4 }\n", "  # - L1D1: { add: 3, add: 4 }\n", "  - L1D1: { scale: 2 }\n"),
        (
            "  - L1D1:\n      add: 3\n      else: &anchor 1\n",
            "  # - L1D1:\n  #     add: 3\n  #     else: &anchor 1\n",
            "  - L1D1: { scale: 2 }\n",
        ),
    ] {
        let list = |entry: &str| format!("\n{entry}  - L2D2: 1\n");
        check_entry(&list(enabled), &list(disabled), edit::disable);
        check_entry(&list(disabled), &list(enabled), edit::enable);
        check_entry(&list(enabled), &list(""), edit::remove);
        check_entry(&list(enabled), &list(changed), set);
    }
}

/// A comment after an entry stays after it; a comment on its own line keeps its own line.
#[test]
fn converting_to_a_block_list_keeps_comments() {
    check_entry(
        " [ # all\n  # the first\n  L1D1: off, # court\n\n    # the second, then the third\n  {L2D2: { scale: 2, # twice\n    \
         # up to here\n    at: 3 }}, L3D3: 1  # food ]\n  # the end\n] # of it\n# below\n",
        " # all\n  # the first\n  # - L1D1: off # court\n    # the second, then the third\n    # up to here\n  - L2D2: \
         { scale: 2, at: 3 } # twice\n  - L3D3: 1  # food ]\n  # the end\n# of it\n# below\n",
        edit::disable,
    );
    check_entry(
        "  # why\n  [\n    L2D2: { set: 1, at: { text: \" # 1\" } }\n    # between\n    , # comma\n    {L1D1: off} ] # last\n",
        "  # why\n  - L2D2: { set: 1, at: { text: \" # 1\" } }\n    # between\n    # comma\n  # - L1D1: off # last\n",
        edit::disable,
    );
    check_entry(" [{\"L1D1\":off}, L2D2: 1, ]\n", "\n  # - L1D1: off\n  - L2D2: 1\n", edit::disable);
}

#[test]
fn removes_entries() {
    check_entry("\n  - L1D1: off  # c\n  # - L2D2: 1\n", "\n  # - L2D2: 1\n", edit::remove);
    check_entry("\n  - L1D1:\n      scale: 2\n\n", "\n\n", edit::remove);
    check_entry("\n  # - L1D1: 1\n", "\n", edit::remove);
    check_entry(" [L1D1: off]\n", " []\n", edit::remove);
    check_entry(" [L1D1: off, L2D2: 1]\n", " [L2D2: 1]\n", edit::remove);
    check_entry(" [L2D2: 1, {L1D1: off}]\n", " [L2D2: 1]\n", edit::remove);
    check_entry(" [L2D2: 1, {L1D1: off} , L3D3: 1]\n", " [L2D2: 1, L3D3: 1]\n", edit::remove);
    check_entry(" [{ L1D1: off # c\n }, L2D2: 1]\n", " [L2D2: 1]\n", edit::remove);
    check_entry(" [\n  L1D1: off # c\n  , L2D2: 1]\n", " [\n   # c\n  L2D2: 1]\n", edit::remove);
}

#[test]
fn changes_values() {
    let set: OnEntry = |text, parsed, entry| edit::set_value(text, parsed, entry, "{ scale: 2 }");
    check_entry("\n  - L1D1: off  # c\n", "\n  - L1D1: { scale: 2 }  # c\n", set);
    check_entry("\n  # - L1D1:   \"off\" # c\n", "\n  # - L1D1:   { scale: 2 } # c\n", set);
    check_entry(" [L1D1: {add: 3}, L2D2: 1]\n", " [L1D1: { scale: 2 }, L2D2: 1]\n", set);
    check_entry("\n  - L1D1: # c\n      add: 3\n      at: 2 # d\n", "\n  - L1D1: { scale: 2 } # c # d\n", set);
    check_entry("\n  - L1D1:\n      off\n", "\n  - L1D1: { scale: 2 }\n", set);
    check_entry(" [{ L1D1: # c\n off }]\n", " [{ L1D1: # c\n { scale: 2 } }]\n", set);
    check_entry("\n  - { L1D1: # c\n    off }\n", "\n  - { L1D1: # c\n    { scale: 2 } }\n", set);
}

#[test]
fn adds_tracked_tokens() {
    let file = |track: &str| format!("---\ntrack:{track}\nbos: true\n---\nx");
    for (before, after) in [
        ("", " [\" P\\n\\\"\"]"),
        (" # c", " [\" P\\n\\\"\"] # c"),
        (" []", " [\" P\\n\\\"\"]"),
        (" [ a ]", " [ a, \" P\\n\\\"\" ]"),
        (" [a, ]", " [a, \" P\\n\\\"\" ]"),
        ("\n  - a # c", "\n  - a # c\n  - \" P\\n\\\"\""),
        ("\n- a", "\n- a\n- \" P\\n\\\"\""),
    ] {
        check(&file(before), &file(after), |text, parsed| edit::add_track(text, parsed, " P\n\""));
    }
    check("---\nbos: true\n---\nx", "---\nbos: true\ntrack: [\" a\"]\n---\nx", |t, p| edit::add_track(t, p, " a"));
    for token in ["\u{7}", "\u{85}", "\u{2028}", "\u{feff}", "\u{fffe}", "'", "\\", "\t", "é", "🙂", "# ", "\u{10ffff}"]
    {
        let after = apply("", &edit::add_track("", &parse(""), token)).unwrap();
        let parsed = parse(&after);
        assert_eq!(parsed.problems, [], "{after}");
        assert_eq!(parsed.track[0].value, token);
    }
}

#[test]
fn add_intervention_changes_only_the_list_of_its_run() {
    let add = |run: &'static str| {
        move |text: &str, parsed: &Parsed| {
            edit::add_intervention(text, parsed, &RunName::new(run), "L1D2", "off", Some("food, meal"))
        }
    };
    let before =
        "---\ninterventions:\n  - L9D9: off\nruns:\n  a:\n    - L1D1: 2\n    # prose\n  b: [L3D3: 1]\n  c:\n---\nx";
    for (run, changed) in [
        ("intervened", before.replace("L9D9: off\n", "L9D9: off\n  - L1D2: off  # food, meal\n")),
        ("a", before.replace("# prose\n", "# prose\n    - L1D2: off  # food, meal\n")),
        ("b", before.replace("[L3D3: 1]", "[L3D3: 1, L1D2: off]")),
        ("c", before.replace("  c:\n", "  c:\n    - L1D2: off  # food, meal\n")),
        ("d", before.to_owned()),
    ] {
        check(before, &changed, add(run));
    }
}
