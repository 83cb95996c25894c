//! The JSON documents, written out.

use base::{Cancel, ValueId};
use ide::{Added, Addition, File, TraceOptions, generate, trace, vector};
use lm::fake::FakeModel;
use lm::{Error, LanguageModel, Positions};
use serde::Serialize;

use crate::assert_same;

/// The same JSON, to the last digit; only the layout is free.
#[track_caller]
fn assert_json(document: &impl Serialize, expected: &str) {
    let shown = serde_json::to_string(document).unwrap();
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert!(value(&shown) == value(expected), "\n{shown}");
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
    assert_json(
        &short,
        r#"
{"schema": 1,
 "experiment": {"model": "starter", "bos": false,
                "config": {"maxOutputTokens": 3, "temperature": 0.0, "topK": 40, "topP": 0.95, "seed": 0,
                           "stopSequences": []},
                "interventions": [{"run": "intervened", "id": "L1D3", "change": {"scale": 2.0}, "at": "prompt", "line": 4}],
                "track": [" Paris"], "expect": [{"contains": "nowhere"}, {"next": " Paris", "rank": 1}]},
 "problems": [],
 "model": {"name": "fake", "fingerprint": "fake", "layers": 3, "width": 4, "ffn": 8, "vocab": 280,
           "context": 64, "precision": "float32"},
 "lens": "ln_f",
 "runs": [{"name": "baseline",
           "tokens": [{"position": 0, "id": 257, "text": "The", "start": 0, "end": 3, "logprob": null,
                       "rank": null},
                      {"position": 1, "id": 195, "text": "�", "bytes": [195], "start": 3, "end": 4,
                       "logprob": -0.39177322, "rank": 6},
                      {"position": 2, "id": 169, "text": "�", "bytes": [169], "start": 4, "end": 5,
                       "logprob": -0.6354084, "rank": 8},
                      {"position": 3, "id": 259, "text": " of", "start": 5, "end": 8, "logprob": -0.9817219,
                       "rank": 8},
                      {"position": 4, "id": 272, "text": "|", "start": null, "end": null,
                       "logprob": -0.47604275, "rank": 4}],
           "positions": [{"position": 2, "next": [{"id": 169, "token": "�", "bytes": [169], "p": 0.36506692}],
                          "saturation": 1,
                          "layers": [{"layer": 1, "before": [{"id": 22, "token": "\u0016", "p": 0.46088487}],
                                      "after": [{"id": 267, "token": " court", "p": 0.5201428}],
                                      "kl": 0.0664978,
                                      "updates": [{"id": "L1D4", "layer": 1, "dim": 4, "coefficient": 6.640484,
                                                   "norm": 1.5, "score": 9.960726, "effects": [0.9486405]}]}],
                          "tracked": [{"id": 260, "token": " Paris", "p": 0.42135334, "rank": 4,
                                       "logit": 3.684453,
                                       "layers": [{"before": 0.7977314, "after": 0.26376438},
                                                  {"before": 0.7977314, "after": 0.26376438},
                                                  {"before": 0.7977314, "after": 0.26376438}],
                                       "parts": {"embedding": 0.684453, "attention": [0.5, 0.5, 0.5],
                                                 "ffn": [0.5, 0.5, 0.5], "bias": 0.0}}]}]},
          {"name": "intervened",
           "tokens": [{"position": 0, "id": 257, "text": "The", "start": 0, "end": 3, "logprob": null,
                       "rank": null},
                      {"position": 1, "id": 195, "text": "�", "bytes": [195], "start": 3, "end": 4,
                       "logprob": -0.8374796, "rank": 2},
                      {"position": 2, "id": 169, "text": "�", "bytes": [169], "start": 4, "end": 5,
                       "logprob": -0.18432713, "rank": 4},
                      {"position": 3, "id": 259, "text": " of", "start": 5, "end": 8, "logprob": -0.48848248,
                       "rank": 7},
                      {"position": 4, "id": 269, "text": " river", "start": null, "end": null,
                       "logprob": -0.8947592, "rank": 4}],
           "positions": [{"position": 2, "next": [{"id": 79, "token": "O", "p": 0.3519375}], "saturation": 1,
                          "layers": [{"layer": 1, "before": [{"id": 93, "token": "]", "p": 0.51628613}],
                                      "after": [{"id": 240, "token": "�", "bytes": [240], "p": 0.44208986}],
                                      "kl": 0.73560333,
                                      "updates": [{"id": "L1D4", "layer": 1, "dim": 4, "coefficient": 6.640484,
                                                   "norm": 1.5, "score": 9.960726, "effects": [0.9486405]}]}],
                          "tracked": [{"id": 260, "token": " Paris", "p": 0.06952667, "rank": 4,
                                       "logit": 3.5435553,
                                       "layers": [{"before": 0.5935812, "after": 0.15663719},
                                                  {"before": 0.5935812, "after": 0.15663719},
                                                  {"before": 0.5935812, "after": 0.15663719}],
                                       "parts": {"embedding": 0.54355526, "attention": [0.5, 0.5, 0.5],
                                                 "ffn": [0.5, 0.5, 0.5], "bias": 0.0}}]}]}]}
"#,
    );
}

/// The same mark as in a hover: another token on top that is surer, or less sure, than the one before.
#[test]
fn a_page_marks_layers_that_put_another_token_on_top() {
    let model = FakeModel::default();
    let document = trace(&File::new(FILE), "fake", &model, &TraceOptions::default(), &Cancel::new()).unwrap();
    let lines = ide::page::trace_page(&document, &model, &Cancel::new()).unwrap();
    let mut rows = lines.iter().map(|l| &l.text).filter(|text| text.trim_start().starts_with(['0', '1', '2']));
    let mut seen = std::collections::BTreeSet::new();
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
        r#"
[{"run": "intervened", "id": "L0D0", "change": "off", "at": "all", "line": 4}]
"#,
    );
    assert_json(
        &document.problems,
        r#"
[{"severity": "error", "message": "L9D9 is not in fake: its value vectors are L0D0 to L2D7", "line": 3}]
"#,
    );
}

/// However a file is written, and whatever its lines are.
#[test]
fn what_is_added_to_a_file_stands_in_none_of_its_lines() {
    let added = |called: &str| match called.split_once(' ') {
        Some(("-i", written)) => Added::Intervention(syntax::parse_intervention(written).unwrap()),
        _ => Added::Track(called[3..].to_owned()),
    };
    let additions = ["-i L0D1=off", "-i L0D2={ scale: 2, at: 40 }", "-i L9D9=off", "-t  Paris"];
    let additions = additions.map(|called| Addition { called: called.to_owned(), what: added(called) });
    for front in ["", "{ bos: false }", "interventions: [ # none\n]", "interventions: off", "track: [] # a"] {
        let text = format!("---\n{front}\nexpect:\n  - contains: x\n---\nThe");
        let text = if front.starts_with('{') { format!("---\n{front}\n---\nThe") } else { text };
        let (file, model) = (File::new(text.as_str()), FakeModel::default());
        let of = |file: &File| trace(file, "fake", &model, &TraceOptions::default(), &Cancel::new()).unwrap();
        let (plain, whole) = (of(&file), of(&file.with(additions.to_vec())));
        assert_json(
            &whole.experiment.interventions,
            r#"
[{"run": "intervened", "id": "L0D1", "change": "off", "at": "all", "line": 0},
 {"run": "intervened", "id": "L0D2", "change": {"scale": 2.0}, "at": 40, "line": 0}]
"#,
        );
        assert_eq!(whole.experiment.track, [" Paris"]);
        let (own, others) = whole.problems.split_at(plain.problems.len());
        assert_eq!(own, plain.problems, "{front}");
        let others: Vec<_> = others.iter().map(|p| (p.line, p.message.split(':').next().unwrap())).collect();
        assert_eq!(others, [(0, "-i L0D2={ scale"), (0, "-i L9D9=off")]);
    }
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
    assert_json(
        &document,
        r#"
{"schema": 1,
 "experiment": {"model": "starter", "bos": false,
                "config": {"maxOutputTokens": 3, "temperature": 0.0, "topK": 40, "topP": 0.95, "seed": 0,
                           "stopSequences": []},
                "interventions": [{"run": "intervened", "id": "L1D3", "change": {"scale": 2.0}, "at": "prompt", "line": 4}],
                "track": [" Paris"], "expect": [{"contains": "nowhere"}, {"next": " Paris", "rank": 1}]},
 "problems": [], "prompt_ids": [257, 195, 169, 259],
 "runs": [{"name": "baseline", "ids": [272, 277, 259], "text": "| doctor of", "stopped": "length",
           "logprobs": [-1.0, -1.0, -1.0], "diverges_at": null,
           "tokens": [{"id": 272, "text": "|", "logprob": -1.0, "start": 0, "end": 1},
                      {"id": 277, "text": " doctor", "logprob": -1.0, "start": 1, "end": 8},
                      {"id": 259, "text": " of", "logprob": -1.0, "start": 8, "end": 11}]},
          {"name": "intervened", "ids": [269, 273, 266], "text": " river` food", "stopped": "length",
           "logprobs": [-1.0, -1.0, -1.0], "diverges_at": 0,
           "tokens": [{"id": 269, "text": " river", "logprob": -1.0, "start": 0, "end": 6},
                      {"id": 273, "text": "`", "logprob": -1.0, "start": 6, "end": 7},
                      {"id": 266, "text": " food", "logprob": -1.0, "start": 7, "end": 12}]}],
 "expect": [{"ok": false, "line": 7,
             "message": "expected the continuation to contain `nowhere`, it is `␣river` food`"},
            {"ok": false, "line": 8,
             "message": "expected `␣Paris` next, it has rank 4, p 0.46; most likely: `\\xbe` 0.48, `\\xbf` 0.24, `\\xc0` 0.12"}]}
"#,
    );
}

#[test]
fn a_card() {
    let model = FakeModel::default();
    assert_json(
        &vector(ValueId::new(2, 3), 2, &model, None, &ide::Names::default(), &Cancel::new()).unwrap(),
        r#"
{"schema": 1, "experiment": null, "problems": [], "id": "L2D3", "layer": 2, "dim": 3, "norm": 1.375,
 "name": null, "projection": "raw",
 "top": [{"id": 269, "token": " river", "logit": 8.0, "z": 4.0},
         {"id": 270, "token": " a", "logit": 7.75, "z": 3.875}],
 "bottom": [{"id": 257, "token": "The", "logit": -5.0, "z": -2.5},
            {"id": 258, "token": " city", "logit": -4.75, "z": -2.375}],
 "cluster": null, "cluster_words": [], "similar": [], "activation": null, "examples": [], "prompts": []}
"#,
    );
    let error = vector(ValueId::new(9, 9), 2, &model, None, &ide::Names::default(), &Cancel::new()).unwrap_err();
    assert_same(&error.to_string(), "L9D9 is not in fake: its value vectors are L0D0 to L2D7");
}

#[track_caller]
fn check_refused(text: &str, expected: &str) {
    let (file, model) = (File::new(text), FakeModel::default());
    let error = generate(&file, "starter", &model, &Cancel::new(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::Input(_)));
    assert_same(&error.to_string(), expected);
}

#[test]
fn a_file_with_errors_is_not_continued() {
    check_refused(
        "---\nbos: false\ninterventions:\n  - L9D9: off\n---\nThe",
        "line 4: L9D9 is not in fake: its value vectors are L0D0 to L2D7",
    );
    check_refused(
        "---\ninterventions:\n  - L1D1: off\n  - L1D1: nan\n  - L9D9: off\n---\n",
        "line 4: invalid value `nan`: write `off`, `boost`, a number, or { set, scale or add: number } (and 2 more errors)",
    );
    check_refused("", "line 1: the prompt is empty: write some text for the model to read");
    check_refused(
        "---\nmodel: googleai/gemini\n---\nThe",
        "line 2: this looks like another program's Dotprompt file, so unembed ignores it; to run it here, name another model, such as `starter`",
    );
}

#[test]
fn a_trace_of_nothing_is_refused() {
    let check = |text: &str, options: &TraceOptions, expected: &str| {
        let error = trace(&File::new(text), "", &FakeModel::default(), options, &Cancel::new()).unwrap_err();
        assert_same(&error.to_string(), expected);
    };
    check("---\n---\n", &TraceOptions::default(), "line 3: the prompt is empty: write some text for the model to read");
    check(
        "The",
        &TraceOptions { layers: Some(vec![0, 3]), ..TraceOptions::default() },
        "layer 3 is not in fake: its layers are 0 to 2",
    );
    check(
        "The",
        &TraceOptions { positions: Some(Positions::List(vec![7])), ..TraceOptions::default() },
        "position 7 is not in the run: its positions are 0 to 0",
    );
}
