//! Disabled interventions change no bit, and no answer depends on earlier or concurrent requests.

use serde_json::{Value, json};
use tests::{Client, Folder, RequestId, Seeded, run_with, uri};

const QUIET: &[&str] = &["unembed/status", "$/progress", "textDocument/publishDiagnostics"];

#[test]
fn disabled_interventions_change_no_bit() {
    let with =
        "---\ninterventions:\n  # - L5D662: 8\n  # - L2D343: { scale: 3, at: last }\nbos: true\n---\nThe history of\n";
    let without = "---\nbos: true\n---\nThe history of\n";
    let folder = Folder::new();
    for args in [["trace", "-", "--json", "--generated", "5"].as_slice(), &["generate", "-", "--json"]] {
        let answer = |text: &str| run_with(folder.path(), args, text.as_bytes());
        let (with, without) = (answer(with), answer(without));
        with.json(0);
        assert_eq!(with.stdout, without.stdout, "{args:?}");
    }
}

#[test]
fn the_command_line_and_the_server_give_the_same_answer() {
    let text = "---\ninterventions:\n  - L5D662: 8\ntrack: [\" door\"]\n---\nShe opened the door and saw the\n";
    let folder = Folder::new();
    for (command, flags) in [("trace", ["--generated", "3"].as_slice()), ("generate", &[])] {
        let args = [command, "-", "--json"].into_iter().chain(flags.iter().copied());
        let printed = run_with(folder.path(), args, text.as_bytes()).json(0);
        assert_eq!(fresh(&folder, command, text), Ok(printed), "{command}");
    }
}

/// Runs edits, requests and cancellations in one session, several in flight, some of them on files with errors. Each
/// answer must equal the answer of a new process for the text at the time of the request.
#[test]
fn answers_do_not_depend_on_history() {
    for seed in 0..4 {
        history(seed, 60);
    }
}

fn history(seed: u64, steps: usize) {
    let mut random = Seeded::new(seed);
    let folder = Folder::new();
    let mut client = Client::start(folder.path(), json!({ "results": true })).ignoring(QUIET);
    let documents: Vec<_> = ["a", "b"].map(|name| uri(&folder.path().join(name).with_extension("prompt"))).into();
    let mut texts = vec![text(&mut random), text(&mut random)];
    for (uri, text) in documents.iter().zip(&texts) {
        client.open(uri, text);
    }
    let mut asked: Vec<(RequestId, &str, String, bool)> = Vec::new();
    for _ in 0..steps {
        let which = random.below(documents.len());
        match random.below(8) {
            0..3 => {
                texts[which] = if random.below(3) == 0 { text(&mut random) } else { typed(&texts[which], &mut random) };
                client.change(&documents[which], &texts[which]);
            }
            3 => {
                let hover =
                    json!({ "textDocument": { "uri": documents[which] }, "position": { "line": 0, "character": 2 } });
                let hover = client.request("textDocument/hover", hover);
                let _ = client.answer(hover);
            }
            choice => {
                let command = if choice < 7 { "trace" } else { "generate" };
                let request = client.execute(&format!("unembed.{command}"), argument(&documents[which], command));
                let cancelled = random.below(3) == 0;
                if cancelled {
                    client.cancel(request);
                }
                asked.push((request, command, texts[which].clone(), cancelled));
            }
        }
    }
    for (request, command, text, cancelled) in asked {
        match client.answer(request) {
            Err(error) if cancelled && error["code"] == -32800 => {}
            answer => {
                assert_eq!(answer.map_err(message), fresh(&folder, command, &text), "seed {seed}, {command} {text:?}")
            }
        }
    }
    client.shutdown();
}

/// The answer of a new process, or the message of its error.
fn fresh(folder: &Folder, command: &str, text: &str) -> Result<Value, String> {
    let mut client = Client::start(folder.path(), json!({ "results": true })).ignoring(QUIET);
    let document = uri(&folder.path().join("fresh.prompt"));
    client.open(&document, text);
    let request = client.execute(&format!("unembed.{command}"), argument(&document, command));
    let answer = client.answer(request).map_err(message);
    client.shutdown();
    answer
}

fn argument(document: &str, command: &str) -> Value {
    match command {
        "trace" => json!({ "uri": document, "generated": 3 }),
        _ => json!({ "uri": document }),
    }
}

fn message(error: Value) -> String {
    error["message"].as_str().unwrap_or_default().to_owned()
}

/// A prompt file with random parts.
fn text(random: &mut Seeded) -> String {
    let prompts = ["The history of", "She opened the door and saw the", "The history of the war and", "café 🙂", ""];
    let lines = [
        "  - L5D662: 8\n",
        "  # - L5D662: 8\n",
        "  - L2D343: { scale: -3, at: prompt }\n",
        "  - L0D1: { add: 5, at: generated }\n",
        "  - L5D662: { set: 4, at: last }\n",
        "  - L3D10: boost\n",
        "  - L4D9: { set: 2, at: { text: \" door\" } }\n",
        "  - L1D9: { set: 2, at: 2 }\n",
        "  - L99D5: off\n",
    ];
    let interventions: String = (0..random.below(4)).map(|_| *random.pick(&lines)).collect();
    let heading = if interventions.is_empty() { "" } else { "interventions:\n" };
    let bos = random.pick(&["", "bos: true\n"]);
    let config = random.pick(&["", "config: { temperature: 1, seed: 3 }\n"]);
    format!("---\n{heading}{interventions}{bos}{config}track: [\" the\"]\n---\n{}\n", random.pick(&prompts))
}

/// The text with a piece appended, or without its last character.
fn typed(text: &str, random: &mut Seeded) -> String {
    let body = text.strip_suffix('\n').unwrap_or(text);
    match random.below(3) {
        0 if !body.ends_with("---") => {
            format!("{}\n", &body[..body.len() - body.chars().next_back().map_or(0, char::len_utf8)])
        }
        _ => format!("{body}{}\n", random.pick(&[" the", "s", " and it", "."])),
    }
}
