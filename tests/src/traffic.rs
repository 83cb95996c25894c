//! Simulated traffic of editors. Requests and their times are drawn in advance, and the latency of an answer counts
//! from the scheduled time of its request.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::NOISE;
use crate::{Client, Folder, Seeded, uri};

/// An edit that would add more bytes than this to the original text restores the original text.
const MAX_GROWTH: usize = 200;

/// A scheduled action of an editor.
pub struct Due {
    /// Time from the start of the schedule.
    pub at: Duration,
    pub what: What,
}

/// The kinds of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A hover on the last but one word.
    Hover,
    /// An edit that appends a word.
    Edit,
    /// Code lenses of the whole file.
    Lenses,
    /// Semantic tokens of the whole file (surprise).
    Colours,
    /// Completion on the last but one word.
    Completion,
    /// Code actions on the last but one word.
    Actions,
}

/// The latency of one answer.
pub struct Answered {
    pub what: What,
    /// Seconds from the scheduled time to the answer.
    pub took: f64,
    /// True if the text did not change since the last request, so the model has already read it.
    pub warm: bool,
}

/// One editor's actions in order of time, `a_second` per second on average. A third of them are hovers.
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

/// A simulated editor with one open file.
pub struct Editor {
    /// Connected to the daemon.
    pub client: Client,
    pub document: String,
    first: String,
    text: String,
}

impl Editor {
    /// Opens the file and waits until its model is loaded and has read the text.
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

    /// Runs each action at its scheduled time, or as soon as the previous one is done.
    pub fn run(&mut self, begin: Instant, due: Vec<Due>) -> Vec<Answered> {
        let mut answers = Vec::new();
        let mut warm = true;
        for Due { at, what } in due {
            thread::sleep((begin + at).saturating_duration_since(Instant::now()));
            if what == What::Edit {
                if self.text.len() > self.first.len() + MAX_GROWTH {
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

    /// Sends a request and waits for its answer.
    pub fn ask(&mut self, what: What) {
        let document = json!({"uri": self.document});
        // The last but one word of the prompt.
        let position = json!({"line": self.text.matches('\n').count(), "character": self.text.lines().last().map_or(0, str::len).saturating_sub(8)});
        let mut params = json!({"textDocument": document, "position": position});
        let method = match what {
            What::Hover => "textDocument/hover",
            What::Lenses => "textDocument/codeLens",
            What::Colours => "textDocument/semanticTokens/full",
            What::Completion => "textDocument/completion",
            What::Actions => {
                params["range"] = json!({"start": position, "end": position});
                params["context"] = json!({"diagnostics": []});
                "textDocument/codeAction"
            }
            What::Edit => return,
        };
        let answer: Value = self.client.call(method, params);
        assert!(what == What::Completion || !answer.is_null(), "{method}");
    }
}
