//! Traffic as editors make it: what each asks and when, drawn beforehand, so that a late answer counts from when its
//! question was due.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Client, Folder, Seeded, uri};

const NOISE: &[&str] = &[
    "unembed/status",
    "unembed/generated",
    "textDocument/publishDiagnostics",
    "$/progress",
    "window/showMessage",
    "workspace/diagnostic/refresh",
];
/// An edit that would make a text longer than it was by this begins anew.
const LONGER: usize = 200;

/// One question of an editor, and when it is due.
pub struct Due {
    /// From the beginning.
    pub at: Duration,
    /// What is asked.
    pub what: What,
}

/// What an editor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// On the last but one word.
    Hover,
    /// A word more at the end.
    Edit,
    /// Of the whole file.
    Lenses,
    /// The tokens' surprise.
    Colours,
    /// On the last but one word.
    Completion,
    /// There too.
    Actions,
}

/// What was asked, how long after it was due the answer came, and whether the model had read that text before.
pub struct Answered {
    /// What was asked.
    pub what: What,
    /// Seconds.
    pub took: f64,
    /// Whether the text was as it was at the last question.
    pub warm: bool,
}

/// One editor's questions, in the order in which they are due: so many a second, a third of them hovers.
pub fn schedule(seed: u64, seconds: f64, a_second: f64) -> Vec<Due> {
    let mut random = Seeded::new(seed);
    let mut due: Vec<Due> = (0..(seconds * a_second) as usize)
        .map(|_| {
            let at = Duration::from_secs_f64(seconds * random.below(1 << 20) as f64 / f64::from(1 << 20));
            let what = match random.below(12) {
                0..4 => What::Hover,
                4..6 => What::Edit,
                6..8 => What::Lenses,
                8..10 => What::Colours,
                10 => What::Completion,
                _ => What::Actions,
            };
            Due { at, what }
        })
        .collect();
    due.sort_by_key(|due| due.at);
    due
}

/// An editor with one file.
pub struct Editor {
    /// On the shared process.
    pub client: Client,
    /// The file's URI.
    pub document: String,
    first: String,
    text: String,
}

impl Editor {
    /// With its model loaded and its text read once.
    pub fn new(folder: &Folder, n: usize, text: String) -> Self {
        let client = Client::share(folder.path(), json!({"results": true})).ignoring(NOISE);
        let document = uri(&folder.path().join(format!("{n}.prompt")));
        let mut editor = Self { client, document, first: text.clone(), text };
        editor.client.open(&editor.document, &editor.text);
        let trace = editor.client.execute("unembed.trace", json!({"uri": editor.document, "positions": "last"}));
        editor.client.answer(trace).expect("a trace");
        editor.ask(What::Hover);
        editor
    }

    /// Asks each question when it is due, or as soon as it can.
    pub fn run(&mut self, begin: Instant, due: Vec<Due>) -> Vec<Answered> {
        let mut answers = Vec::new();
        let mut warm = true;
        for Due { at, what } in due {
            thread::sleep((begin + at).saturating_duration_since(Instant::now()));
            if what == What::Edit {
                if self.text.len() > self.first.len() + LONGER {
                    self.text.clone_from(&self.first);
                }
                self.text.push_str(if self.text.len().is_multiple_of(2) { " and" } else { " so" });
                let text = self.text.clone();
                self.client.change(&self.document, &text);
                warm = false;
                continue;
            }
            self.ask(what);
            let took = begin.elapsed().saturating_sub(at).as_secs_f64();
            answers.push(Answered { what, took, warm });
            warm |= matches!(what, What::Hover | What::Colours);
        }
        answers
    }

    /// Asks now, and waits for the answer.
    pub fn ask(&mut self, what: What) {
        let document = json!({"uri": self.document});
        // The last but one word of the prompt.
        let place = json!({"line": self.text.matches('\n').count(), "character": self.text.lines().last().map_or(0, str::len).saturating_sub(8)});
        let mut params = json!({"textDocument": document, "position": place});
        let method = match what {
            What::Hover => "textDocument/hover",
            What::Lenses => "textDocument/codeLens",
            What::Colours => "textDocument/semanticTokens/full",
            What::Completion => "textDocument/completion",
            What::Actions => {
                params["range"] = json!({"start": place, "end": place});
                params["context"] = json!({"diagnostics": []});
                "textDocument/codeAction"
            }
            What::Edit => return,
        };
        let answer: Value = self.client.call(method, params);
        assert!(what == What::Completion || !answer.is_null(), "{method}");
    }
}
