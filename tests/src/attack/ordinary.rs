//! An ordinary editor beside an attack. It types and hovers without a pause; each hover must be that of a private server.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use super::times::Times;
use crate::client::NOISE;
use crate::{Client, Folder, uri};

const TEXTS: [&str; 4] = [
    "The food and the",
    "The king was crowned and the",
    "---\ninterventions:\n  - L5D662: 8\n---\nThe history of the",
    "She opened the door and saw the",
];

/// Starts an editor of a workspace, connected to the daemon of the folder.
pub(super) fn session(folder: &Folder, root: &Path) -> Client {
    let mut client = Client::spawn_with(folder.path(), &["lsp"]).ignoring(NOISE);
    let capabilities = json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}});
    let options = json!({"results": true});
    let params = json!({"capabilities": capabilities, "rootUri": uri(root), "initializationOptions": options});
    client.call("initialize", params);
    client.notify("initialized", json!({}));
    client
}

/// Opens a document and waits until its model is loaded, which a hover does not.
pub(super) fn open(client: &mut Client, document: &str, text: &str) {
    client.open(document, text);
    let trace = client.execute("unembed.trace", json!({"uri": document, "positions": "last"}));
    client.answer(trace).expect("a trace");
}

/// The params of a hover at a character of a text's last line.
pub(super) fn at_last_line(document: &str, text: &str, character: u32) -> Value {
    let line = text.matches('\n').count();
    json!({"textDocument": {"uri": document}, "position": {"line": line, "character": character}})
}

/// Does the work while some editors hover. Returns the work's result and the times of the hovers.
pub(super) fn beside<T>(folder: &Folder, editors: usize, work: impl FnOnce() -> T) -> (T, Times) {
    let root = folder.path().join("ordinary");
    fs::create_dir_all(&root).expect("a folder");
    let document = uri(&root.join("a.prompt"));
    let mut private = Client::start(&root, json!({"results": true})).ignoring(NOISE);
    open(&mut private, &document, TEXTS[0]);
    let expected = TEXTS.map(|text| ask(&mut private, &document, text));
    private.shutdown();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let running: Vec<_> = (0..editors)
            .map(|_| {
                let mut client = session(folder, &root);
                open(&mut client, &document, TEXTS[0]);
                scope.spawn(|| hover(client, &document, &expected, &done))
            })
            .collect();
        let result = {
            let _ends = Ends(&done);
            work()
        };
        let times = running.into_iter().map(|editor| editor.join().expect("each hover is right"));
        (result, times.fold(Times::default(), Times::join))
    })
}

/// Ends the editors, also if the work panics.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn hover(mut client: Client, document: &str, expected: &[Value; TEXTS.len()], done: &AtomicBool) -> Times {
    let mut times = Times::default();
    while !done.load(Ordering::Relaxed) {
        let at = times.count() % TEXTS.len();
        let begin = Instant::now();
        let said = ask(&mut client, document, TEXTS[at]);
        times.add(begin.elapsed());
        assert_eq!(said, expected[at], "{}", TEXTS[at]);
    }
    client.shutdown();
    times
}

/// The hover on the second word of a text's last line.
fn ask(client: &mut Client, document: &str, text: &str) -> Value {
    client.change(document, text);
    let said = client.call("textDocument/hover", at_last_line(document, text, 5));
    assert!(said["contents"]["value"].is_string(), "{said}");
    said
}
