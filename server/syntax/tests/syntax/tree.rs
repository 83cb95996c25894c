//! The tree of valid files, in every style of YAML.

use std::fmt::Write as _;

use base::{Change, Scope};
use expect_test::{Expect, expect};
use syntax::{FileKind, Parsed, TargetRef, parse, parse_intervention, write_change};

const EXAMPLE: &str = r#"---
model: starter               # a configured name
config:                      # decoding
  maxOutputTokens: 24
  temperature: 0.5
  topK: 0x28
  topP: 0.9
  seed: 7
  stopSequences: ["\n\n"]
bos: true                    # prepend the model's beginning-of-text token
interventions:
  - L3D77: off               # court, judge, law
  - L5D901: 4.5
  - L2D13: { scale: 2, at: prompt }
  - food: { add: 3.0, at: generated }     # a named vector, or a named group of them
  - L4D6: { set: 0, at: { text: " Eiffel" } }
  # - L7D12: off                          # disabled
track: [" Paris", " London"] # tokens to track
expect:                      # checked
  - next: " Paris"           # the most likely next token ...
    rank: 3                  # ... or among the 3 most likely
  - contains: Paris          # in the continuation
---
The Eiffel Tower is in the city of
"#;

/// Parses a file of unembed that must have no problems.
fn parse_valid(text: &str) -> Parsed {
    let parsed = parse(text);
    assert_eq!(parsed.problems, [], "{text}");
    assert_eq!(parsed.kind, FileKind::Ours, "{text}");
    parsed
}

/// The entries as `line target value at?`; disabled entries start with `#`.
fn entries(text: &str, parsed: &Parsed) -> Vec<String> {
    let entry = |e: &syntax::Entry| {
        let target = match &e.target.value {
            TargetRef::Id(id) => id.to_string(),
            TargetRef::Name(name) => format!("<{name}>"),
        };
        let mark = if e.enabled { "" } else { "#" };
        let comment = e.comment.as_ref().map(|range| format!(" {}", &text[range.clone()])).unwrap_or_default();
        format!("{mark}{} {target} {}{comment}", e.line, write_change(e.change.value, &e.scope()))
    };
    parsed.interventions.iter().map(entry).collect()
}

/// Every part of a file with the text at its range.
fn shown(text: &str, parsed: &Parsed) -> String {
    let at = |range: &std::ops::Range<usize>| format!("{:?}", text[range.clone()].replace('\r', ""));
    let mut out =
        format!("prompt {}\nbos {}\n{:?}\n", at(&parsed.prompt), parsed.bos.unwrap_or(false), parsed.decoding);
    if let Some(model) = &parsed.model {
        writeln!(out, "model {} at {}", model.value, at(&model.range)).unwrap();
    }
    for (entry, shown) in parsed.interventions.iter().zip(entries(text, parsed)) {
        let (target, value, change) = (at(&entry.target.range), at(&entry.value), at(&entry.change.range));
        writeln!(out, "{shown}\n  lines {}", at(&entry.lines)).unwrap();
        write!(out, "  target {target} value {value} change {change}").unwrap();
        entry.at.iter().for_each(|place| write!(out, " at {}", at(&place.range)).unwrap());
        out.push('\n');
    }
    for token in &parsed.track {
        writeln!(out, "track {:?} at {}", token.value, at(&token.range)).unwrap();
    }
    for expect in &parsed.expect {
        writeln!(out, "{} {:?} at {}", expect.line, expect.expectation.value, at(&expect.expectation.range)).unwrap();
    }
    for key in &parsed.keys {
        let lines = text[key.lines.clone()].trim_end().lines().count();
        writeln!(out, "key {} at {}, {lines} lines", key.name.value, at(&key.name.range)).unwrap();
    }
    out
}

#[test]
fn parses_the_example_of_the_format() {
    let texts = [EXAMPLE.to_owned(), EXAMPLE.replace('\n', "\r\n"), format!("\u{feff}{EXAMPLE}")];
    let [lf, crlf, bom] = texts.map(|text| {
        let parsed = parse_valid(&text);
        assert!(text[parsed.keys[3].lines.clone()].trim_end().ends_with("# disabled"));
        shown(&text, &parsed)
    });
    assert_eq!((&crlf, &bom), (&lf, &lf));
    expect![[r#"
        prompt "The Eiffel Tower is in the city of"
        bos true
        Decoding { max_output_tokens: 24, temperature: 0.5, top_k: 40, top_p: 0.9, seed: 7, stop_sequences: ["\n\n"] }
        model starter at "starter"
        12 L3D77 off # court, judge, law
          lines "  - L3D77: off               # court, judge, law\n"
          target "L3D77" value "off" change "off"
        13 L5D901 4.5
          lines "  - L5D901: 4.5\n"
          target "L5D901" value "4.5" change "4.5"
        14 L2D13 { scale: 2, at: prompt }
          lines "  - L2D13: { scale: 2, at: prompt }\n"
          target "L2D13" value "{ scale: 2, at: prompt }" change "scale: 2" at "prompt"
        15 <food> { add: 3, at: generated } # a named vector, or a named group of them
          lines "  - food: { add: 3.0, at: generated }     # a named vector, or a named group of them\n"
          target "food" value "{ add: 3.0, at: generated }" change "add: 3.0" at "generated"
        16 L4D6 { set: 0, at: { text: " Eiffel" } }
          lines "  - L4D6: { set: 0, at: { text: \" Eiffel\" } }\n"
          target "L4D6" value "{ set: 0, at: { text: \" Eiffel\" } }" change "set: 0" at "{ text: \" Eiffel\" }"
        #17 L7D12 off # disabled
          lines "  # - L7D12: off                          # disabled\n"
          target "L7D12" value "off" change "off"
        track " Paris" at "\" Paris\""
        track " London" at "\" London\""
        20 Next { next: " Paris", rank: 3 } at "\" Paris\""
        22 Contains { contains: "Paris" } at "Paris"
        key model at "model", 1 lines
        key config at "config", 7 lines
        key bos at "bos", 1 lines
        key interventions at "interventions", 7 lines
        key track at "track", 1 lines
        key expect at "expect", 4 lines
    "#]]
    .assert_eq(&lf);
}

/// `list` is the text after `interventions:`.
#[track_caller]
fn check(list: &str, expected: Expect) {
    let [last, before_track] = ["", "track: [a]\n"].map(|after| {
        let text = format!("---\ninterventions:{list}{after}---\nx");
        entries(&text, &parse_valid(&text)).join("\n")
    });
    assert_eq!(last, before_track);
    expected.assert_eq(&last);
}

#[test]
fn parses_lists_in_every_style() {
    check("\n", expect![""]);
    check(" # nothing\n", expect![""]);
    check(" []\n", expect![""]);
    check(" ~\n", expect![""]);
    check(
        " [L1D1: off, { L2D2: boost }, {\"a b\": {scale: 2}}]\n",
        expect![[r#"
            2 L1D1 off
            2 L2D2 boost
            2 <a b> { scale: 2 }"#]],
    );
    check(
        " [\n  L1D1: off,  # c\n  food: 3,\n]\n",
        expect![[r#"
            3 L1D1 off
            4 <food> 3"#]],
    );
    check(
        "\n- L1D1: off # c\n- L2D2: 1\n",
        expect![[r#"
            3 L1D1 off # c
            4 L2D2 1"#]],
    );
    check(
        "\n  -   L1D1:   off   \n\n  -\n    L2D2: 1\n",
        expect![[r#"
            3 L1D1 off
            5 L2D2 1"#]],
    );
    check(
        "\n  - L2D13:\n      scale: 2\n      at:\n        text: >-\n          a\n          b\n",
        expect![[r#"3 L2D13 { scale: 2, at: { text: "a b" } }"#]],
    );
    check("\n  - { L2D13: { scale: 2,\n      at: 3 } }  # c\n", expect!["3 L2D13 { scale: 2, at: 3 } # c"]);
    check("\n  - \"L1D1\": 'off'\n  - ? L2\n".split("  - ?").next().unwrap(), expect!["3 L1D1 off"]);
}

#[test]
fn parses_values_in_every_style() {
    for (value, change, at) in [
        ("off", Change::Set(0.0), Scope::All),
        ("\"off\"", Change::Set(0.0), Scope::All),
        ("false", Change::Set(0.0), Scope::All),
        ("False", Change::Set(0.0), Scope::All),
        ("boost", Change::Boost, Scope::All),
        ("-3", Change::Set(-3.0), Scope::All),
        ("0x1F", Change::Set(31.0), Scope::All),
        ("0o17", Change::Set(15.0), Scope::All),
        ("+.5e1", Change::Set(5.0), Scope::All),
        ("{ set: 1e-3 }", Change::Set(1e-3), Scope::All),
        ("{set: 1}", Change::Set(1.0), Scope::All),
        ("{\"set\":1}", Change::Set(1.0), Scope::All),
        ("{ off: true, at: last }", Change::Set(0.0), Scope::Last),
        ("{ false: true, at: last }", Change::Set(0.0), Scope::Last),
        ("{ boost: true, at: all }", Change::Boost, Scope::All),
        ("{ at: 0, add: -2 }", Change::Add(-2.0), Scope::Position(0)),
        ("{ scale: 2, at: \"generated\" }", Change::Scale(2.0), Scope::Generated),
        ("{ scale: 2, at: { text: yes } }", Change::Scale(2.0), Scope::Text("yes".into())),
        ("{ scale: 2, at: { text: '{a}: #' } }", Change::Scale(2.0), Scope::Text("{a}: #".into())),
    ] {
        let parsed = parse_valid(&format!("---\ninterventions:\n  - food: {value}\n---\n"));
        let entry = &parsed.interventions[0];
        assert_eq!((entry.change.value, entry.scope()), (change, at), "{value}");
    }
}

#[test]
fn a_comment_that_parses_as_an_entry_is_a_disabled_entry() {
    check("\n  # - L7D12: off\n", expect!["#3 L7D12 off"]);
    check(
        "\n  #- L7D12: off # a, b\n\n  #   - L7D13: { scale: 2 }\n",
        expect![[r#"
            #3 L7D12 off # a, b
            #5 L7D13 { scale: 2 }"#]],
    );
    check(
        "\n  - L1D1: 1\n# - L2D2: 2\n      # - L3D3: 3\n  - L4D4: 4\n",
        expect![[r#"
            3 L1D1 1
            #4 L2D2 2
            #5 L3D3 3
            6 L4D4 4"#]],
    );
    check(
        "\n- L1D1: 1\n# - L2D2: 2\n",
        expect![[r#"
            3 L1D1 1
            #4 L2D2 2"#]],
    );
    check("\n# - L2D2: 2\n", expect!["#3 L2D2 2"]);
    check(
        "\n  # - L2D13:\n  #     scale: 2\n  #     at: prompt\n  # words\n",
        expect!["#3 L2D13 { scale: 2, at: prompt }"],
    );
    check("\n  # - L2D13: off\n  # - and:\n  #   more\n", expect!["#3 L2D13 off"]);
    check(
        "\n  # - L2D13: { scale: 2,\n # at: prompt\n  # }\n  # words\n",
        expect!["#3 L2D13 { scale: 2, at: prompt }"],
    );
    // A line that is not an entry is still part of the list.
    let odd = "---\ninterventions:\n  - L1D1: 1\n x\n# - L2D2: 2\n y\ntrack: [a]\n---\nz";
    expect![[r#"
        3 L1D1 1
        #5 L2D2 2"#]]
    .assert_eq(&entries(odd, &parse(odd)).join("\n"));
    // Comments that are prose.
    check("\n  # - L7D12:\n # off\n", expect![""]);
    check(
        "\n  # L7D12: off\n  # - see the paper\n  # - L7D12 off\n  # - L7D12: true\n  # - L1D1: 1: 2\n  #\n",
        expect![""],
    );
    check("\n  - L1D1: off  # - L2D2: off\n", expect!["3 L1D1 off # - L2D2: off"]);
    check("\n  - L2D13:\n      # - L8D8: off\n      scale: 2\n", expect!["3 L2D13 { scale: 2 }"]);
    check("\n  - L1D1: 1\n\n# - L2D2: 2\n", expect!["3 L1D1 1"]);
    check(" []\n  # - L2D2: 2\n", expect![""]);
    let outside = "---\n# - L1D1: 1\nbos: true\n  # - L1D1: 2\ninterventions:\n  - L1D1: 3\ntrack: [a]\n  # - L1D1: 4\n---\n# - L1D1: 5\n";
    expect!["6 L1D1 3"].assert_eq(&entries(outside, &parse_valid(outside)).join("\n"));
}

#[test]
fn parses_strings_in_every_style() {
    let text = "---\n\"model\":\n  ./a b\nconfig: {\"temperature\": 1, stopSequences: ['it''s', \"\\t\", é]}\ntrack:\n- |2\n   a\n- yes\n- off\n- \"1\"\n- >-\n  a\n  b\n- a\n  b # c\n- a#b\n---\n";
    let parsed = parse_valid(text);
    assert_eq!(parsed.model.unwrap().value, "./a b");
    assert_eq!(parsed.decoding.temperature, 1.0);
    assert_eq!(parsed.decoding.stop_sequences, ["it's", "\t", "é"]);
    let track: Vec<_> = parsed.track.iter().map(|t| t.value.as_str()).collect();
    assert_eq!(track, [" a\n", "yes", "off", "1", "a b", "a b", "a#b"]);
}

#[test]
fn parses_front_matter_as_json_or_indented() {
    let json = parse_valid(
        "---\n{\"model\": \"a\", \"track\": [\" b\"], \"interventions\": [{\"L1D1\": {\"scale\": 2}}]}\n---\nx",
    );
    assert_eq!((json.track.len(), json.interventions.len()), (1, 1));
    let indented = parse_valid("---\n  model: a\n  interventions:\n    - L1D1: off\n  track:\n  - b\n---\nx");
    assert_eq!((indented.track.len(), indented.interventions.len()), (1, 1));
}

#[test]
fn parses_interventions_of_the_command_line() {
    let mut out = String::new();
    for argument in [
        "L5D901=4.5",
        "L5D901: 4.5",
        " L5D901 = off ",
        "L5D901=boost",
        "L2D13={ scale: 2, at: prompt }",
        "L2D13: {scale: 2, at: {text: 'a=b'}}",
        "two words=false",
        "",
        "L5D901",
        "=3",
        "L5D901=",
        "L5D901=on",
        "L5D901=nan",
        "L5D901=.nan",
        "L5D901={ scale: 2",
        "L5D901={ scale: 2, att: 3 }",
        "L5D901=1\nL5D902=1",
    ] {
        match parse_intervention(argument) {
            Ok(read) => {
                let target = match read.target {
                    TargetRef::Id(id) => id.to_string(),
                    TargetRef::Name(name) => format!("<{name}>"),
                };
                writeln!(out, "{argument:?}: {target} {}", write_change(read.change, &read.at)).unwrap();
            }
            Err(error) => writeln!(out, "{argument:?}: error: {error}").unwrap(),
        }
    }
    expect![[r#"
        "L5D901=4.5": L5D901 4.5
        "L5D901: 4.5": L5D901 4.5
        " L5D901 = off ": L5D901 off
        "L5D901=boost": L5D901 boost
        "L2D13={ scale: 2, at: prompt }": L2D13 { scale: 2, at: prompt }
        "L2D13: {scale: 2, at: {text: 'a=b'}}": L2D13 { scale: 2, at: { text: "a=b" } }
        "two words=false": <two words> off
        "": error: invalid intervention ``: write one like L3D77=off, L5D901=4.5 or "L2D13={ scale: 2, at: prompt }"
        "L5D901": error: invalid intervention `L5D901`: write one like L3D77=off, L5D901=4.5 or "L2D13={ scale: 2, at: prompt }"
        "=3": error: invalid intervention `=3`: an intervention needs a target, such as `L3D77`
        "L5D901=": error: invalid intervention `L5D901=`: `L5D901` has no value: write one, or remove it
        "L5D901=on": error: invalid intervention `L5D901=on`: invalid value `on`: write `off`, `boost`, a number, or { set, scale or add: number }
        "L5D901=nan": error: invalid intervention `L5D901=nan`: invalid value `nan`: write `off`, `boost`, a number, or { set, scale or add: number }
        "L5D901=.nan": error: invalid intervention `L5D901=.nan`: `L5D901` must be a finite number
        "L5D901={ scale: 2": error: invalid intervention `L5D901={ scale: 2`: this `{` is never closed: add the closing bracket
        "L5D901={ scale: 2, att: 3 }": error: invalid intervention `L5D901={ scale: 2, att: 3 }`: unknown key `att`, ignored; did you mean `at`?
        "L5D901=1\nL5D902=1": error: invalid intervention `L5D901=1␣L5D902=1`: it must be one line
    "#]].assert_eq(&out);
}

#[test]
fn write_change_uses_the_documented_style() {
    let mut out = String::new();
    for (change, at) in [
        (Change::Set(0.0), Scope::All),
        (Change::Set(-0.0), Scope::All),
        (Change::Set(4.5), Scope::All),
        (Change::Set(0.1), Scope::All),
        (Change::Set(1e9), Scope::All),
        (Change::Set(1e-45), Scope::All),
        (Change::Set(123456.0), Scope::All),
        (Change::Scale(2.0), Scope::All),
        (Change::Boost, Scope::All),
        (Change::Boost, Scope::Position(3)),
        (Change::Set(0.0), Scope::Text(" \"E\"\n".into())),
        (Change::Add(3.0), Scope::Generated),
    ] {
        writeln!(out, "{change:?} {at:?}: {}", write_change(change, &at)).unwrap();
    }
    expect![[r#"
        Set(0.0) All: off
        Set(-0.0) All: -0
        Set(4.5) All: 4.5
        Set(0.1) All: 0.1
        Set(1000000000.0) All: 1e9
        Set(1e-45) All: 1e-45
        Set(123456.0) All: 123456
        Scale(2.0) All: { scale: 2 }
        Boost All: boost
        Boost Position(3): { boost: true, at: 3 }
        Set(0.0) Text(" \"E\"\n"): { set: 0, at: { text: " \"E\"\n" } }
        Add(3.0) Generated: { add: 3, at: generated }
    "#]]
    .assert_eq(&out);
}
