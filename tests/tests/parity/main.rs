//! Compares the program's numbers with those of Hugging Face transformers (`data/reference/make_reference.py`) for
//! every case, run, position and layer, through prompt files and the built program. The lists of value vectors are
//! compared in `model`'s own tests.

mod compare;
mod prompt_file;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::{Folder, data, run};

/// The number of tokens that the reference generates. It traces the first of them.
const GENERATED: &str = "24";

#[test]
fn the_starter_agrees_with_transformers() {
    check("starter", &[]);
}

#[test]
fn an_unusual_checkpoint_agrees_with_transformers() {
    check("odd", &["--model".into(), data("odd").into()]);
}

/// Tiny checkpoints of every family, and variants of each (`reference/make_family_reference.py`).
#[test]
fn every_family_agrees_with_transformers() {
    let folder = data("families");
    let mut compared = 0;
    for entry in fs::read_dir(&folder).expect("it is there") {
        let checkpoint = entry.expect("it can be read").path();
        if checkpoint.is_dir() {
            let name = checkpoint.file_name().expect("a name").to_string_lossy().into_owned();
            let cases = read(&checkpoint.with_extension("json"));
            compare_all(&name, &cases, prompt_file::of_named_runs, &["--model".into(), checkpoint.into()]);
            compared += 1;
        }
    }
    assert_eq!(compared, 22);
}

/// The same checkpoints as GGUF files with the tokenizer within (`data/gguf/make_gguf.py`).
#[test]
fn every_gguf_agrees_with_transformers() {
    let files = ["llama2", "llama3", "mistral", "qwen2", "qwen3", "gemma2", "gemma3", "phi3"];
    for name in files {
        let cases = read(&data("families").join(format!("{name}.json")));
        let file = data("gguf").join(format!("{name}.gguf"));
        compare_all(name, &cases, prompt_file::of_named_runs, &["--model".into(), file.into()]);
    }
}

/// What a GGUF file cannot say of the checkpoint it was made from is left out of both.
#[test]
fn a_gpt2_as_gguf_is_the_same_model() {
    let folder = Folder::new();
    for file in fs::read_dir(data("odd")).expect("it is there") {
        let path = file.expect("it can be read").path();
        fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("a copy");
    }
    let config = folder.path().join("config.json");
    let mut fields = read_value(&config);
    for name in ["activation_function", "scale_attn_by_inverse_layer_idx"] {
        fields.as_object_mut().expect("fields").remove(name);
    }
    fs::write(&config, fields.to_string()).expect("written");
    let case = &cases("odd")[0];
    let of = |model: OsString| {
        let mut answer = answer("trace", &prompt_file::of(case), &["--model".into(), model]);
        answer["model"] = Value::Null;
        answer["experiment"]["model"] = Value::Null;
        answer
    };
    assert_eq!(of(data("gguf").join("gpt2.gguf").into()), of(folder.path().into()));
}

/// The comparison notices if an intervention is left out at any single position. Interventions at all positions, one by
/// one, equal an intervention that acts everywhere.
#[test]
fn notices_an_intervention_that_misses_one_position() {
    let case = &cases("starter")[5];
    let intervened = &case["runs"][1];
    let count = |key: &str| intervened[key].as_array().expect("a list").len();
    let compared_without = |left_out: Option<usize>| {
        let positions = (0..count("tokens")).filter(|p| Some(*p) != left_out);
        let text = prompt_file::one_position_at_a_time(case, positions);
        compare::trace(&answer("trace", &text, &[]), case)
    };
    assert_eq!(compared_without(None), Ok(()));
    for position in 0..count("positions") {
        assert!(compared_without(Some(position)).is_err(), "leaving out position {position} was not noticed");
    }
}

fn check(reference: &str, model: &[OsString]) {
    compare_all(reference, &cases(reference), prompt_file::of, model);
}

fn compare_all(reference: &str, cases: &[Value], file: impl Fn(&Value) -> String, model: &[OsString]) {
    for case in cases {
        let (text, prompt) = (file(case), &case["prompt"]);
        if let Err(e) = compare::trace(&answer("trace", &text, model), case) {
            panic!("{reference}, {prompt}: trace: {e}");
        }
        if let Err(e) = compare::generation(&answer("generate", &text, model), case) {
            panic!("{reference}, {prompt}: generate: {e}");
        }
    }
}

fn answer(command: &str, text: &str, model: &[OsString]) -> Value {
    let folder = Folder::new();
    let file = folder.write("case.prompt", text);
    let mut args: Vec<OsString> = vec![command.into(), file.into(), "--json".into()];
    if command == "trace" {
        args.extend(["--generated".into(), GENERATED.into()]);
    }
    args.extend_from_slice(model);
    run(folder.path(), args).json(0)
}

fn cases(reference: &str) -> Vec<Value> {
    read(&data("reference").join(reference).with_extension("json"))
}

fn read(reference: &Path) -> Vec<Value> {
    serde_json::from_value(read_value(reference)).expect("it is a list of cases")
}

fn read_value(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("the file is there");
    serde_json::from_str(&text).expect("it is JSON")
}
