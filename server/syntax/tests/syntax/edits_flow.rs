//! Examples of edits that add to a flow mapping, and tracked tokens.

use base::{Edit, apply};
use expect_test::{Expect, expect};
use syntax::{Parsed, edit, parse};

use crate::edits::{add, check, part_after};

/// Here the whole front matter is one flow mapping.
#[test]
fn adds_inside_a_flow_mapping() {
    let check = |front: &str, expected: Expect, edit: fn(&str, &Parsed) -> Vec<Edit>| {
        expected.assert_eq(&part_after(("---\n", "\n---\nx"), front, edit));
    };
    check("{ model: a }", expect!["{ model: a, interventions: [L1D2: off] }"], add);
    check("{\"model\": \"a\"}", expect![[r#"{"model": "a", interventions: [L1D2: off]}"#]], add);
    check(
        "{\n  model: a, # m }\n}",
        expect![[r#"
            {
              model: a, interventions: [L1D2: off], # m }
            }"#]],
        add,
    );
    check(
        "# c\n{}",
        expect![[r#"
            # c
            { interventions: [L1D2: off] }"#]],
        add,
    );
    check(
        "{ # none\n}",
        expect![[r#"
            { interventions: [L1D2: off] # none
            }"#]],
        add,
    );
    check("{ model: a, bos: }", expect!["{ model: a, bos: , interventions: [L1D2: off] }"], add);
    check("{ model: a, bos }", expect!["{ model: a, bos, interventions: [L1D2: off] }"], add);
    check(
        "{ interventions: [L9D9: off], track: [] }",
        expect!["{ interventions: [L9D9: off, L1D2: off], track: [] }"],
        add,
    );
    check("{ interventions: [], track: [] }", expect!["{ interventions: [L1D2: off], track: [] }"], add);
    check("{ interventions: , bos: true }", expect!["{ interventions: [L1D2: off] , bos: true }"], add);
    check("{ interventions, bos: true }", expect!["{ interventions: [L1D2: off], bos: true }"], add);
    check("{ interventions: null }", expect!["{ interventions: [L1D2: off] }"], add);
    check(
        "{ interventions: [ # c\n] }",
        expect![[r#"
            { interventions: [L1D2: off # c
            ] }"#]],
        add,
    );
    let track = |text: &str, parsed: &Parsed| edit::add_track(text, parsed, " a");
    check("{ model: a }", expect![[r#"{ model: a, track: [" a"] }"#]], track);
    check("{ track: [] }", expect![[r#"{ track: [" a"] }"#]], track);
}

#[test]
fn adds_tracked_tokens() {
    let check_track = |track: &str, expected: Expect| {
        let add = |text: &str, parsed: &Parsed| edit::add_track(text, parsed, " P\n\"");
        expected.assert_eq(&part_after(("---\n", "\nbos: true\n---\nx"), &format!("track:{track}"), add));
    };
    check_track("", expect![[r#"track: [" P\n\""]"#]]);
    check_track(" # c", expect![[r#"track: [" P\n\""] # c"#]]);
    check_track(" []", expect![[r#"track: [" P\n\""]"#]]);
    check_track(" [ a ]", expect![[r#"track: [ a, " P\n\"" ]"#]]);
    check_track(" [a, ]", expect![[r#"track: [a, " P\n\"" ]"#]]);
    check_track(
        "\n  - a # c",
        expect![[r#"
            track:
              - a # c
              - " P\n\"""#]],
    );
    check_track(
        "\n- a",
        expect![[r#"
            track:
            - a
            - " P\n\"""#]],
    );
    check(
        "---\nbos: true\n---\nx",
        expect![[r#"
            ---
            bos: true
            track: [" a"]
            ---
            x"#]],
        |text, parsed| edit::add_track(text, parsed, " a"),
    );
    for token in ["\u{7}", "\u{85}", "\u{2028}", "\u{feff}", "\u{fffe}", "'", "\\", "\t", "é", "🙂", "# ", "\u{10ffff}"]
    {
        let after = apply("", &edit::add_track("", &parse(""), token)).unwrap();
        let parsed = parse(&after);
        assert_eq!(parsed.problems, [], "{after}");
        assert_eq!(parsed.track[0].value, token);
    }
}
