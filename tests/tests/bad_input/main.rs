//! Bad input ends with exit code 2 and one line that says what is wrong and what to do. Nothing crashes, hangs or is
//! silently ignored.

mod checkpoints;
mod workspaces;

use std::ffi::OsString;

use serde_json::json;
use tests::{Client, Folder, run, run_with, uri};

/// Checks that a run is refused. Returns its one line on stderr.
#[track_caller]
fn refused(folder: &Folder, args: &[OsString], stdin: &[u8]) -> String {
    let finished = run_with(folder.path(), args, stdin);
    assert_eq!(finished.code, 2, "{args:?}: {finished:?}");
    assert_eq!(finished.stdout, "", "{args:?}");
    let line = finished.stderr.trim_end_matches('\n');
    assert_eq!(line.lines().count(), 1, "{args:?}: {line}");
    line.to_owned()
}

/// Checks that a file is refused with a line that contains its path and all of `named`.
#[track_caller]
fn check(content: impl AsRef<[u8]>, named: &[&str]) {
    let line = refusal(content);
    for name in ["a.prompt"].iter().chain(named) {
        assert!(line.contains(name), "{name:?} is not in {line:?}");
    }
}

#[track_caller]
fn refusal(content: impl AsRef<[u8]>) -> String {
    let folder = Folder::new();
    folder.write("a.prompt", content);
    let lines = ["trace", "generate"].map(|command| refused(&folder, &[command.into(), "a.prompt".into()], b""));
    let [line, same] = lines;
    assert_eq!(line, same);
    line
}

fn intervention(line: &str) -> String {
    format!("---\ninterventions:\n  - {line}\n---\nThe history of\n")
}

#[test]
fn refuses_an_empty_prompt() {
    check("", &["empty"]);
    check("---\nbos: false\n---\n", &["empty"]);
}

#[test]
fn refuses_bytes_that_are_not_utf8() {
    check(b"The \xff history", &["UTF-8", "byte 4"]);
}

#[test]
fn refuses_front_matter_that_is_not_yaml() {
    check("---\nconfig: { seed: 1\n---\nThe\n", &["2"]);
    check("---\ntrack: [\" a\n---\nThe\n", &["2"]);
    check("---\nbos: true\nThe history of\n", &["---"]);
}

#[test]
fn refuses_invalid_keys_and_values() {
    check("---\nbos: true\nbos: false\n---\nThe\n", &["3", "bos"]);
    check("---\nbos: 7\n---\nThe\n", &["2", "bos"]);
    check("---\nconfig: { topP: 3 }\n---\nThe\n", &["2", "topP"]);
    check("---\nconfig: { maxOutputTokens: -1 }\n---\nThe\n", &["2", "maxOutputTokens"]);
    check("---\nconfig: { temperature: .nan }\n---\nThe\n", &["2", "temperature"]);
}

/// A number that float32 holds can make sums that it does not hold.
#[test]
fn names_the_layer_in_which_numbers_overflow() {
    let line = refusal(intervention("L2D5: 1e38"));
    assert!(line.contains("overflow float32 in layer 2 at position 0: use smaller interventions"), "{line}");
}

#[test]
fn refuses_invalid_interventions() {
    check(intervention("L99D5: off"), &["3", "L99D5", "L0D0 to L5D1023"]);
    check(intervention("L5D1024: off"), &["3", "L5D1024", "L0D0 to L5D1023"]);
    check(intervention("fooood: off"), &["3", "fooood"]);
    check(intervention("L5D1: .nan"), &["3", "L5D1", "finite"]);
    check(intervention("L5D1: 1e99"), &["3"]);
    check(intervention("L5D1: { set: 1, scale: 2 }"), &["3", "set", "scale"]);
    check(intervention("L5D1: { set: 1, at: everywhere }"), &["3", "everywhere"]);
    check(intervention("L5D1: { set: 1, at: 512 }"), &["3", "512"]);
}

#[test]
fn refuses_unavailable_models() {
    for (model, named) in [
        ("no-such-model", ["no-such-model", "starter"]),
        ("./nowhere", ["nowhere", "no such folder"]),
        ("openai-community/gpt2", ["openai-community/gpt2", "unembed models fetch"]),
        ("/etc", ["/etc", "models.paths"]),
    ] {
        let line = refusal(format!("---\nmodel: {model}\n---\nThe\n"));
        for name in named {
            assert!(line.contains(name), "{name:?} is not in {line:?}");
        }
    }
}

#[test]
fn refuses_wrong_usage() {
    let folder = Folder::new();
    folder.write("a.prompt", "The history of\n");
    folder.write("theirs.prompt", "---\ninput: { schema: {} }\n---\nThe history of\n");
    folder.write("filled.prompt", "The {{what}} of\n");
    let checks: &[(&[&str], &[&str])] = &[
        (&[], &["missing command: unembed trace|generate", "|report; see `unembed --help`"]),
        (&["index"], &["unembed index build|", "; see `unembed index --help`"]),
        (&["trace", "nowhere.prompt"], &["nowhere.prompt", "correct the path", "-p"]),
        (&["trace", "."], &["cannot read .: ", "name a prompt file in it"]),
        (&["trace", "-p", "The", "-m", "./nosuch"], &["error: ./nosuch: no such folder"]),
        (&["trace", "a.prompt", "--positions", "9"], &["9"]),
        (&["trace", "a.prompt", "--positions", "x"], &["x", "like 3,5 or 3,last"]),
        (&["trace", "a.prompt", "--positions", "3,all"], &["all", "like 3,5 or 3,last"]),
        (&["trace", "a.prompt", "--layers", "6"], &["6", "0 to 5"]),
        (&["trace", "a.prompt", "--layers", "3-1"], &["3-1"]),
        (&["trace", "a.prompt", "-i", "L5D1"], &["-i", "L5D1"]),
        (&["trace", "a.prompt", "-i", "L5D1=nan"], &["-i"]),
        (&["generate", "a.prompt", "-i", "L9D1=off"], &["error: -i L9D1=off: ", "L0D0 to L5D1023"]),
        (&["generate", "theirs.prompt", "-i", "L0D1=off"], &["theirs.prompt:2: ", "Dotprompt", "remove `input`"]),
        (&["trace", "filled.prompt"], &["filled.prompt:1: ", "Dotprompt", "`model: starter`"]),
        (&["generate", "-"], &["empty"]),
    ];
    for (args, named) in checks {
        let line = refused(&folder, &args.iter().map(OsString::from).collect::<Vec<_>>(), b"");
        for name in *named {
            assert!(line.contains(name), "{name:?} is not in {line:?}");
        }
    }
}

/// The part that fits is traced; the rest is reported as a problem with its line.
#[test]
fn traces_the_part_of_a_prompt_that_fits_the_context() {
    let folder = Folder::new();
    folder.write("a.prompt", format!("---\n---\n{}\n", "The history of the war\n".repeat(200)));
    let document = run(folder.path(), ["trace", "a.prompt", "--json", "--positions", "last"]).json(0);
    assert_eq!(document["runs"][0]["tokens"].as_array().map(Vec::len), Some(512));
    let problem = &document["problems"][0];
    assert!(problem["message"].as_str().is_some_and(|m| m.contains("512")), "{problem}");
}

#[test]
fn reads_a_file_of_ten_megabytes() {
    let folder = Folder::new();
    folder.write("a.prompt", "The history of the war 🙂\n".repeat(400_000));
    let document = run(folder.path(), ["trace", "a.prompt", "--json", "--positions", "last"]).json(0);
    assert_eq!(document["runs"][0]["tokens"].as_array().map(Vec::len), Some(512));
}

/// Invalid messages are answered, and so are valid messages between them.
/// A sparse file takes no disk, and would take all memory if it were read.
#[test]
fn refuses_a_prompt_file_above_the_limit() {
    let folder = Folder::new();
    let path = folder.write("huge.prompt", "The history of");
    let file = std::fs::File::options().write(true).open(&path).expect("writable");
    file.set_len(1 << 40).expect("a sparse file");
    let said = refused(&folder, &["trace".into(), path.into()], b"");
    assert!(said.contains("huge.prompt") && said.contains("it is larger than 16 MB"), "{said}");
}

#[test]
fn answers_invalid_messages() {
    let folder = Folder::new();
    let quiet = &["unembed/status", "$/progress", "textDocument/publishDiagnostics"];
    let mut client = Client::start(folder.path(), json!({ "results": true })).ignoring(quiet);
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, "The history of\n");
    client.raw(b"Content-Length: 9\r\n\r\n{\"jsonrpc");
    client.claim(|m| m["error"]["code"] == -32700);
    client.notification("window/showMessage", |p| p.to_string().contains("close the file and open it again"));
    client.raw(b"Content-Length: 17\r\n\r\n{\"jsonrpc\":\"2.0\"}");
    client.claim(|m| m["error"]["code"] == -32600);
    let request = client.execute("unembed.generate", json!({ "uri": document }));
    assert_eq!(client.answer(request).map(|d| d["runs"][0]["stopped"].clone()), Ok(json!("length")));
    client.shutdown();
}

#[test]
fn survives_a_client_that_dies_during_generation() {
    let folder = Folder::new();
    let mut client = Client::start(folder.path(), json!({ "generated": true }));
    let document = uri(&folder.path().join("a.prompt"));
    client.open(&document, "---\nconfig: { maxOutputTokens: 500, temperature: 1 }\n---\nThe history of\n");
    client.execute("unembed.generate", json!({ "uri": document }));
    client.notification("unembed/generated", |_| true);
    client.abandon();
}
