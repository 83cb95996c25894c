//! Many editors at once, with random edits, requests, commands and cancellations. Each request gets exactly one answer,
//! and each answer equals that of a private server for exactly the text sent before it.

use std::collections::HashMap;

use serde_json::{Value, json};
use tests::{Client, Daemon, Folder, RequestId, Seeded, uri};

use crate::{NOISE, editor, sessions};

const PROMPTS: &[&str] = &[
    "The food and the",
    "The king was crowned and the",
    "---\ninterventions:\n  - L5D662: 8\n---\nThe history of the",
    "---\ninterventions:\n  - L2D343: { scale: 3, at: last }\ntrack: [\" war\"]\n---\nThe history of the",
    "---\ninterventions:\n  - L3D77: off\n  # - L5D901: 2\n---\nShe opened the door and saw the",
    "---\nconfig: { maxOutputTokens: 3 }\n---\nThe court heard that the",
    "---\ninterventions:\n  - L99D5: 1\n---\nThe sea is",
    "",
];

/// A request about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Question {
    /// A hover at this character of the last line.
    Hover(u32),
    Trace,
    Generate,
}

impl Question {
    fn any(random: &mut Seeded) -> Self {
        match random.below(8) {
            0 => Self::Trace,
            1 => Self::Generate,
            _ => Self::Hover(random.below(20) as u32),
        }
    }

    fn ask(self, client: &mut Client, document: &str, text: &str) -> RequestId {
        match self {
            Self::Hover(character) => {
                let line = text.matches('\n').count();
                let position = json!({"line": line, "character": character});
                client.request("textDocument/hover", json!({"textDocument": {"uri": document}, "position": position}))
            }
            Self::Trace => client.execute("unembed.trace", json!({"uri": document, "positions": "last", "top": 3})),
            Self::Generate => client.execute("unembed.generate", json!({"uri": document})),
        }
    }
}

/// The answers of a private server, cached by text and request.
struct Reference {
    client: Client,
    document: String,
    known: HashMap<(usize, Question), Result<Value, Value>>,
}

impl Reference {
    fn new(folder: &Folder, document: &str) -> Self {
        let mut client = Client::start(folder.path(), json!({"results": true})).ignoring(NOISE);
        client.open(document, "");
        Self { client, document: document.to_owned(), known: HashMap::new() }
    }

    fn says(&mut self, text: usize, question: Question) -> Result<Value, Value> {
        let (client, document) = (&mut self.client, &self.document);
        let ask = || {
            client.change(document, PROMPTS[text]);
            let request = question.ask(client, document, PROMPTS[text]);
            client.answer(request)
        };
        self.known.entry((text, question)).or_insert_with(ask).clone()
    }
}

struct Asked {
    request: RequestId,
    text: usize,
    question: Question,
    edited: bool,
    cancelled: bool,
}

struct Editor {
    client: Client,
    text: usize,
    asked: Vec<Asked>,
}

#[derive(Debug, Default)]
struct Seen {
    answers: usize,
    superseded: usize,
    cancelled: usize,
}

/// Runs random steps of several editors on one file; each editor has its own unsaved text.
fn mixed(editors: usize, steps: usize, seed: u64) -> Seen {
    let folder = Folder::new();
    let daemon = Daemon(folder.path());
    let document = uri(&folder.path().join("a.prompt"));
    let mut reference = Reference::new(&folder, &document);
    let mut editors: Vec<Editor> = (0..editors)
        .map(|_| {
            let mut client = editor(&folder);
            client.open(&document, PROMPTS[0]);
            Editor { client, text: 0, asked: Vec::new() }
        })
        .collect();
    let (mut random, mut seen) = (Seeded::new(seed), Seen::default());
    for _ in 0..steps {
        let which = random.below(editors.len());
        let editor = &mut editors[which];
        match random.below(10) {
            0..3 => {
                let text = random.below(PROMPTS.len());
                if PROMPTS[text] != PROMPTS[editor.text] {
                    editor.text = text;
                    editor.client.change(&document, PROMPTS[text]);
                    editor.asked.iter_mut().for_each(|asked| asked.edited = true);
                }
            }
            3 if !editor.asked.is_empty() => {
                let at = random.below(editor.asked.len());
                editor.client.cancel(editor.asked[at].request);
                editor.asked[at].cancelled = true;
            }
            4 => settle(editor, &mut reference, &mut seen),
            _ => {
                let (text, question) = (editor.text, Question::any(&mut random));
                let request = question.ask(&mut editor.client, &document, PROMPTS[text]);
                editor.asked.push(Asked { request, text, question, edited: false, cancelled: false });
            }
        }
    }
    for mut editor in editors {
        settle(&mut editor, &mut reference, &mut seen);
        // `shutdown` fails if there is an unclaimed message.
        editor.client.shutdown();
    }
    assert_eq!(sessions(&daemon), 0);
    assert_eq!(daemon.status()["queue"], json!({"running": 0, "waiting": 0}));
    reference.client.shutdown();
    seen
}

fn settle(editor: &mut Editor, reference: &mut Reference, seen: &mut Seen) {
    for asked in editor.asked.drain(..) {
        let answer = editor.client.answer(asked.request);
        let code = answer.as_ref().err().and_then(|error| error["code"].as_i64());
        match code {
            Some(-32801) => {
                assert!(asked.edited && matches!(asked.question, Question::Hover(_)), "{:?}", asked.question);
                seen.superseded += 1;
            }
            Some(-32800) => {
                assert!(asked.cancelled, "{:?} was not cancelled", asked.question);
                seen.cancelled += 1;
            }
            _ => {
                let expected = reference.says(asked.text, asked.question);
                assert_eq!(answer, expected, "{:?} of {:?}", asked.question, PROMPTS[asked.text]);
                seen.answers += 1;
            }
        }
    }
}

#[test]
fn eight_editors_get_their_own_answers() {
    // A longer run: `LONG=10000 cargo test --release -p tests --test daemon eight_editors`. The printed time includes
    // the build of the program, so build it first to measure.
    let steps = std::env::var("LONG").map_or(1500, |n| n.parse().expect("a number of steps"));
    let seen = mixed(8, steps, 7);
    // Otherwise the test proves nothing.
    assert!(seen.answers > steps / 4 && seen.superseded > 10 && seen.cancelled > 10, "{seen:?}");
}
