//! The daemon: the real program over its real socket, with real faults.

mod faults;
mod life;
mod sessions;
mod soak;

use serde_json::{Value, json};
use tests::{Client, Daemon, Folder, uri};

/// Notifications that no test here checks.
const NOISE: &[&str] =
    &["unembed/status", "textDocument/publishDiagnostics", "$/progress", "workspace/diagnostic/refresh"];

/// An editor of the folder that is connected to the daemon.
fn editor(folder: &Folder) -> Client {
    Client::share(folder.path(), json!({"results": true})).ignoring(NOISE)
}

/// The text of a hover on the second word of a document's first line.
#[track_caller]
fn hover(client: &mut Client, document: &str) -> String {
    let position = json!({"line": 0, "character": 5});
    let hover = client.call("textDocument/hover", json!({"textDocument": {"uri": document}, "position": position}));
    hover["contents"]["value"].as_str().expect("a hover").to_owned()
}

/// The hover of a private server for a text.
fn private_hover(folder: &Folder, text: &str) -> String {
    let mut client = Client::start(folder.path(), json!({"results": true})).ignoring(NOISE);
    let document = uri(&folder.path().join("alone.prompt"));
    client.open(&document, text);
    let text = hover(&mut client, &document);
    client.shutdown();
    text
}

/// Checks that a new editor gets a correct answer.
#[track_caller]
fn check_works(folder: &Folder) {
    let text = "The court heard the";
    let mut client = editor(folder);
    let document = uri(&folder.path().join("works.prompt"));
    client.open(&document, text);
    assert_eq!(hover(&mut client, &document), private_hover(folder, text));
    client.shutdown();
}

fn sessions(daemon: &Daemon<'_>) -> usize {
    let status: Value = daemon.status();
    status["sessions"].as_array().map_or(0, Vec::len)
}
