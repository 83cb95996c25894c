//! Each mistake produces one problem with an exact range and does not hide other problems.

use base::apply;
use syntax::{Parsed, Severity, parse};

/// Checks the problems of `front`, each written as `code text-at-its-range`; a leading `?` marks a warning.
fn check(front: &str, expected: &[&str]) -> Parsed {
    let mut parsed = Parsed { problems: Vec::new(), ..parse("") };
    for text in [format!("---\n{front}\n---\nx"), format!("---\n{front}\n---\nx").replace('\n', "\r\n")] {
        parsed = parse(&text);
        let shown = |p: &syntax::Problem| {
            let mark = if p.severity == Severity::Error { "" } else { "?" };
            format!("{mark}{} {}", p.code, &text[p.range.clone()].replace('\r', ""))
        };
        let found: Vec<_> = parsed.problems.iter().map(shown).collect();
        assert_eq!(found, expected, "{text}{:#?}", parsed.problems);
    }
    parsed
}

/// Checks that the only problem of `front` contains `part` and that its fix, if any, produces `fixed`.
fn check_message(front: &str, part: &str, fixed: Option<&str>) {
    let text = format!("---\n{front}\n---\n");
    let problems = parse(&text).problems;
    let [problem] = problems.as_slice() else { panic!("{front}: {problems:#?}") };
    assert!(problem.message.contains(part), "{front}: {}", problem.message);
    let after = problem.fix.as_ref().map(|fix| apply(&text, &fix.edits).expect("edits"));
    assert_eq!(after, fixed.map(|fixed| format!("---\n{fixed}\n---\n")), "{front}");
}

#[test]
fn reports_unknown_reserved_and_repeated_keys() {
    check("modle: a", &["?unknown-key modle"]);
    check("config:\n  temprature: 1\n  topK: 3", &["?unknown-key temprature"]);
    check("temperature: 1", &["?unknown-key temperature"]);
    check("inputs: {}\nruns: 3\nuse: [a]", &["?reserved-key inputs", "wrong-type 3", "?reserved-key use"]);
    let parsed = check("bos: true\nbos: false\n\"bos\": true", &["duplicate-key bos", "duplicate-key \"bos\""]);
    assert!(parsed.bos);
    let parsed = check("config: { topK: 3, topK: 4 }", &["duplicate-key topK"]);
    assert_eq!(parsed.decoding.top_k, 3);
    check_message("modle: a", "did you mean `model`?", Some("model: a"));
    check_message(
        "config: { max_output_tokens: 3 }",
        "did you mean `maxOutputTokens`?",
        Some("config: { maxOutputTokens: 3 }"),
    );
    check_message("interventions:\n  - a: { scale: 2, wehre: 3 }", "the nearest known key is", None);
    check_message(
        "interventions:\n  - a: { scale: 2, At: 3 }",
        "did you mean `at`?",
        Some("interventions:\n  - a: { scale: 2, at: 3 }"),
    );
    check_message("topK: 1", "belongs below `config:`", None);
}

#[test]
fn reports_invalid_runs() {
    check("runs:\n  a: 3\n  b: [L1D1: x]\n  c: [L1D1: off]", &["wrong-type 3", "wrong-type x"]);
    check(
        "runs:\n  baseline:\n  intervened: []\n  1: []\n  a b: []",
        &["run-name baseline", "run-name intervened", "run-name 1", "run-name a b"],
    );
    check("runs:\n  a: []\n  a: []", &["duplicate-key a"]);
    check(
        "runs:\n  a: { use: b.yaml }\n  c: { control: a, draws: 9 }\n  d: { e: 1 }",
        &["?reserved-key use", "?reserved-key control", "wrong-type { e: 1 }"],
    );
    check_message("runs:\n  intervened: []", "`intervened` is the run of `interventions:`", None);
}

#[test]
fn reports_wrong_types_and_ranges() {
    check("model: 12\nbos: yes", &["wrong-type 12", "wrong-type yes"]);
    check("model:\nbos:\nconfig:\ntrack:\nexpect:\ninterventions:", &["missing model", "missing bos"]);
    check(
        "model: [a]\ntrack: a\nexpect: {a: b}\ninterventions: 3\nconfig: x",
        &["wrong-type [a]", "wrong-type a", "wrong-type {a: b}", "wrong-type 3", "wrong-type x"],
    );
    let config = "config:\n  maxOutputTokens: -1\n  temperature: -0.1\n  topK: 1.5\n  topP: 0\n  seed: \"7\"\n  stopSequences: [\"\", 1, a]";
    let parsed = check(
        config,
        &[
            "out-of-range -1",
            "out-of-range -0.1",
            "wrong-type 1.5",
            "out-of-range 0",
            "wrong-type \"7\"",
            "missing \"\"",
            "wrong-type 1",
        ],
    );
    assert_eq!(parsed.decoding, base::Decoding { stop_sequences: vec!["a".into()], ..base::Decoding::default() });
    check(
        "config: { topP: 1.01, maxOutputTokens: 1000001, temperature: .nan, seed: 18446744073709551616 }",
        &["out-of-range 1.01", "out-of-range 1000001", "not-finite .nan", "out-of-range 18446744073709551616"],
    );
    check("config: { topP: 1, maxOutputTokens: 0, temperature: 0, topK: 0, seed: 18446744073709551615 }", &[]);
    check("config: { temperature: 1e39 }", &["not-finite 1e39"]);
    let parsed = check("track: [a, \"\", 3, [b], c]", &["missing \"\"", "wrong-type 3", "wrong-type [b]"]);
    assert_eq!(parsed.track.len(), 2);
    check_message("track: [1984]", "put it in quotes", Some("track: [\"1984\"]"));
    check_message("config: { seed: \"7\" }", "remove the quotes", Some("config: { seed: 7 }"));
}

#[test]
fn reports_invalid_interventions() {
    let list = |entries: &str| format!("interventions:\n  - L1D1: 1\n{entries}\n  - L2D2: 2");
    for (entry, problems) in [
        ("  - L3D3: true", &["wrong-type true"] as &[&str]),
        ("  - L3D3: on", &["wrong-type on"]),
        ("  - L3D3: Off", &["wrong-type Off"]),
        ("  - L3D3: \"4.5\"", &["wrong-type \"4.5\""]),
        ("  - L3D3: .nan", &["not-finite .nan"]),
        ("  - L3D3: -.inf", &["not-finite -.inf"]),
        ("  - L3D3: 1e40", &["not-finite 1e40"]),
        ("  - L3D3:", &["missing L3D3"]),
        ("  - L3D3: [1]", &["wrong-type [1]"]),
        ("  - L3D3: {}", &["missing {}"]),
        ("  - L3D3: { at: last }", &["missing { at: last }"]),
        ("  - L3D3: { set: 1, scale: 2 }", &["wrong-type scale"]),
        ("  - L3D3: { set: .inf }", &["not-finite .inf"]),
        ("  - L3D3: { scale: }", &["missing scale"]),
        ("  - L3D3: { off: false }", &["out-of-range false"]),
        ("  - L3D3: { boost: 1 }", &["wrong-type 1"]),
        ("  - L3D3: { scale: 2, at: promt }", &["out-of-range promt"]),
        ("  - L3D3: { scale: 2, at: -1 }", &["out-of-range -1"]),
        ("  - L3D3: { scale: 2, at: 1.5 }", &["wrong-type 1.5"]),
        ("  - L3D3: { scale: 2, at: { text: \"\" } }", &["missing \"\""]),
        ("  - L3D3: { scale: 2, at: {} }", &["missing {}"]),
        ("  - L3D3: { scale: 2, at: [1] }", &["wrong-type [1]"]),
        ("  - L3D3: off\n    L4D4: off", &["wrong-type L4D4"]),
        ("  - { L3D3: off, L4D4: off }", &["wrong-type L4D4"]),
        ("  - {}", &["wrong-type {}"]),
        ("  - L3D3", &["wrong-type L3D3"]),
        ("  - L3D3:off", &["wrong-type L3D3:off"]),
        ("  -", &["wrong-type -"]),
        ("  - \"\": off", &["missing \"\""]),
        ("  - - a", &["wrong-type - a"]),
    ] {
        let parsed = check(&list(entry), problems);
        assert_eq!(parsed.interventions.len(), 2, "{entry}");
    }
    check_message("interventions:\n  - a: Off", "write `off`", Some("interventions:\n  - a: off"));
    check_message(
        "interventions:\n  - a: { add: 1, at: promt }",
        "unknown position `promt`",
        Some("interventions:\n  - a: { add: 1, at: prompt }"),
    );
}

#[test]
fn reports_invalid_expectations() {
    let front = "expect:\n  - next: a\n    rank: 0\n  - contains: a\n    rank: 2\n  - next: a\n    contains: b\n  - nxt: a\n  - b\n  - next: 3\n  - contains: \"\"\n  - next: ok\n    rank: two";
    let parsed = check(
        front,
        &[
            "out-of-range 0",
            "wrong-type rank",
            "wrong-type contains",
            "?unknown-key nxt",
            "missing nxt: a",
            "wrong-type b",
            "wrong-type 3",
            "missing \"\"",
            "wrong-type two",
        ],
    );
    assert_eq!(parsed.expect, []);
}

#[test]
fn invalid_yaml_affects_only_its_own_entry() {
    for (line, problems) in [
        ("model: [a, b", &["syntax [a, b"] as &[&str]),
        ("model: {a: {b: c}", &["syntax {a: {b: c}"]),
        ("model: [a, {b: c]", &["syntax {b: c]"]),
        ("model: \"a", &["syntax \"a"]),
        ("model: 'it''s", &["syntax 'it''s"]),
        ("model: \"a\\qb\"", &["syntax \\q"]),
        ("model: \"a\\x4\"", &["syntax \\x4"]),
        ("model: \"a\" b", &["syntax b"]),
        ("model: [a] b", &["syntax b"]),
        ("model: [a]]", &["syntax ]"]),
        ("model: a: b", &["syntax a: b"]),
        ("model: - a", &["syntax - a"]),
        ("model: @a", &["syntax @a"]),
        ("model: &a b", &["unsupported-yaml &a"]),
        ("model: *a", &["unsupported-yaml *a"]),
        ("model: !!str a", &["unsupported-yaml !!str"]),
        ("model: [b, !x a]", &["unsupported-yaml !x"]),
        ("&a model: b", &["unsupported-yaml &a"]),
        ("<<: { model: a }", &["unsupported-yaml <<"]),
        ("config: { <<: a }", &["unsupported-yaml <<"]),
        ("? model", &["syntax ? model"]),
        ("model", &["syntax model"]),
        ("model:a", &["syntax model:a"]),
        ("- model: a", &["syntax - model: a"]),
        ("...", &["syntax ..."]),
        ("%YAML 1.2", &["syntax %YAML 1.2"]),
        ("model: a\n   b: c", &["syntax b: c"]),
        ("model: a\u{0}b", &["syntax \u{0}"]),
        ("# a\u{7}b", &["syntax \u{7}"]),
    ] {
        let parsed = check(&format!("track: [a]\n{line}\nbos: true"), problems);
        assert_eq!((parsed.bos, parsed.track.len()), (true, 1), "{line}");
        let parsed = check(&format!("{line}\nbos: true"), problems);
        assert!(parsed.bos, "{line}");
    }
    let parsed = parse("---\nmodel: a\r bos: true\n---\n");
    assert_eq!((parsed.problems.len(), parsed.bos), (1, false));
}

#[test]
fn reports_wrong_indentation() {
    let parsed = check(
        "interventions:\n  - L1D1: 1\n    - L2D2: 2\n - L3D3: 3\n  - L4D4: 4",
        &["syntax - L2D2: 2", "syntax - L3D3: 3"],
    );
    assert_eq!(parsed.interventions.len(), 4);
    let parsed = check("config:\n  topK: 1\n seed: 2\n  topP: 0.5", &["syntax seed: 2"]);
    assert_eq!((parsed.decoding.top_k, parsed.decoding.seed, parsed.decoding.top_p), (1, 2, 0.5));
    let parsed = check("  model: a\nbos: true\ninterventions:\n  - L1D1: 1", &["syntax model: a"]);
    assert!(parsed.bos && parsed.model.is_some() && parsed.interventions.len() == 1);
    check("interventions:\n\t- L1D1: 1", &["syntax \t"]);
    check_message("interventions:\n\t- L1D1: 1", "tab", Some("interventions:\n - L1D1: 1"));
    check_message("track:\n  - a\n - b", "instead of 2", Some("track:\n  - a\n  - b"));
    check("interventions:\n  L1D1: off", &["wrong-type L1D1: off"]);
}

#[test]
fn recovers_unclosed_front_matter() {
    let text = "---\nmodel: a\ntrack: [b]\nThe Eiffel";
    let parsed = parse(text);
    let [problem] = parsed.problems.as_slice() else { panic!("{:?}", parsed.problems) };
    assert_eq!((problem.code, problem.range.clone()), ("unclosed-front-matter", 0..3));
    assert_eq!((parsed.model.is_some(), parsed.track.len(), &text[parsed.prompt]), (true, 1, "The Eiffel"));
    let fixed = apply(text, &problem.fix.as_ref().unwrap().edits).unwrap();
    assert_eq!(fixed, "---\nmodel: a\ntrack: [b]\n---\nThe Eiffel");

    let text = "---\r\nThe Eiffel";
    let problem = parse(text).problems.remove(0);
    let fixed = apply(text, &problem.fix.unwrap().edits).unwrap();
    assert_eq!(&fixed[parse(&fixed).prompt], text);
}

#[test]
fn limits_problems_and_front_matter_size() {
    let parsed = parse(&format!("---\n{}---\nx", "what is this\n".repeat(1000)));
    assert_eq!(parsed.problems.len(), 201);
    let last = parsed.problems.iter().find(|p| p.code == "too-many-problems").unwrap();
    assert_eq!((last.severity, last.message.starts_with("800 more")), (Severity::Error, true));

    let text = format!("---\nbos: true\n{}---\nx", "what is this\n".repeat(100_000));
    let parsed = parse(&text);
    let [problem] = parsed.problems.as_slice() else { panic!("{:?}", parsed.problems) };
    assert_eq!((problem.code, &text[problem.range.clone()]), ("too-large", "bos: true"));
    assert_eq!(&text[parsed.prompt], "x");

    for hostile in ["[", "- ", "{a: ", "? ", "\"", "a: ", "&", "!", "|"] {
        parse(&format!("---\ntrack: {}\n---\nx", hostile.repeat(100_000)));
        parse(&format!("---\ntrack:\n  {}\n---\nx", hostile.repeat(100_000)));
    }
}
