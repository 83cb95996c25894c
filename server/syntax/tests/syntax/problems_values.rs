//! Keys and values that the format does not have: one problem each, and the rest still counts.

use expect_test::expect;

use crate::problems::{check, check_each};

#[test]
fn reports_unknown_reserved_and_repeated_keys() {
    check(
        "modle: a",
        expect![[r#"
            warning unknown-key 1:1 "modle": unknown key `modle`, ignored; did you mean `model`?
              fix Change to `model`: 1:1 "modle" -> "model""#]],
    );
    check(
        "config:\n  temprature: 1\n  topK: 3",
        expect![[r#"
            warning unknown-key 2:3 "temprature": unknown key `temprature`, ignored; did you mean `temperature`?
              fix Change to `temperature`: 2:3 "temprature" -> "temperature""#]],
    );
    check(
        "temperature: 1",
        expect![[
            r#"warning unknown-key 1:1 "temperature": `temperature` belongs below `config:`; it is ignored here"#
        ]],
    );
    check(
        "inputs: {}\nruns: 3\nuse: [a]",
        expect![[r#"
            warning reserved-key 1:1 "inputs": `inputs` is reserved for a later version and has no effect: remove it
            error wrong-type 2:7 "3": `runs` must contain keys with values, not a number
            warning reserved-key 3:1 "use": `use` is reserved for a later version and has no effect: remove it"#]],
    );
    let parsed = check(
        "bos: true\nbos: false\n\"bos\": true",
        expect![[r#"
            error duplicate-key 2:1 "bos": duplicate key `bos`: only the first counts, remove the others
            error duplicate-key 3:1 "\"bos\"": duplicate key `bos`: only the first counts, remove the others"#]],
    );
    assert_eq!(parsed.bos, Some(true));
    let parsed = check(
        "config: { topK: 3, topK: 4 }",
        expect![[r#"error duplicate-key 1:20 "topK": duplicate key `topK`: only the first counts, remove the others"#]],
    );
    assert_eq!(parsed.decoding.top_k, 3);
    check(
        "config: { max_output_tokens: 3 }",
        expect![[r#"
            warning unknown-key 1:11 "max_output_tokens": unknown key `max_output_tokens`, ignored; did you mean `maxOutputTokens`?
              fix Change to `maxOutputTokens`: 1:11 "max_output_tokens" -> "maxOutputTokens""#]],
    );
    check(
        "interventions:\n  - a: { scale: 2, wehre: 3 }",
        expect![[r#"warning unknown-key 2:20 "wehre": unknown key `wehre`, ignored; the nearest known key is `set`"#]],
    );
    check(
        "interventions:\n  - a: { scale: 2, At: 3 }",
        expect![[r#"
            warning unknown-key 2:20 "At": unknown key `At`, ignored; did you mean `at`?
              fix Change to `at`: 2:20 "At" -> "at""#]],
    );
    check(
        "topK: 1",
        expect![[r#"warning unknown-key 1:1 "topK": `topK` belongs below `config:`; it is ignored here"#]],
    );
}

#[test]
fn reports_invalid_runs() {
    check(
        "runs:\n  a: 3\n  b: [L1D1: x]\n  c: [L1D1: off]",
        expect![[r#"
            error wrong-type 2:6 "3": `a` must be a list, not a number: write each entry on its own line after `- `
            error wrong-type 3:13 "x": invalid value `x`: write `off`, `boost`, a number, or { set, scale or add: number }"#]],
    );
    check(
        "runs:\n  baseline:\n  intervened: []\n  1: []\n  a b: []",
        expect![[r#"
            error run-name 2:3 "baseline": `baseline` is the run without interventions: choose another name
            error run-name 3:3 "intervened": `intervened` is the run of `interventions:`: choose another name
            error run-name 4:3 "1": invalid run name `1`: write a letter, then letters, digits, `-` or `_`
            error run-name 5:3 "a b": invalid run name `a b`: write a letter, then letters, digits, `-` or `_`"#]],
    );
    check(
        "runs:\n  a: []\n  a: []",
        expect![[r#"error duplicate-key 3:3 "a": duplicate key `a`: only the first counts, remove the others"#]],
    );
    check(
        "runs:\n  a: { use: b.yaml }\n  c: { control: a, draws: 9 }\n  d: { e: 1 }",
        expect![[r#"
            warning reserved-key 2:8 "use": `use` is reserved for a later version, so this run is ignored: write a list of interventions
            warning reserved-key 3:8 "control": `control` is reserved for a later version, so this run is ignored: write a list of interventions
            error wrong-type 4:6 "{ e: 1 }": `d` must be a list, not a mapping: write each entry on its own line after `- `"#]],
    );
}

#[test]
fn reports_wrong_types_and_ranges() {
    check(
        "model: 12\nbos: yes",
        expect![[r#"
            error wrong-type 1:8 "12": `model` must be text, not a number: put it in quotes
              fix Write "12": 1:8 "12" -> "\"12\""
            error wrong-type 2:6 "yes": `bos` must be true or false, not text"#]],
    );
    check(
        "model:\nbos:\nconfig:\ntrack:\nexpect:\ninterventions:",
        expect![[r#"
            error missing 1:1 "model": `model` has no value: write one, or remove it
            error missing 2:1 "bos": `bos` has no value: write one, or remove it"#]],
    );
    check(
        "model: [a]\ntrack: a\nexpect: {a: b}\ninterventions: 3\nconfig: x",
        expect![[r#"
            error wrong-type 1:8 "[a]": `model` must be text, not a list
            error wrong-type 2:8 "a": `track` must be a list, not text: write each entry on its own line after `- `
            error wrong-type 3:9 "{a: b}": `expect` must be a list, not a mapping: write each entry on its own line after `- `
            error wrong-type 4:16 "3": `interventions` must be a list, not a number: write each entry on its own line after `- `
            error wrong-type 5:9 "x": `config` must contain keys with values, not text"#]],
    );
    let parsed = check(
        "config:\n  maxOutputTokens: -1\n  temperature: -0.1\n  topK: 1.5\n  topP: 0\n  seed: \"7\"\n  stopSequences: [\"\", 1, a]",
        expect![[r#"
            error out-of-range 2:20 "-1": `maxOutputTokens` must be a whole number from 0 to 1000000
            error out-of-range 3:16 "-0.1": `temperature` must be 0 (greedy) or more
            error wrong-type 4:9 "1.5": `topK` must be a whole number
            error out-of-range 5:9 "0": `topP` must be more than 0 and at most 1
            error wrong-type 6:9 "\"7\"": `seed` must be a whole number, not text: remove the quotes
              fix Remove the quotes: 6:9 "\"7\"" -> "7"
            error missing 7:19 "\"\"": an entry of `stopSequences` must not be empty
            error wrong-type 7:23 "1": an entry of `stopSequences` must be text, not a number: put it in quotes
              fix Write "1": 7:23 "1" -> "\"1\"""#]],
    );
    assert_eq!(parsed.decoding, base::Decoding { stop_sequences: vec!["a".into()], ..base::Decoding::default() });
    check(
        "config: { topP: 1.01, maxOutputTokens: 1000001, temperature: .nan, seed: 18446744073709551616 }",
        expect![[r#"
            error out-of-range 1:17 "1.01": `topP` must be more than 0 and at most 1
            error out-of-range 1:40 "1000001": `maxOutputTokens` must be a whole number from 0 to 1000000
            error not-finite 1:62 ".nan": `temperature` must be a finite number
            error out-of-range 1:74 "18446744073709551616": `seed` must be a whole number from 0 to 18446744073709551615"#]],
    );
    check("config: { topP: 1, maxOutputTokens: 0, temperature: 0, topK: 0, seed: 18446744073709551615 }", expect![""]);
    check(
        "config: { temperature: 1e39 }",
        expect![[r#"error not-finite 1:24 "1e39": `temperature` is too large for float32"#]],
    );
    let parsed = check(
        "track: [a, \"\", 3, [b], c]",
        expect![[r#"
            error missing 1:12 "\"\"": an entry of `track` must not be empty
            error wrong-type 1:16 "3": an entry of `track` must be text, not a number: put it in quotes
              fix Write "3": 1:16 "3" -> "\"3\""
            error wrong-type 1:19 "[b]": an entry of `track` must be text, not a list"#]],
    );
    assert_eq!(parsed.track.len(), 2);
    check(
        "track: [1984]",
        expect![[r#"
            error wrong-type 1:9 "1984": an entry of `track` must be text, not a number: put it in quotes
              fix Write "1984": 1:9 "1984" -> "\"1984\"""#]],
    );
    check(
        "config: { seed: \"7\" }",
        expect![[r#"
            error wrong-type 1:17 "\"7\"": `seed` must be a whole number, not text: remove the quotes
              fix Remove the quotes: 1:17 "\"7\"" -> "7""#]],
    );
}

#[test]
fn reports_invalid_interventions() {
    check_each(
        &[
            "  - L3D3: true",
            "  - L3D3: on",
            "  - L3D3: Off",
            "  - L3D3: \"4.5\"",
            "  - L3D3: .nan",
            "  - L3D3: -.inf",
            "  - L3D3: 1e40",
            "  - L3D3:",
            "  - L3D3: [1]",
            "  - L3D3: {}",
            "  - L3D3: { at: last }",
            "  - L3D3: { set: 1, scale: 2 }",
            "  - L3D3: { set: .inf }",
            "  - L3D3: { scale: }",
            "  - L3D3: { off: false }",
            "  - L3D3: { boost: 1 }",
            "  - L3D3: { scale: 2, at: promt }",
            "  - L3D3: { scale: 2, at: -1 }",
            "  - L3D3: { scale: 2, at: 1.5 }",
            "  - L3D3: { scale: 2, at: { text: \"\" } }",
            "  - L3D3: { scale: 2, at: {} }",
            "  - L3D3: { scale: 2, at: [1] }",
            "  - L3D3: off\n    L4D4: off",
            "  - { L3D3: off, L4D4: off }",
            "  - {}",
            "  - L3D3",
            "  - L3D3:off",
            "  -",
            "  - \"\": off",
            "  - - a",
        ],
        |entry| format!("interventions:\n  - L1D1: 1\n{entry}\n  - L2D2: 2"),
        expect![[r#"
            "  - L3D3: true"
              error wrong-type 1:11 "true": invalid value `true`: write `off`, `boost`, a number, or { set, scale or add: number }
            "  - L3D3: on"
              error wrong-type 1:11 "on": invalid value `on`: write `off`, `boost`, a number, or { set, scale or add: number }
            "  - L3D3: Off"
              error wrong-type 1:11 "Off": invalid value `Off`: write `off`, `boost`, a number, or { set, scale or add: number }
                fix Write `off`: 1:11 "Off" -> "off"
            "  - L3D3: \"4.5\""
              error wrong-type 1:11 "\"4.5\"": `L3D3` must be a number, not text: remove the quotes
                fix Remove the quotes: 1:11 "\"4.5\"" -> "4.5"
            "  - L3D3: .nan"
              error not-finite 1:11 ".nan": `L3D3` must be a finite number
            "  - L3D3: -.inf"
              error not-finite 1:11 "-.inf": `L3D3` must be a finite number
            "  - L3D3: 1e40"
              error not-finite 1:11 "1e40": `L3D3` is too large for float32
            "  - L3D3:"
              error missing 1:5 "L3D3": `L3D3` has no value: write one, or remove it
            "  - L3D3: [1]"
              error wrong-type 1:11 "[1]": a list is not a valid value: write `off`, `boost`, a number, or { set, scale or add: number }
            "  - L3D3: {}"
              error missing 1:11 "{}": no change given: add one of `set`, `scale`, `add`, `off: true`, `boost: true`
            "  - L3D3: { at: last }"
              error missing 1:11 "{ at: last }": no change given: add one of `set`, `scale`, `add`, `off: true`, `boost: true`
            "  - L3D3: { set: 1, scale: 2 }"
              error wrong-type 1:21 "scale": use only one of `set`, `scale`, `add`, `off` and `boost`: give each its own entry
            "  - L3D3: { set: .inf }"
              error not-finite 1:18 ".inf": `set` must be a finite number
            "  - L3D3: { scale: }"
              error missing 1:13 "scale": `scale` has no value: write one, or remove it
            "  - L3D3: { off: false }"
              error out-of-range 1:18 "false": `off: false` does nothing: write `off: true`, or comment the entry out
            "  - L3D3: { boost: 1 }"
              error wrong-type 1:20 "1": `boost` must be true or false, not a number
            "  - L3D3: { scale: 2, at: promt }"
              error out-of-range 1:27 "promt": unknown position `promt`: write all, prompt, last, generated, a number, or { text: "..." }
                fix Write `prompt`: 1:27 "promt" -> "prompt"
            "  - L3D3: { scale: 2, at: -1 }"
              error out-of-range 1:27 "-1": `at` must be a whole number from 0 to 4294967295
            "  - L3D3: { scale: 2, at: 1.5 }"
              error wrong-type 1:27 "1.5": `at` must be all, prompt, last, generated, a number, or { text: "..." }
            "  - L3D3: { scale: 2, at: { text: \"\" } }"
              error missing 1:35 "\"\"": `text` must not be empty
            "  - L3D3: { scale: 2, at: {} }"
              error missing 1:27 "{}": `at` has no text: write { text: " Paris" }
            "  - L3D3: { scale: 2, at: [1] }"
              error wrong-type 1:27 "[1]": `at` must be all, prompt, last, generated, a number, or { text: "..." }
            "  - L3D3: off\n    L4D4: off"
              error wrong-type 2:5 "L4D4": an intervention must be one `target: value`, such as `L3D77: off`: give each its own entry
            "  - { L3D3: off, L4D4: off }"
              error wrong-type 1:18 "L4D4": an intervention must be one `target: value`, such as `L3D77: off`: give each its own entry
            "  - {}"
              error wrong-type 1:5 "{}": an intervention must be one `target: value`, such as `L3D77: off`
            "  - L3D3"
              error wrong-type 1:5 "L3D3": an intervention must be one `target: value`, such as `L3D77: off`
            "  - L3D3:off"
              error wrong-type 1:5 "L3D3:off": an intervention must be one `target: value`, such as `L3D77: off`, with a space after the colon
                fix Insert a space after the colon: 1:10 "" -> " "
            "  -"
              error wrong-type 1:3 "-": an intervention must be one `target: value`, such as `L3D77: off`
            "  - \"\": off"
              error missing 1:5 "\"\"": an intervention needs a target, such as `L3D77`
            "  - - a"
              error wrong-type 1:5 "- a": an intervention must be one `target: value`, such as `L3D77: off`
        "#]],
        |entry, parsed| assert_eq!(parsed.interventions.len(), 2, "{entry}"),
    );
}

#[test]
fn reports_invalid_expectations() {
    let parsed = check(
        "expect:\n  - next: a\n    rank: 0\n  - contains: a\n    rank: 2\n  - next: a\n    contains: b\n  - nxt: a\n  - b\n  - next: 3\n  - contains: \"\"\n  - next: ok\n    rank: two",
        expect![[r#"
            error out-of-range 3:11 "0": `rank` counts from 1, the most likely token
            error wrong-type 5:5 "rank": `rank` applies to `next`, not to `contains`: remove it
            error wrong-type 7:5 "contains": `next` and `contains` are two expectations: give each its own entry
            warning unknown-key 8:5 "nxt": unknown key `nxt`, ignored; did you mean `next`?
              fix Change to `next`: 8:5 "nxt" -> "next"
            error missing 8:5 "nxt: a": an entry of `expect` needs `next` or `contains`
            error wrong-type 9:5 "b": an entry of `expect` must be `next: "..."` or `contains: "..."`
            error wrong-type 10:11 "3": `next` must be text, not a number: put it in quotes
              fix Write "3": 10:11 "3" -> "\"3\""
            error missing 11:15 "\"\"": `contains` must not be empty
            error wrong-type 13:11 "two": `rank` must be a whole number, not text"#]],
    );
    assert_eq!(parsed.expect, []);
}

/// The space that makes a word a token of its own is lost without quotes.
#[test]
fn reports_a_space_that_yaml_leaves_out() {
    check(
        "track: [ war]",
        expect![[r#"
            warning unquoted-space 1:10 "war": the space in front of `war` does not count outside of quotes: write " war"
              fix Write " war": 1:10 "war" -> "\" war\"""#]],
    );
    check("track: [war]", expect![""]);
    check("track: [ war, peace ]", expect![""]);
    check("track: [\" war\"]", expect![""]);
    check("track:\n  - war", expect![""]);
}
