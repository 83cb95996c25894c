//! Text that is not YAML, or YAML that is not read, affects only its own entry.

use base::apply;
use expect_test::expect;
use syntax::parse;

use crate::problems::{check, check_each, problems, shown};

#[test]
fn invalid_yaml_affects_only_its_own_entry() {
    let lines = [
        "model: [a, b",
        "model: {a: {b: c}",
        "model: [a, {b: c]",
        "model: \"a",
        "model: 'it''s",
        "model: \"a\\qb\"",
        "model: \"a\\x4\"",
        "model: \"a\" b",
        "model: [a] b",
        "model: [a]]",
        "model: a: b",
        "model: - a",
        "model: @a",
        "model: &a b",
        "model: *a",
        "model: !!str a",
        "model: [b, !x a]",
        "&a model: b",
        "<<: { model: a }",
        "config: { <<: a }",
        "? model",
        "model",
        "model:a",
        "- model: a",
        "...",
        "%YAML 1.2",
        "model: a\n   b: c",
        "model: a\u{0}b",
        "# a\u{7}b",
    ];
    check_each(
        &lines,
        |line| format!("track: [a]\n{line}\nbos: true"),
        expect![[r##"
            "model: [a, b"
              error syntax 1:8 "[a, b": this `[` is never closed: add the closing bracket
            "model: {a: {b: c}"
              error syntax 1:8 "{a: {b: c}": this `{` is never closed: add the closing bracket
            "model: [a, {b: c]"
              error syntax 1:12 "{b: c]": this `{` is never closed: add the closing bracket
            "model: \"a"
              error syntax 1:8 "\"a": this " is never closed: add the closing quote
            "model: 'it''s"
              error syntax 1:8 "'it''s": this ' is never closed: add the closing quote
            "model: \"a\\qb\""
              error syntax 1:10 "\\q": `\q` is not a valid escape: write a backslash as `\\`
            "model: \"a\\x4\""
              error syntax 1:10 "\\x4": `\x4` is not a valid escape: write a backslash as `\\`
            "model: \"a\" b"
              error syntax 1:12 "b": unexpected text after the value: remove it, or put `#` before it
            "model: [a] b"
              error syntax 1:12 "b": unexpected text after the value: remove it, or put `#` before it
            "model: [a]]"
              error syntax 1:11 "]": unmatched `]`: remove it, or put the value in quotes
            "model: a: b"
              error syntax 1:8 "a: b": `: ` inside a value: put the value in quotes, or the second key on its own line
            "model: - a"
              error syntax 1:8 "- a": a list entry cannot begin here: put it on its own line
            "model: @a"
              error syntax 1:8 "@a": a value cannot begin with '@': put it in quotes
            "model: &a b"
              error unsupported-yaml 1:8 "&a": anchors are not supported: write the value itself, in quotes if it begins with this character
            "model: *a"
              error unsupported-yaml 1:8 "*a": aliases are not supported: write the value itself, in quotes if it begins with this character
            "model: !!str a"
              error unsupported-yaml 1:8 "!!str": tags are not supported: write the value itself, in quotes if it begins with this character
            "model: [b, !x a]"
              error unsupported-yaml 1:12 "!x": tags are not supported: write the value itself, in quotes if it begins with this character
            "&a model: b"
              error unsupported-yaml 1:1 "&a": anchors are not supported: write the value itself, in quotes if it begins with this character
            "<<: { model: a }"
              error unsupported-yaml 1:1 "<<": merge keys are not supported: write the values themselves
            "config: { <<: a }"
              error unsupported-yaml 1:11 "<<": merge keys are not supported: write the values themselves
            "? model"
              error syntax 1:1 "? model": a key must be a word: write `key: value`
            "model"
              error syntax 1:1 "model": not a key with a value: write `key: value`
            "model:a"
              error syntax 1:1 "model:a": missing space after the colon: write `key: value`
                fix Insert a space after the colon: 1:7 "" -> " "
            "- model: a"
              error syntax 1:1 "- model: a": a list entry without a key: write it below its key, or remove it
            "..."
              error syntax 1:1 "...": YAML directives and document ends are not supported: remove it
            "%YAML 1.2"
              error syntax 1:1 "%YAML 1.2": YAML directives and document ends are not supported: remove it
            "model: a\n   b: c"
              error syntax 2:4 "b: c": unexpected line: indent it like the entries around it, or remove it
            "model: a\0b"
              error syntax 1:9 "\0": control character U+0000: write it as an escape in double quotes
            "# a\u{7}b"
              error syntax 1:4 "\u{7}": control character U+0007: write it as an escape in double quotes
        "##]],
        |line, parsed| {
            assert_eq!((parsed.bos, parsed.track.len()), (Some(true), 1), "{line}");
            // The same as the first entry of a file.
            let (first, shown) = problems(&format!("{line}\nbos: true"), line);
            assert_eq!(shown, problems(&format!("track: [a]\n{line}\nbos: true"), line).1, "{line}");
            assert_eq!(first.bos, Some(true), "{line}");
        },
    );
    let parsed = parse("---\nmodel: a\r bos: true\n---\n");
    assert_eq!((parsed.problems.len(), parsed.bos), (1, None));
}

#[test]
fn reports_wrong_indentation() {
    let parsed = check(
        "interventions:\n  - L1D1: 1\n    - L2D2: 2\n - L3D3: 3\n  - L4D4: 4",
        expect![[r#"
            error syntax 3:5 "- L2D2: 2": indented by 4 instead of 2, like the lines above
              fix Indent by 2: 3:1 "    " -> "  "
            error syntax 4:2 "- L3D3: 3": indented by 1 instead of 2, like the lines above
              fix Indent by 2: 4:1 " " -> "  ""#]],
    );
    assert_eq!(parsed.interventions.len(), 4);
    let parsed = check(
        "config:\n  topK: 1\n seed: 2\n  topP: 0.5",
        expect![[r#"
            error syntax 3:2 "seed: 2": indented by 1 instead of 2, like the lines above
              fix Indent by 2: 3:1 " " -> "  ""#]],
    );
    assert_eq!((parsed.decoding.top_k, parsed.decoding.seed, parsed.decoding.top_p), (1, 2, 0.5));
    let parsed = check(
        "  model: a\nbos: true\ninterventions:\n  - L1D1: 1",
        expect![[r#"
            error syntax 1:3 "model: a": indented by 2 instead of 0, like the lines above
              fix Indent by 0: 1:1 "  " -> """#]],
    );
    assert!(parsed.bos == Some(true) && parsed.model.is_some() && parsed.interventions.len() == 1);
    check(
        "interventions:\n\t- L1D1: 1",
        expect![[r#"
            error syntax 2:1 "\t": indented with a tab: use spaces
              fix Indent with spaces: 2:1 "\t" -> " ""#]],
    );
    check(
        "track:\n  - a\n - b",
        expect![[r#"
            error syntax 3:2 "- b": indented by 1 instead of 2, like the lines above
              fix Indent by 2: 3:1 " " -> "  ""#]],
    );
    check(
        "interventions:\n  L1D1: off",
        expect![[
            r#"error wrong-type 2:3 "L1D1: off": `interventions` must be a list, not a mapping: write each entry on its own line after `- `"#
        ]],
    );
}

#[test]
fn recovers_unclosed_front_matter() {
    let text = "---\nmodel: a\ntrack: [b]\nThe Eiffel";
    let parsed = parse(text);
    expect![[r#"
        error unclosed-front-matter 1:1 "---": this front matter is not closed: add a line `---` between it and the prompt
          fix Add the closing `---`: 4:1 "" -> "---\n"
    "#]].assert_eq(&shown(text, 0, &parsed.problems));
    assert_eq!((parsed.model.is_some(), parsed.track.len(), &text[parsed.prompt]), (true, 1, "The Eiffel"));
    let fixed = apply(text, &parsed.problems[0].fix.as_ref().unwrap().edits).unwrap();
    expect![[r#"
        ---
        model: a
        track: [b]
        ---
        The Eiffel"#]]
    .assert_eq(&fixed);

    let text = "---\r\nThe Eiffel";
    let problem = parse(text).problems.remove(0);
    let fixed = apply(text, &problem.fix.unwrap().edits).unwrap();
    assert_eq!(&fixed[parse(&fixed).prompt], text);
}
