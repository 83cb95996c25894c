//! The command line as scripts use it: the shape of its documents, its flags, its exit codes.

use serde_json::{Value, json};
use tests::{Folder, program, run, run_with};

/// The keys of an object, or of the first element of a list.
fn keys(value: &Value) -> Vec<&str> {
    let object = value.get(0).unwrap_or(value).as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[track_caller]
fn assert_has(value: &Value, expected: &[&str]) {
    let keys = keys(value);
    assert!(expected.iter().all(|k| keys.contains(k)), "{expected:?} are not all in {keys:?}");
}

fn trace(args: &[&str]) -> Value {
    let folder = Folder::new();
    run(folder.path(), ["trace", "--json"].iter().chain(args)).json(0)
}

fn generate(args: &[&str]) -> Value {
    let folder = Folder::new();
    run(folder.path(), ["generate", "--json"].iter().chain(args)).json(0)
}

fn positions(run: &Value) -> Vec<u64> {
    let list = run["positions"].as_array().expect("a list");
    list.iter().map(|p| p["position"].as_u64().expect("a number")).collect()
}

#[test]
fn a_trace_has_the_documented_shape() {
    let document = trace(&["-p", "The history of", "-i", "L5D662=8", "-t", " the", "--generated", "2"]);
    assert_has(&document, &["schema", "experiment", "problems", "model", "lens", "runs"]);
    assert_eq!((&document["schema"], &document["lens"]), (&json!(1), &json!("ln_f")));
    assert_has(&document["experiment"], &["model", "bos", "config", "interventions", "track", "expect"]);
    assert_has(&document["model"], &["name", "fingerprint", "layers", "width", "ffn", "vocab", "context"]);
    let names: Vec<_> = document["runs"].as_array().expect("a list").iter().map(|r| &r["name"]).collect();
    assert_eq!(names, ["baseline", "intervened"]);
    let run = &document["runs"][1];
    assert_has(&run["tokens"], &["position", "id", "text", "start", "end", "logprob", "rank"]);
    let (first, last) = (&run["tokens"][0], &run["tokens"][4]);
    assert_eq!(
        (&first["start"], &first["end"], &first["logprob"], &first["rank"]),
        (&json!(0), &json!(3), &Value::Null, &Value::Null)
    );
    assert_eq!((&last["start"], &last["end"]), (&Value::Null, &Value::Null));
    assert_eq!(positions(run), [0, 1, 2, 3, 4]);
    let position = &run["positions"][0];
    assert_has(position, &["position", "next", "saturation", "layers", "tracked"]);
    assert_has(&position["next"], &["id", "token", "p"]);
    assert_has(&position["layers"], &["layer", "before", "after", "kl", "updates"]);
    let update = &position["layers"][0]["updates"];
    assert_has(update, &["id", "layer", "dim", "coefficient", "norm", "score", "effects"]);
    assert_eq!(update[0]["effects"].as_array().map(Vec::len), Some(1));
    assert_has(&position["tracked"], &["id", "token", "p", "rank", "logit", "layers", "parts"]);
    assert_has(&position["tracked"][0]["layers"], &["before", "after"]);
    let parts = &position["tracked"][0]["parts"];
    assert_has(parts, &["embedding", "attention", "ffn", "bias"]);
    assert_eq!(
        (parts["attention"].as_array().map(Vec::len), parts["ffn"].as_array().map(Vec::len)),
        (Some(6), Some(6))
    );
}

/// The parts sum to the logit.
#[test]
fn parts_sum_to_the_logit() {
    let document = trace(&["-p", "The history of", "-t", " the", "-t", " war"]);
    for position in document["runs"][0]["positions"].as_array().expect("a list") {
        for tracked in position["tracked"].as_array().expect("a list") {
            let parts = &tracked["parts"];
            let list = |key: &str| parts[key].as_array().expect("a list").iter().filter_map(Value::as_f64).sum::<f64>();
            let one = |key: &str| parts[key].as_f64().expect("a number");
            let sum = one("embedding") + list("attention") + list("ffn") + one("bias");
            let logit = tracked["logit"].as_f64().expect("a number");
            assert!((sum - logit).abs() < 1e-3 * logit.abs().max(1.0), "{sum} is not {logit}");
        }
    }
}

#[test]
fn a_continuation_has_the_documented_shape() {
    let document = generate(&["-p", "The history of", "-i", "L5D662=8", "-i", "L2D343=8"]);
    assert_has(&document, &["schema", "experiment", "problems", "prompt_ids", "runs", "expect"]);
    assert_has(&document["runs"], &["name", "ids", "text", "stopped", "logprobs", "diverges_at"]);
    let [baseline, intervened] = [0, 1].map(|n| &document["runs"][n]);
    assert_eq!((&baseline["stopped"], &baseline["diverges_at"]), (&json!("length"), &Value::Null));
    assert!(intervened["diverges_at"].is_u64(), "{intervened}");
    assert_eq!(baseline["ids"].as_array().map(Vec::len), Some(24));
    assert_eq!(baseline["logprobs"].as_array().map(Vec::len), Some(24));
    assert_eq!(document["prompt_ids"].as_array().map(Vec::len), Some(3));
}

#[test]
fn reads_a_prompt_from_a_file_from_stdin_or_from_a_flag() {
    let folder = Folder::new();
    folder.write("a.prompt", "The history of\n");
    let from = |args: &[&str], stdin: &[u8]| {
        let args = ["trace", "--json"].iter().chain(args);
        run_with(folder.path(), args, stdin).json(0)["runs"].take()
    };
    let expected = from(&["a.prompt"], b"");
    assert_eq!(from(&["-"], b"The history of\n"), expected);
    assert_eq!(from(&["-"], b"The history of"), expected);
    assert_eq!(from(&["-p", "The history of"], b""), expected);
    // `-p` is verbatim: a final newline belongs to the prompt.
    assert_eq!(from(&["-p", "The history of\n"], b"")[0]["tokens"].as_array().map(Vec::len), Some(4));
    let fenced = "---\nbos: true\n---\n";
    let tokens = from(&["-p", fenced], b"")[0]["tokens"].take();
    let text: String = tokens.as_array().expect("a list").iter().filter_map(|t| t["text"].as_str()).collect();
    assert_eq!(text, fenced);
}

#[test]
fn flags_extend_a_file() {
    let folder = Folder::new();
    folder.write("a.prompt", "---\ninterventions:\n  - L5D662: 8\n---\nThe history of\n");
    let whole = "---\ninterventions:\n  - L5D662: 8\n  - L2D343: { scale: 2, at: prompt }\ntrack: [\" war\"]\n---\nThe history of\n";
    folder.write("b.prompt", whole);
    let runs = |args: &[&str]| run(folder.path(), ["trace", "--json"].iter().chain(args)).json(0)["runs"].take();
    let flags = ["-i", "L2D343={ scale: 2, at: prompt }", "-t", " war"];
    let with = |file: &str| runs(&[&[file], &flags[..]].concat());
    assert_eq!(with("a.prompt"), runs(&["b.prompt"]));
    // In any YAML style.
    for front in
        ["{ interventions: [ # mine\n  L5D662: 8 ] }", "{ model: starter, interventions: [L5D662: 8], track: [] }"]
    {
        folder.write("c.prompt", format!("---\n{front}\n---\nThe history of\n"));
        assert_eq!(with("c.prompt"), runs(&["b.prompt"]), "{front}");
    }
    for front in ["{ model: starter }", "interventions: [ # none yet\n]", "{ interventions: [], track: }"] {
        folder.write("c.prompt", format!("---\n{front}\n---\nThe history of\n"));
        assert_eq!(with("c.prompt"), runs(&[&["-p", "The history of"], &flags[..]].concat()), "{front}");
    }
}

#[test]
fn names_work_in_files_and_flags() {
    let folder = Folder::new();
    assert_eq!(run(folder.path(), ["names", "set", "illness", "L5D662"]).code, 0);
    folder.write("a.prompt", "---\ninterventions:\n  - illness: 8\n---\nThe history of\n");
    let runs = |args: &[&str]| run(folder.path(), ["trace", "--json"].iter().chain(args)).json(0)["runs"].take();
    let expected = runs(&["-p", "The history of", "-i", "L5D662=8"]);
    assert_eq!(runs(&["-p", "The history of", "-i", "illness=8"]), expected);
    assert_eq!(runs(&["a.prompt"]), expected);
}

/// Line numbers are those of the file on disk; entries from flags have line 0.
#[test]
fn flags_do_not_shift_line_numbers() {
    let folder = Folder::new();
    let text = "---\nbos: false\ninterventions: []\ntrack: [\" the war\"]\nexpect:\n  - contains: United States\n---\nThe history of\n";
    folder.write("a.prompt", text);
    let args = ["generate", "a.prompt", "-i", "L0D1=off", "-i", "L0D2={ add: 1, at: 300 }", "-t", " of war"];
    let document = run(folder.path(), args.iter().chain(&["--json"])).json(0);
    let lines = |value: &Value| -> Vec<u64> {
        value.as_array().expect("a list").iter().map(|v| v["line"].as_u64().expect("a number")).collect()
    };
    assert_eq!(lines(&document["experiment"]["interventions"]), [0, 0]);
    assert_eq!(lines(&document["problems"]), [4, 0, 0]);
    assert_eq!(lines(&document["expect"]), [6]);
    let said = run(folder.path(), args).stderr;
    for line in
        ["warning: a.prompt:4: `␣the war`", "warning: -i L0D2={ add: 1, at: 300 }: ", "warning: -t \" of war\": "]
    {
        assert!(said.lines().any(|said| said.starts_with(line)), "{line} begins no line of {said}");
    }
}

#[test]
fn a_prompt_from_a_flag_is_never_a_dotprompt() {
    let document = trace(&["-p", "Fill in {{name}}", "-i", "L0D1=off"]);
    assert_eq!((&document["problems"], document["runs"].as_array().map(Vec::len)), (&json!([]), Some(2)));
}

#[test]
fn verbose_flags_log_to_stderr() {
    let said = |args: &[&str]| {
        let folder = Folder::new();
        // A pipe is not a terminal, so there are no colours whatever the environment says.
        let mut command = std::process::Command::new(program());
        command.args(args).args(["trace", "-p", "The"]).current_dir(folder.path()).env_remove("NO_COLOR");
        let output = command.env("HOME", folder.path()).env_remove("XDG_CONFIG_HOME").output().expect("it runs");
        String::from_utf8(output.stderr).expect("it writes UTF-8")
    };
    assert_eq!(said(&[]), "");
    for args in [&["-v"][..], &["-vv"]] {
        let said = said(args);
        for part in ["settings.toml: not there", "reading starter", "runs traced in"] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
        assert!(!said.contains('\u{1b}'), "{said}");
        assert!(said.lines().all(|line| ["model", "unembed"].iter().any(|ours| line.contains(ours))), "{said}");
    }
}

#[test]
fn trace_flags_select_positions_layers_and_tokens() {
    let document = trace(&["-p", "The history of", "--positions", "0,2", "--layers", "1-2,5", "--top", "3"]);
    let run = &document["runs"][0];
    assert_eq!(positions(run), [0, 2]);
    let layers = run["positions"][0]["layers"].as_array().expect("a list");
    assert_eq!(layers.iter().map(|l| &l["layer"]).collect::<Vec<_>>(), [1, 2, 5]);
    assert_eq!(layers[0]["before"].as_array().map(Vec::len), Some(3));
    assert_eq!(positions(&trace(&["-p", "The history of", "--positions", "last"])["runs"][0]), [2]);
    assert_eq!(positions(&trace(&["-p", "The history of", "--positions", "all"])["runs"][0]), [0, 1, 2]);
    assert_eq!(positions(&trace(&["-p", "The history of", "--positions", "last, 0"])["runs"][0]), [0, 2]);
    assert_eq!(positions(&trace(&["-p", "The history of", "--positions", "0-1,last"])["runs"][0]), [0, 1, 2]);
}

#[test]
fn expectations_decide_the_exit_code() {
    let folder = Folder::new();
    let file =
        |next: &str| format!("---\nexpect:\n  - next: \"{next}\"\n  - contains: United States\n---\nThe history of\n");
    let ended = |next: &str| run_with(folder.path(), ["generate", "-", "--json"], file(next).as_bytes());
    assert_eq!(ended(" the").json(0)["expect"].as_array().map(Vec::len), Some(2));
    let failed = ended(" doctor").json(1);
    assert_eq!((&failed["expect"][0]["ok"], &failed["expect"][1]["ok"]), (&json!(false), &json!(true)));
    assert_eq!(failed["expect"][0]["line"], 3);
}

#[test]
fn tables_in_a_pipe_have_no_colours() {
    let folder = Folder::new();
    let finished = run(folder.path(), ["trace", "-p", "The history of", "-t", " the", "-i", "L5D662=8"]);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(!finished.stdout.contains('\u{1b}'), "{}", finished.stdout);
    for part in ["␣of", "L5D", "␣the", "intervened"] {
        assert!(finished.stdout.contains(part), "{part} is not in {}", finished.stdout);
    }
}

#[test]
fn help_shows_an_example_of_each_command() {
    let folder = Folder::new();
    for command in
        [&[][..], &["trace"], &["generate"], &["models"], &["lsp"], &["daemon"], &["status"], &["stop"], &["report"]]
    {
        let finished = run(folder.path(), command.iter().chain(&["--help"]));
        assert_eq!(finished.code, 0, "{command:?}");
        let example = finished.stdout.trim_end().lines().last().unwrap_or_default();
        assert!(example.contains(": unembed "), "{command:?}: {example}");
    }
}

#[test]
fn lists_models() {
    let folder = Folder::new();
    let document = run(folder.path(), ["models", "--json"]).json(0);
    assert!(document.to_string().contains("starter"), "{document}");
    assert!(run(folder.path(), ["models"]).stdout.contains("starter"));
}
