//! The JSON documents, written out.

use std::collections::BTreeSet;

use base::{Cancel, ValueId};
use expect_test::{Expect, expect, expect_file};
use ide::{Added, Addition, File, TraceOptions, generate, trace, vector};
use lm::fake::FakeModel;
use lm::{Error, LanguageModel, Positions};
use serde::Serialize;

#[track_caller]
fn assert_json(document: &impl Serialize, expected: Expect) {
    expected.assert_eq(&json(document));
}

fn json(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).unwrap()
}

const FILE: &str = "---
config: { maxOutputTokens: 3 }
interventions:
  - L1D3: { scale: 2, at: prompt }
track: [\" Paris\"]
expect:
  - contains: nowhere
  - next: \" Paris\"
---
The\u{e9} of
";

#[test]
fn a_trace() {
    let options = TraceOptions {
        positions: Some(Positions::List(vec![2])),
        layers: Some(vec![1]),
        top: 1,
        generated: 1,
        ..TraceOptions::default()
    };
    let document = trace(&File::new(FILE), "starter", &FakeModel::default(), &options, &Cancel::new()).unwrap();
    let mut short = document;
    for layer in short.runs.iter_mut().flat_map(|r| &mut r.positions).flat_map(|p| &mut p.layers) {
        layer.updates.truncate(1);
    }
    expect_file!["documents/trace.json"].assert_eq(&json(&short));
}

/// A negative coefficient promotes what the value vector has at its bottom.
#[test]
fn sub_updates_have_the_words_of_the_end_that_acts() {
    let model = FakeModel::default();
    let file = File::new("---\ninterventions:\n  - L0D6: 20\n---\nThe");
    let options = TraceOptions { layers: Some(vec![0]), words: 3, updates: 2, ..TraceOptions::default() };
    let document = trace(&file, "fake", &model, &options, &Cancel::new()).unwrap();
    let mut said = String::new();
    for run in &document.runs {
        for update in &run.positions[0].layers[0].updates {
            let meaning = serde_json::to_string(update.meaning.as_ref().unwrap()).unwrap();
            said += &format!("{} {} {} {meaning}\n", run.name, update.id, update.coefficient);
        }
    }
    expect![[r#"
        baseline L0D7 7 {"name":null,"end":"top","words":["in","Eiffel","Tower"]}
        baseline L0D6 -6 {"name":null,"end":"bottom","words":["two","wife","doctor"]}
        intervened L0D6 20 {"name":null,"end":"top","words":["is","in","Eiffel"]}
        intervened L0D7 7 {"name":null,"end":"top","words":["in","Eiffel","Tower"]}
    "#]]
    .assert_eq(&said);
    let lines = ide::page::trace_page(&document, &model, &Cancel::new()).unwrap();
    let rows = lines.iter().map(|line| line.text.trim()).filter(|text| text.starts_with('0'));
    expect![[r#"
        0  0.20  ␣in     0.25  ␣is    0.30  ▲  +7.0 (11.9) L0D7 in, Eiffel, Tower  ·  −6.0 (9.6) L0D6 two, wife, doctor
        0  0.20  ␣Eiffel  0.25  ␣in    0.30  ▲  +20.0 (32.0) L0D6 is, in, Eiffel  ·  +7.0 (11.9) L0D7 in, Eiffel, Tower"#]].assert_eq(&rows.collect::<Vec<_>>().join("\n"));
}

/// The same mark as in a hover: another token on top that is surer, or less sure, than the one before.
#[test]
fn a_page_marks_layers_that_put_another_token_on_top() {
    let model = FakeModel::default();
    let document = trace(&File::new(FILE), "fake", &model, &TraceOptions::default(), &Cancel::new()).unwrap();
    let lines = ide::page::trace_page(&document, &model, &Cancel::new()).unwrap();
    let mut rows = lines.iter().map(|l| &l.text).filter(|text| text.trim_start().starts_with(['0', '1', '2']));
    let mut seen = BTreeSet::new();
    for layer in document.runs.iter().flat_map(|r| &r.positions).flat_map(|p| &p.layers) {
        let (before, after, row) = (&layer.before[0], &layer.after[0], rows.next().unwrap());
        // The made-up model's layers always do.
        assert_ne!(before.id, after.id);
        let mark = if after.p >= before.p { '▲' } else { '▼' };
        assert_eq!(row.chars().find(|c| "▲▼".contains(*c)), Some(mark), "{row}");
        seen.insert(mark);
    }
    assert_eq!((rows.next(), seen.len()), (None, 2));
}

#[test]
fn all_positions_and_layers_unless_asked() {
    let model = FakeModel::default();
    let document = trace(&File::new(FILE), "", &model, &TraceOptions::default(), &Cancel::new()).unwrap();
    for run in &document.runs {
        assert_eq!(run.positions.len(), run.tokens.len());
        assert!(run.positions.iter().all(|p| p.layers.len() == model.info().layers && p.next.len() == 10));
    }
}

#[test]
fn a_trace_goes_on_with_the_valid_lines() {
    let file = File::new("---\ninterventions:\n  - L9D9: off\n  - L0D0: off\n---\nThe");
    let options = TraceOptions { top: 1, ..TraceOptions::default() };
    let document = trace(&file, "starter", &FakeModel::default(), &options, &Cancel::new()).unwrap();
    assert_json(
        &document.experiment.interventions,
        expect![[r#"
            [
              {
                "run": "intervened",
                "id": "L0D0",
                "change": "off",
                "at": "all",
                "line": 4
              }
            ]"#]],
    );
    assert_json(
        &document.problems,
        expect![[r#"
            [
              {
                "severity": "error",
                "message": "L9D9 is not in fake: its value vectors are L0D0 to L2D7",
                "line": 3
              }
            ]"#]],
    );
}

/// In any layout of the file.
#[test]
fn what_is_added_to_a_file_stands_in_none_of_its_lines() {
    let added = |called: &str| match called.split_once(' ') {
        Some(("-i", written)) => Added::Intervention(syntax::parse_intervention(written).unwrap()),
        _ => Added::Track(called[3..].to_owned()),
    };
    let additions = ["-i L0D1=off", "-i L0D2={ scale: 2, at: 40 }", "-i L9D9=off", "-t  Paris"];
    let additions = additions.map(|called| Addition { called: called.to_owned(), what: added(called) });
    let mut seen = BTreeSet::new();
    for front in ["", "{ bos: false }", "interventions: [ # none\n]", "interventions: off", "track: [] # a"] {
        let text = format!("---\n{front}\nexpect:\n  - contains: x\n---\nThe");
        let text = if front.starts_with('{') { format!("---\n{front}\n---\nThe") } else { text };
        let (file, model) = (File::new(text.as_str()), FakeModel::default());
        let of = |file: &File| trace(file, "fake", &model, &TraceOptions::default(), &Cancel::new()).unwrap();
        let (plain, whole) = (of(&file), of(&file.with(additions.to_vec())));
        seen.insert(json(&whole.experiment.interventions));
        assert_eq!(whole.experiment.track, [" Paris"]);
        let (own, others) = whole.problems.split_at(plain.problems.len());
        assert_eq!(own, plain.problems, "{front}");
        let others: Vec<_> = others.iter().map(|p| (p.line, p.message.split(':').next().unwrap())).collect();
        assert_eq!(others, [(0, "-i L0D2={ scale"), (0, "-i L9D9=off")]);
    }
    // The same for each of them.
    expect![[r#"
        [
          {
            "run": "intervened",
            "id": "L0D1",
            "change": "off",
            "at": "all",
            "line": 0
          },
          {
            "run": "intervened",
            "id": "L0D2",
            "change": {
              "scale": 2.0
            },
            "at": 40,
            "line": 0
          }
        ]"#]]
    .assert_eq(&seen.into_iter().collect::<String>());
}

#[test]
fn a_prompt_as_it_stands_is_no_file() {
    for prompt in ["---\nbos: true\n---\na", "{{a}}", "a\r\n", "---\nmodel: googleai/gemini\n---\n"] {
        assert_eq!(File::of_prompt(prompt).prompt(), prompt);
        let file = File::of_prompt(prompt);
        trace(&file, "fake", &FakeModel::default(), &TraceOptions::default(), &Cancel::new()).unwrap();
    }
}

#[test]
fn a_continuation() {
    let mut streamed = Vec::new();
    let model = FakeModel::default();
    let mut each = |new: lm::Generated<'_>| streamed.push((new.run.clone(), new.ids.to_vec()));
    let document = generate(&File::new(FILE), "starter", &model, &Cancel::new(), &mut each).unwrap();
    for run in &document.runs {
        let ids: Vec<_> = streamed.iter().filter(|(name, _)| *name == run.name).flat_map(|(_, ids)| ids).collect();
        assert_eq!(ids, run.ids.iter().collect::<Vec<_>>());
    }
    expect_file!["documents/generate.json"].assert_eq(&json(&document));
}

#[test]
fn a_card() {
    let model = FakeModel::default();
    assert_json(
        &vector(ValueId::new(2, 3), 2, &model, None, &ide::Names::default(), &Cancel::new()).unwrap(),
        expect![[r#"
            {
              "schema": 1,
              "experiment": null,
              "problems": [],
              "id": "L2D3",
              "layer": 2,
              "dim": 3,
              "norm": 1.3,
              "name": null,
              "projection": "raw",
              "top": [
                {
                  "id": 269,
                  "token": " river",
                  "logit": 8.0,
                  "z": 4.0
                },
                {
                  "id": 270,
                  "token": " a",
                  "logit": 7.75,
                  "z": 3.875
                }
              ],
              "bottom": [
                {
                  "id": 257,
                  "token": "The",
                  "logit": -5.0,
                  "z": -2.5
                },
                {
                  "id": 258,
                  "token": " city",
                  "logit": -4.75,
                  "z": -2.375
                }
              ],
              "cluster": null,
              "cluster_words": [],
              "similar": [],
              "activation": null,
              "examples": [],
              "prompts": []
            }"#]],
    );
    let error = vector(ValueId::new(9, 9), 2, &model, None, &ide::Names::default(), &Cancel::new()).unwrap_err();
    expect!["L9D9 is not in fake: its value vectors are L0D0 to L2D7"].assert_eq(&error.to_string());
}

#[track_caller]
fn check_refused(text: &str, expected: Expect) {
    let (file, model) = (File::new(text), FakeModel::default());
    let error = generate(&file, "starter", &model, &Cancel::new(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Input(_)));
    expected.assert_eq(&error.to_string());
}

#[test]
fn a_file_with_errors_is_not_continued() {
    check_refused(
        "---\nbos: false\ninterventions:\n  - L9D9: off\n---\nThe",
        expect!["line 4: L9D9 is not in fake: its value vectors are L0D0 to L2D7"],
    );
    check_refused(
        "---\ninterventions:\n  - L1D1: off\n  - L1D1: nan\n  - L9D9: off\n---\n",
        expect![[
            r#"line 4: invalid value `nan`: write `off`, `boost`, a number, or { set, scale or add: number } (and 2 more errors)"#
        ]],
    );
    check_refused("", expect!["line 1: the prompt is empty: write some text"]);
    check_refused(
        "---\nmodel: googleai/gemini\n---\nThe",
        expect![[
            r#"line 2: this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name another model, such as `starter`"#
        ]],
    );
}

#[test]
fn a_trace_of_nothing_is_refused() {
    let check = |text: &str, options: &TraceOptions, expected: Expect| {
        let error = trace(&File::new(text), "", &FakeModel::default(), options, &Cancel::new()).unwrap_err();
        expected.assert_eq(&error.to_string());
    };
    check("---\n---\n", &TraceOptions::default(), expect!["line 3: the prompt is empty: write some text"]);
    check(
        "The",
        &TraceOptions { layers: Some(vec![0, 3]), ..TraceOptions::default() },
        expect!["layer 3 is not in fake: its layers are 0 to 2"],
    );
    check(
        "The",
        &TraceOptions { positions: Some(Positions::List(vec![7])), ..TraceOptions::default() },
        expect!["position 7 is not in the run: its positions are 0 to 0"],
    );
}

/// Two that would print equal have another digit.
#[test]
fn a_page_tells_chances_apart() {
    let model = FakeModel::default();
    let mut document = trace(&File::new(FILE), "fake", &model, &TraceOptions::default(), &Cancel::new()).unwrap();
    for (guess, p) in document.runs[0].positions[0].next.iter_mut().zip([0.074, 0.067, 0.5]) {
        guess.p = p;
    }
    let lines = ide::page::trace_page(&document, &model, &Cancel::new()).unwrap();
    let next = lines.iter().find(|line| line.text.starts_with("next")).unwrap();
    assert!(
        next.text.contains(" 0.074 ") && next.text.contains(" 0.067 ") && next.text.contains(" 0.50 "),
        "{}",
        next.text
    );
}
