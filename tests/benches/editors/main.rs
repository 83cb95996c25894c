//! How long editors wait on the process that they share: eight of them, twenty requests a second over all, a third of them
//! hovers, on a checkpoint of GPT-2 small's size, while a text is generated and the concept index is built. An open loop:
//! arrival times are drawn beforehand, and a late answer counts from when its question was due.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use serde_json::{Value, json};
use tests::bench::checkpoint;
use tests::{Client, Folder, Seeded, Shared, repository, uri};

const EDITORS: usize = 8;
const SECONDS: f64 = 60.0;
const A_SECOND: f64 = 20.0;
const NOISE: &[&str] = &[
    "unembed/status",
    "unembed/generated",
    "textDocument/publishDiagnostics",
    "$/progress",
    "window/showMessage",
    "workspace/diagnostic/refresh",
];

/// One question of an editor, and when it is due.
struct Due {
    at: Duration,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Hover,
    Edit,
    Lenses,
    Colours,
    Completion,
    Actions,
}

/// What was asked, how long after it was due the answer came, and whether the model had read that text before.
struct Answered {
    what: What,
    took: f64,
    warm: bool,
}

fn main() {
    let folder = Folder::new();
    let checkpoint = checkpoint().canonicalize().expect("it is there");
    let settings = format!("[models.configured]\nsmall = {{ path = '{}' }}\n", checkpoint.display());
    folder.write(".home/.config/unembed/settings.toml", settings);
    let shared = Shared(folder.path());
    let passages = fs::read_to_string(repository().join("config/text/passages.txt")).expect("the passages are there");
    let passages: Vec<&str> = passages.split("\n\n").filter(|p| p.len() > 200).collect();
    let text = |n: usize| format!("---\nmodel: small\n---\n{}", passages[n].replace('\n', " ").trim());

    let mut editors: Vec<Editor> = (0..EDITORS).map(|n| Editor::new(&folder, n, text(n))).collect();
    let done = AtomicBool::new(false);
    let started = Instant::now();
    let answers: Vec<Answered> = thread::scope(|scope| {
        // Somebody generates all the time, and somebody's search has begun to build the index.
        scope.spawn(|| {
            let mut writer = Editor::new(
                &folder,
                EDITORS,
                text(EDITORS).replacen("---\n", "---\nconfig: { maxOutputTokens: 200 }\n", 1),
            );
            while !done.load(Ordering::Relaxed) {
                let asked = writer.client.execute("unembed.generate", json!({"uri": writer.document}));
                writer.client.answer(asked).expect("a text");
                // Somebody reads it; meanwhile the index is built.
                thread::sleep(Duration::from_secs(5));
            }
            writer.client.shutdown();
        });
        let mut searcher = Editor::new(&folder, EDITORS + 1, text(EDITORS + 1));
        let search = searcher.client.execute("unembed.search", json!({"uri": searcher.document, "query": "food"}));
        searcher.client.answer(search).expect("an answer");

        let begin = Instant::now();
        let running: Vec<_> = editors
            .iter_mut()
            .enumerate()
            .map(|(n, editor)| scope.spawn(move || editor.run(begin, schedule(n as u64 + 1))))
            .collect();
        let answers = running.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect();
        done.store(true, Ordering::Relaxed);
        searcher.client.shutdown();
        answers
    });
    let status = shared.status();
    editors.into_iter().for_each(|editor| drop(editor.client.shutdown()));
    println!("{} requests in {:.0} s, every one answered", answers.len(), started.elapsed().as_secs_f64());
    println!("index built meanwhile: {} of {}", status["indexes"][0]["indexed"], status["indexes"][0]["all"]);
    println!("memory of the shared process: {} MB\n", status["memory_megabytes"]);
    let print = |name: &str, wanted: &dyn Fn(&Answered) -> bool| {
        let mut times: Vec<f64> = answers.iter().filter(|a| wanted(a)).map(|a| a.took * 1e3).collect();
        times.sort_by(f64::total_cmp);
        let at = |q: f64| times.get(((times.len().saturating_sub(1)) as f64 * q) as usize).copied().unwrap_or(0.0);
        println!(
            "{name:<24} {:>5}   p50 {:>7.1} ms  p95 {:>7.1} ms  most {:>7.1} ms",
            times.len(),
            at(0.5),
            at(0.95),
            at(1.0)
        );
    };
    print("hover, warm (bound: 60)", &|a| a.what == What::Hover && a.warm);
    print("hover after an edit", &|a| a.what == What::Hover && !a.warm);
    print("lenses", &|a| a.what == What::Lenses);
    print("colours", &|a| a.what == What::Colours);
    print("completion", &|a| a.what == What::Completion);
    print("code actions", &|a| a.what == What::Actions);
}

/// One editor's questions, in the order in which they are due.
fn schedule(seed: u64) -> Vec<Due> {
    let mut random = Seeded::new(seed);
    let count = (SECONDS * A_SECOND / EDITORS as f64) as usize;
    let mut due: Vec<Due> = (0..count)
        .map(|_| {
            let at = Duration::from_secs_f64(SECONDS * random.below(1 << 20) as f64 / f64::from(1 << 20));
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

struct Editor {
    client: Client,
    document: String,
    text: String,
}

impl Editor {
    /// With its model loaded and its text read once.
    fn new(folder: &Folder, n: usize, text: String) -> Self {
        let client = Client::share(folder.path(), json!({"results": true})).ignoring(NOISE);
        let document = uri(&folder.path().join(format!("{n}.prompt")));
        let mut editor = Self { client, document, text };
        editor.client.open(&editor.document, &editor.text);
        let trace = editor.client.execute("unembed.trace", json!({"uri": editor.document, "positions": "last"}));
        editor.client.answer(trace).expect("a trace");
        editor.ask(What::Hover);
        editor
    }

    fn run(&mut self, begin: Instant, due: Vec<Due>) -> Vec<Answered> {
        let mut answers = Vec::new();
        let mut warm = true;
        for Due { at, what } in due {
            thread::sleep((begin + at).saturating_duration_since(Instant::now()));
            if what == What::Edit {
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

    fn ask(&mut self, what: What) {
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
