//! The tree of valid files, in every style of YAML.

use base::{Change, Expectation, Scope};
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

#[test]
fn parses_the_example_of_the_format() {
    for text in [EXAMPLE.to_owned(), EXAMPLE.replace('\n', "\r\n"), format!("\u{feff}{EXAMPLE}")] {
        let parsed = parse_valid(&text);
        let written = |range: &std::ops::Range<usize>| &text[range.clone()];
        assert_eq!(written(&parsed.prompt), "The Eiffel Tower is in the city of");
        let model = parsed.model.as_ref().unwrap();
        assert_eq!((model.value.as_str(), written(&model.range)), ("starter", "starter"));
        let decoding = &parsed.decoding;
        assert_eq!((decoding.max_output_tokens, decoding.top_k, decoding.seed), (24, 40, 7));
        assert_eq!((decoding.temperature, decoding.top_p), (0.5, 0.9));
        assert_eq!(decoding.stop_sequences, ["\n\n"]);
        assert!(parsed.bos);
        assert_eq!(
            entries(&text, &parsed),
            [
                "12 L3D77 off # court, judge, law",
                "13 L5D901 4.5",
                "14 L2D13 { scale: 2, at: prompt }",
                "15 <food> { add: 3, at: generated } # a named vector, or a named group of them",
                "16 L4D6 { set: 0, at: { text: \" Eiffel\" } }",
                "#17 L7D12 off # disabled",
            ]
        );
        let third = &parsed.interventions[2];
        assert_eq!(written(&third.target.range), "L2D13");
        assert_eq!(written(&third.value), "{ scale: 2, at: prompt }");
        assert_eq!(written(&third.change.range), "scale: 2");
        assert_eq!(written(&third.at.as_ref().unwrap().range), "prompt");
        assert_eq!(written(&third.lines).trim_end(), "  - L2D13: { scale: 2, at: prompt }");
        assert!(written(&third.lines).ends_with('\n'));
        let track: Vec<_> = parsed.track.iter().map(|t| (t.value.as_str(), written(&t.range))).collect();
        assert_eq!(track, [(" Paris", "\" Paris\""), (" London", "\" London\"")]);
        let expect: Vec<_> = parsed.expect.iter().map(|e| (e.line, &e.expectation.value)).collect();
        let next = Expectation::Next { next: " Paris".into(), rank: 3 };
        assert_eq!(expect, [(20, &next), (22, &Expectation::Contains { contains: "Paris".into() })]);
        assert_eq!(written(&parsed.expect[0].expectation.range), "\" Paris\"");
        let keys: Vec<_> = parsed.keys.iter().map(|key| key.name.value.as_str()).collect();
        assert_eq!(keys, ["model", "config", "bos", "interventions", "track", "expect"]);
        assert!(written(&parsed.keys[3].lines).trim_end().ends_with("# disabled"));
    }
}

/// `list` is the text after `interventions:`.
fn check(list: &str, expected: &[&str]) {
    for text in [format!("---\ninterventions:{list}---\nx"), format!("---\ninterventions:{list}track: [a]\n---\nx")] {
        assert_eq!(entries(&text, &parse_valid(&text)), expected, "{text}");
    }
}

#[test]
fn parses_lists_in_every_style() {
    check("\n", &[]);
    check(" # nothing\n", &[]);
    check(" []\n", &[]);
    check(" ~\n", &[]);
    check(
        " [L1D1: off, { L2D2: boost }, {\"a b\": {scale: 2}}]\n",
        &["2 L1D1 off", "2 L2D2 boost", "2 <a b> { scale: 2 }"],
    );
    check(" [\n  L1D1: off,  # c\n  food: 3,\n]\n", &["3 L1D1 off", "4 <food> 3"]);
    check("\n- L1D1: off # c\n- L2D2: 1\n", &["3 L1D1 off # c", "4 L2D2 1"]);
    check("\n  -   L1D1:   off   \n\n  -\n    L2D2: 1\n", &["3 L1D1 off", "5 L2D2 1"]);
    check(
        "\n  - L2D13:\n      scale: 2\n      at:\n        text: >-\n          a\n          b\n",
        &["3 L2D13 { scale: 2, at: { text: \"a b\" } }"],
    );
    check("\n  - { L2D13: { scale: 2,\n      at: 3 } }  # c\n", &["3 L2D13 { scale: 2, at: 3 } # c"]);
    check("\n  - \"L1D1\": 'off'\n  - ? L2\n".split("  - ?").next().unwrap(), &["3 L1D1 off"]);
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
    check("\n  # - L7D12: off\n", &["#3 L7D12 off"]);
    check(
        "\n  #- L7D12: off # a, b\n\n  #   - L7D13: { scale: 2 }\n",
        &["#3 L7D12 off # a, b", "#5 L7D13 { scale: 2 }"],
    );
    check(
        "\n  - L1D1: 1\n# - L2D2: 2\n      # - L3D3: 3\n  - L4D4: 4\n",
        &["3 L1D1 1", "#4 L2D2 2", "#5 L3D3 3", "6 L4D4 4"],
    );
    check("\n- L1D1: 1\n# - L2D2: 2\n", &["3 L1D1 1", "#4 L2D2 2"]);
    check("\n# - L2D2: 2\n", &["#3 L2D2 2"]);
    check("\n  # - L2D13:\n  #     scale: 2\n  #     at: prompt\n  # words\n", &["#3 L2D13 { scale: 2, at: prompt }"]);
    check("\n  # - L2D13: off\n  # - and:\n  #   more\n", &["#3 L2D13 off"]);
    check("\n  # - L2D13: { scale: 2,\n # at: prompt\n  # }\n  # words\n", &["#3 L2D13 { scale: 2, at: prompt }"]);
    // A line that is not an entry is still part of the list.
    let odd = "---\ninterventions:\n  - L1D1: 1\n x\n# - L2D2: 2\n y\ntrack: [a]\n---\nz";
    assert_eq!(entries(odd, &parse(odd)), ["3 L1D1 1", "#5 L2D2 2"]);
    // Comments that are prose.
    check("\n  # - L7D12:\n # off\n", &[]);
    check("\n  # L7D12: off\n  # - see the paper\n  # - L7D12 off\n  # - L7D12: true\n  # - L1D1: 1: 2\n  #\n", &[]);
    check("\n  - L1D1: off  # - L2D2: off\n", &["3 L1D1 off # - L2D2: off"]);
    check("\n  - L2D13:\n      # - L8D8: off\n      scale: 2\n", &["3 L2D13 { scale: 2 }"]);
    check("\n  - L1D1: 1\n\n# - L2D2: 2\n", &["3 L1D1 1"]);
    check(" []\n  # - L2D2: 2\n", &[]);
    let outside = "---\n# - L1D1: 1\nbos: true\n  # - L1D1: 2\ninterventions:\n  - L1D1: 3\ntrack: [a]\n  # - L1D1: 4\n---\n# - L1D1: 5\n";
    assert_eq!(entries(outside, &parse_valid(outside)), ["6 L1D1 3"]);
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
    for (argument, expected) in [
        ("L5D901=4.5", "L5D901 4.5"),
        ("L5D901: 4.5", "L5D901 4.5"),
        (" L5D901 = off ", "L5D901 off"),
        ("L5D901=boost", "L5D901 boost"),
        ("L2D13={ scale: 2, at: prompt }", "L2D13 { scale: 2, at: prompt }"),
        ("L2D13: {scale: 2, at: {text: 'a=b'}}", "L2D13 { scale: 2, at: { text: \"a=b\" } }"),
        ("two words=false", "two words off"),
    ] {
        let read = parse_intervention(argument).unwrap();
        let target = match read.target {
            TargetRef::Id(id) => id.to_string(),
            TargetRef::Name(name) => name,
        };
        assert_eq!(format!("{target} {}", write_change(read.change, &read.at)), expected, "{argument}");
    }
    for (argument, part) in [
        ("", "write one like L3D77=off"),
        ("L5D901", "write one like L3D77=off"),
        ("=3", "needs a target"),
        ("L5D901=", "`L5D901` has no value"),
        ("L5D901=on", "invalid value `on`"),
        ("L5D901=nan", "invalid value `nan`"),
        ("L5D901=.nan", "must be a finite number"),
        ("L5D901={ scale: 2", "never closed"),
        ("L5D901={ scale: 2, att: 3 }", "did you mean `at`"),
        ("L5D901=1\nL5D902=1", "must be one line"),
    ] {
        let message = parse_intervention(argument).unwrap_err().to_string();
        assert!(message.contains(part) && !message.contains('\n'), "{argument}: {message}");
    }
}

#[test]
fn write_change_uses_the_documented_style() {
    for (change, at, written) in [
        (Change::Set(0.0), Scope::All, "off"),
        (Change::Set(-0.0), Scope::All, "-0"),
        (Change::Set(4.5), Scope::All, "4.5"),
        (Change::Set(0.1), Scope::All, "0.1"),
        (Change::Set(1e9), Scope::All, "1e9"),
        (Change::Set(1e-45), Scope::All, "1e-45"),
        (Change::Set(123456.0), Scope::All, "123456"),
        (Change::Scale(2.0), Scope::All, "{ scale: 2 }"),
        (Change::Boost, Scope::All, "boost"),
        (Change::Boost, Scope::Position(3), "{ boost: true, at: 3 }"),
        (Change::Set(0.0), Scope::Text(" \"E\"\n".into()), r#"{ set: 0, at: { text: " \"E\"\n" } }"#),
        (Change::Add(3.0), Scope::Generated, "{ add: 3, at: generated }"),
    ] {
        assert_eq!(write_change(change, &at), written);
    }
}

/// Each run of a file with its entries; disabled entries are in brackets.
fn runs(text: &str) -> Vec<String> {
    let parsed = parse(text);
    let names = std::iter::once(base::RunName::intervened()).chain(parsed.runs.iter().map(|list| list.name.clone()));
    let of = |name: base::RunName| {
        let shown = |entry: &syntax::Entry| match entry.enabled {
            true => entry.target.value.to_string(),
            false => format!("({})", entry.target.value),
        };
        format!("{name}: {}", parsed.entries_of(&name).map(shown).collect::<Vec<_>>().join(" "))
    };
    names.map(of).collect()
}

#[test]
fn each_run_has_its_own_list() {
    let text = "---\nruns:\n  # - L9D9: off\n  both:\n    - L1D1: off  # one\n    # - L2D2: 3\n    - food: { scale: 2, at: last }\n\
                \x20 flow-1: [ L3D3: off, { L4D4: 1 } ]\n  none:\n  empty: []\ninterventions:\n  - L5D5: 1\n---\nx";
    assert_eq!(
        runs(text),
        ["intervened: L5D5", "both: L1D1 (L2D2) food", "flow-1: L3D3 L4D4", "none: ", "empty: "],
        "{:?}",
        parse(text).problems
    );
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
    assert_eq!(runs(text), ["intervened: ", "good: L1D1", "bad: "]);
}
