//! The process that all editors share: the real program over its real socket, with faults that are really made.

mod faults;
mod life;
mod load;
mod sessions;
mod soak;

use serde_json::{Value, json};
use tests::{Client, Folder, Shared, uri};

/// What clients here are told that no test looks at.
const NOISE: &[&str] =
    &["unembed/status", "textDocument/publishDiagnostics", "$/progress", "workspace/diagnostic/refresh"];

/// An editor of the folder on the shared process.
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

/// What a server that is a client's alone says of a text there.
fn alone(folder: &Folder, text: &str) -> String {
    let mut client = Client::start(folder.path(), json!({"results": true})).ignoring(NOISE);
    let document = uri(&folder.path().join("alone.prompt"));
    client.open(&document, text);
    let said = hover(&mut client, &document);
    client.shutdown();
    said
}

/// A new editor gets a right answer.
#[track_caller]
fn works(folder: &Folder) {
    let text = "The court heard the";
    let mut client = editor(folder);
    let document = uri(&folder.path().join("works.prompt"));
    client.open(&document, text);
    assert_eq!(hover(&mut client, &document), alone(folder, text));
    client.shutdown();
}

fn sessions(shared: &Shared<'_>) -> usize {
    let status: Value = shared.status();
    status["sessions"].as_array().map_or(0, Vec::len)
}
