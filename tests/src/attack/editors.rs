//! Many editors at once on one daemon, with random edits, requests, commands and cancellations. Each request gets exactly
//! one answer, and each answer equals that of a private server for exactly the text sent before it.

use std::collections::HashMap;
use std::fmt;
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use super::ordinary::{at_last_line, open};
use super::times::Times;
use crate::client::NOISE;
use crate::{Client, Daemon, Folder, Process, RequestId, Seeded, run, uri};

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
const QUERIES: &[&str] = &["food", "war end:both", "psych*"];
/// The most requests of an editor that are under way.
const MOST_ASKED: usize = 8;

/// A request about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Question {
    /// A hover at this character of the last line.
    Hover(u32),
    Completion(u32),
    Diagnostics,
    Trace,
    Generate,
    Search(usize),
}

impl Question {
    fn any(random: &mut Seeded) -> Self {
        match random.below(16) {
            0 => Self::Trace,
            1 => Self::Generate,
            2..4 => Self::Completion(random.below(20) as u32),
            4..6 => Self::Diagnostics,
            6 => Self::Search(random.below(QUERIES.len())),
            _ => Self::Hover(random.below(20) as u32),
        }
    }

    /// An edit makes the answer out of date, which is then an error. A command's answer is about the text before.
    fn is_superseded_by_edits(self) -> bool {
        matches!(self, Self::Hover(_) | Self::Completion(_) | Self::Diagnostics)
    }

    fn ask(self, client: &mut Client, document: &str, text: &str) -> RequestId {
        let at = |character| at_last_line(document, text, character);
        match self {
            Self::Hover(character) => client.request("textDocument/hover", at(character)),
            Self::Completion(character) => client.request("textDocument/completion", at(character)),
            Self::Diagnostics => client.request("textDocument/diagnostic", json!({"textDocument": {"uri": document}})),
            Self::Trace => client.execute("unembed.trace", json!({"uri": document, "positions": "last", "top": 3})),
            Self::Generate => client.execute("unembed.generate", json!({"uri": document})),
            Self::Search(query) => client.execute("unembed.search", json!({"uri": document, "query": QUERIES[query]})),
        }
    }
}

type Answer = Result<Value, Value>;
/// A text, a question about it, and the answer.
type Answered = (usize, Question, Answer);

/// The answers of a private server, cached by text and request.
struct Reference {
    client: Client,
    document: String,
    known: HashMap<(usize, Question), Answer>,
}

impl Reference {
    fn new(folder: &Folder, document: &str) -> Self {
        let mut client = Client::start(folder.path(), json!({"results": true})).ignoring(NOISE);
        open(&mut client, document, PROMPTS[0]);
        let search = Question::Search(0).ask(&mut client, document, PROMPTS[0]);
        client.answer(search).expect("an answer");
        Self { client, document: document.to_owned(), known: HashMap::new() }
    }

    fn says(&mut self, text: usize, question: Question) -> &Answer {
        let (client, document) = (&mut self.client, &self.document);
        let ask = || {
            client.change(document, PROMPTS[text]);
            let request = question.ask(client, document, PROMPTS[text]);
            client.answer(request)
        };
        self.known.entry((text, question)).or_insert_with(ask)
    }
}

struct Asked {
    request: RequestId,
    at: Instant,
    text: usize,
    question: Question,
    edited: bool,
    cancelled: bool,
}

struct Editor {
    client: Client,
    text: usize,
    asked: Vec<Asked>,
    answers: Vec<Answered>,
    seen: Seen,
}

/// What the editors have got.
#[derive(Default)]
struct Seen {
    /// Answers that were compared.
    answers: usize,
    /// Requests that an edit has made out of date.
    superseded: usize,
    cancelled: usize,
    times: Times,
}

impl Seen {
    fn join(self, other: Self) -> Self {
        Self {
            answers: self.answers + other.answers,
            superseded: self.superseded + other.superseded,
            cancelled: self.cancelled + other.cancelled,
            times: self.times.join(other.times),
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { answers, superseded, cancelled, times } = self;
        write!(f, "{answers} right answers, {superseded} out of date, {cancelled} cancelled, 0 wrong\n  {times}")
    }
}

/// So many editors with so many requests each, while the concept index is there. They take random steps on one file; each
/// has its own unsaved text.
pub fn attack(editors: usize, requests: usize) -> String {
    let folder = Folder::new();
    assert_eq!(run(folder.path(), ["index", "build"]).code, 0);
    let daemon = Daemon(folder.path());
    let document = uri(&folder.path().join("a.prompt"));
    let mut all: Vec<Editor> = (0..editors).map(|_| Editor::new(&folder, &document)).collect();
    let pid = daemon.pid();
    // Opens the index, whose percentiles are in hovers.
    all[0].now(&document, Question::Search(0)).expect("an answer");
    let begin = Instant::now();
    thread::scope(|scope| {
        for (n, editor) in all.iter_mut().enumerate() {
            let (document, random) = (&document, Seeded::new(n as u64));
            scope.spawn(move || editor.work(document, requests, random));
        }
    });
    let (seconds, kilobytes) = (begin.elapsed().as_secs_f64(), Process::peak(&pid).expect("the daemon runs"));
    let seen = all.into_iter().map(|editor| editor.leave()).collect::<Vec<_>>();
    let status = daemon.status();
    assert_eq!((&status["sessions"], &status["queue"]), (&json!([]), &json!({"running": 0, "waiting": 0})));
    assert_eq!(status["pid"].to_string(), pid);
    // The private server needs the index that the daemon has.
    drop(daemon);
    let seen = compare(seen, &folder, &document);
    // Otherwise the attack proves nothing.
    let asked = editors * requests;
    assert!(seen.answers > asked / 2 && seen.superseded > 0 && seen.cancelled > 0, "{seen}");
    let megabytes = kilobytes as f64 / 1e3;
    format!("{editors} editors, {requests} requests each, in {seconds:.1} s; daemon at most {megabytes:.0} MB: {seen}")
}

/// Compares the answers of all editors with those of a private server.
fn compare(editors: Vec<(Vec<Answered>, Seen)>, folder: &Folder, document: &str) -> Seen {
    let mut reference = Reference::new(folder, document);
    let mut seen = Seen::default();
    for (answers, own) in editors {
        for (text, question, answer) in answers {
            assert_eq!(&answer, reference.says(text, question), "{question:?} of {:?}", PROMPTS[text]);
        }
        seen = seen.join(own);
    }
    reference.client.shutdown();
    seen
}

impl Editor {
    fn new(folder: &Folder, document: &str) -> Self {
        let mut client = Client::share(folder.path(), json!({"results": true})).ignoring(NOISE);
        open(&mut client, document, PROMPTS[0]);
        Self { client, text: 0, asked: Vec::new(), answers: Vec::new(), seen: Seen::default() }
    }

    fn now(&mut self, document: &str, question: Question) -> Answer {
        let request = question.ask(&mut self.client, document, PROMPTS[self.text]);
        self.client.answer(request)
    }

    /// Sends so many requests among edits and cancellations.
    fn work(&mut self, document: &str, requests: usize, mut random: Seeded) {
        let mut sent = 0;
        while sent < requests {
            match random.below(10) {
                0..3 => {
                    let text = random.below(PROMPTS.len());
                    if PROMPTS[text] != PROMPTS[self.text] {
                        self.text = text;
                        self.client.change(document, PROMPTS[text]);
                        self.asked.iter_mut().for_each(|asked| asked.edited = true);
                    }
                }
                3 if !self.asked.is_empty() => {
                    let at = random.below(self.asked.len());
                    self.client.cancel(self.asked[at].request);
                    self.asked[at].cancelled = true;
                }
                4 => self.settle(),
                _ => {
                    let (text, question, at) = (self.text, Question::any(&mut random), Instant::now());
                    let request = question.ask(&mut self.client, document, PROMPTS[text]);
                    self.asked.push(Asked { request, at, text, question, edited: false, cancelled: false });
                    sent += 1;
                }
            }
            if self.asked.len() == MOST_ASKED {
                self.settle();
            }
        }
        self.settle();
    }

    /// Ends the session, which fails if there is a message that no request has asked for.
    fn leave(self) -> (Vec<Answered>, Seen) {
        self.client.shutdown();
        (self.answers, self.seen)
    }

    /// Claims the answers to all requests.
    fn settle(&mut self) {
        for asked in self.asked.drain(..) {
            let (answer, at) = self.client.answer_at(asked.request);
            match answer.as_ref().err().and_then(|error| error["code"].as_i64()) {
                Some(-32801) => {
                    assert!(asked.edited && asked.question.is_superseded_by_edits(), "{:?}", asked.question);
                    self.seen.superseded += 1;
                }
                Some(-32800) => {
                    assert!(asked.cancelled, "{:?} was not cancelled", asked.question);
                    self.seen.cancelled += 1;
                }
                _ => {
                    if let Question::Hover(_) = asked.question {
                        self.seen.times.add(at.saturating_duration_since(asked.at));
                    }
                    self.seen.answers += 1;
                    self.answers.push((asked.text, asked.question, answer));
                }
            }
        }
    }
}
