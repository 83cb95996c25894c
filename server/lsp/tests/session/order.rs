//! Edits, hovers, code actions, commands and cancels at random: each answer is the one for exactly the text that was
//! sent before it, and each request gets exactly one.

use std::collections::BTreeMap;
use std::ops::Range;

use base::{Cancel, Encoding, LineIndex};
use ide::{ActionKind, File, ModelState, Style, TraceOptions};
use lm::{Error, Positions};
use serde::Serialize;
use serde_json::{Value, json};

use crate::support::{Client, Random, TestLibrary, TestModel, uri};

const STEPS: usize = 2500;
const NAMES: [&str; 3] = ["a", "b", "c"];
/// Fewer than make the server stop reading.
const MOST_PENDING: usize = 150;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_answer_is_for_the_text_sent_before_its_request() {
    let mut seen = Seen::default();
    for (seed, (name, encoding)) in
        [("utf-8", Encoding::Utf8), ("utf-16", Encoding::Utf16), ("utf-32", Encoding::Utf32)].into_iter().enumerate()
    {
        Driver::start(seed as u64, name, encoding).await.run(&mut seen).await;
    }
    // Otherwise it shows nothing.
    for (what, n) in [("answers", seen.answers), ("superseded", seen.superseded), ("cancelled", seen.cancelled)] {
        assert!(n > 100, "{what}: {n}");
    }
}

#[derive(Default)]
struct Seen {
    answers: usize,
    superseded: usize,
    cancelled: usize,
}

/// A request as it was sent.
struct Asked {
    document: usize,
    text: String,
    question: Question,
    /// Its document was edited since.
    edited: bool,
    cancelled: bool,
}

enum Question {
    Hover(usize),
    Actions(Range<usize>),
    Generate,
    Trace,
}

struct Driver {
    client: Client,
    random: Random,
    encoding: Encoding,
    texts: [String; 3],
    versions: [i64; 3],
    asked: BTreeMap<i64, Asked>,
    answers: BTreeMap<i64, Value>,
}

impl Driver {
    async fn start(seed: u64, name: &str, encoding: Encoding) -> Self {
        let literals = json!({"codeActionKind": {"valueSet": []}});
        let capabilities = json!({
            "general": {"positionEncodings": [name]},
            "textDocument": {"codeAction": {"codeActionLiteralSupport": literals}},
        });
        let params = json!({"capabilities": capabilities, "initializationOptions": {"results": true}});
        let mut client = Client::start(TestLibrary::loaded(), params).await;
        let mut random = Random::new(seed + 1);
        let texts = [text(&mut random), text(&mut random), text(&mut random)];
        for (name, text) in NAMES.iter().zip(&texts) {
            client.open(name, text).await;
        }
        Self { client, random, encoding, texts, versions: [1; 3], asked: BTreeMap::new(), answers: BTreeMap::new() }
    }

    async fn run(mut self, seen: &mut Seen) {
        for _ in 0..STEPS {
            self.step().await;
            self.collect();
            if self.asked.len() - self.answers.len() > MOST_PENDING {
                self.client.engine.jobs.open();
            }
        }
        self.client.engine.jobs.open();
        while self.answers.len() < self.asked.len() {
            let message = self.client.message().await;
            self.keep(message);
        }
        // Nothing is answered twice.
        for message in self.client.unclaimed().await {
            self.keep(message);
        }
        for (id, asked) in &self.asked {
            self.judge(asked, &self.answers[id], seen);
        }
        assert_eq!(self.client.leave().await, lsp::Ended::InOrder);
    }

    async fn step(&mut self) {
        let document = self.random.below(NAMES.len());
        match self.random.below(20) {
            0..6 => self.edit(document).await,
            6..10 => {
                let at = self.place(document);
                let position = self.position(document, at);
                let params = json!({"textDocument": {"uri": uri(NAMES[document])}, "position": position});
                self.ask("textDocument/hover", params, document, Question::Hover(at)).await;
            }
            10..12 => {
                let (a, b) = (self.place(document), self.place(document));
                let range = a.min(b)..a.max(b);
                let params = json!({
                    "textDocument": {"uri": uri(NAMES[document])},
                    "range": self.range(document, &range),
                    "context": {"diagnostics": []},
                });
                self.ask("textDocument/codeAction", params, document, Question::Actions(range)).await;
            }
            12 => {
                let params = json!({"command": "unembed.generate", "arguments": [{"uri": uri(NAMES[document])}]});
                self.ask("workspace/executeCommand", params, document, Question::Generate).await;
            }
            13 => {
                let argument = json!({"uri": uri(NAMES[document]), "positions": "last", "top": 3});
                let params = json!({"command": "unembed.trace", "arguments": [argument]});
                self.ask("workspace/executeCommand", params, document, Question::Trace).await;
            }
            14 | 15 => self.cancel().await,
            16 if self.random.below(4) == 0 => self.reopen(document).await,
            17 => self.client.engine.jobs.close(),
            18 => self.client.engine.jobs.open(),
            _ => self.client.engine.jobs.let_through(1 + self.random.below(5)),
        }
    }

    async fn ask(&mut self, method: &str, params: Value, document: usize, question: Question) {
        let id = self.client.request(method, params).await;
        let text = self.texts[document].clone();
        self.asked.insert(id, Asked { document, text, question, edited: false, cancelled: false });
    }

    async fn cancel(&mut self) {
        let pending: Vec<_> = self.asked.keys().filter(|id| !self.answers.contains_key(id)).copied().collect();
        if !pending.is_empty() {
            let id = *self.random.pick(&pending);
            self.client.cancel(id).await;
            self.asked.get_mut(&id).expect("it was asked").cancelled = true;
        }
    }

    /// One to three changes, each of the text that the one before left behind.
    async fn edit(&mut self, document: usize) {
        let mut changes = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            if self.texts[document].len() > 300 || self.random.below(20) == 0 {
                self.texts[document] = text(&mut self.random);
                changes.push(json!({"text": self.texts[document]}));
                continue;
            }
            let (a, b) = (self.place(document), self.place(document));
            // Mostly typing: most ranges are empty or short.
            let end = if self.random.below(3) == 0 { a.max(b) } else { a.min(b) };
            let range = a.min(b)..end;
            let pieces =
                ["", " the", " city", "x", "🙂", "é", "\n", "\r\n", " Paris", "- L0D3: off\n", "track: [a]\n", "#"];
            let new = *self.random.pick(&pieces);
            changes.push(json!({"range": self.range(document, &range), "text": new}));
            let old = &self.texts[document];
            self.texts[document] = format!("{}{new}{}", &old[..range.start], &old[range.end..]);
        }
        self.versions[document] += 1;
        self.client.change(NAMES[document], self.versions[document], changes.into()).await;
        for asked in self.asked.values_mut().filter(|asked| asked.document == document) {
            asked.edited = true;
        }
    }

    async fn reopen(&mut self, document: usize) {
        let params = json!({"textDocument": {"uri": uri(NAMES[document])}});
        self.client.notify("textDocument/didClose", params).await;
        self.texts[document] = text(&mut self.random);
        self.versions[document] = 1;
        self.client.open(NAMES[document], &self.texts[document]).await;
    }

    /// A byte where a position can be: between two characters, and not inside a line break.
    fn place(&mut self, document: usize) -> usize {
        let text = &self.texts[document];
        let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let places: Vec<_> =
            places.filter(|&at| !(text[..at].ends_with('\r') && text[at..].starts_with('\n'))).collect();
        *self.random.pick(&places)
    }

    fn position(&self, document: usize, at: usize) -> Value {
        position(&self.texts[document], at, self.encoding)
    }

    fn range(&self, document: usize, range: &Range<usize>) -> Value {
        json!({"start": self.position(document, range.start), "end": self.position(document, range.end)})
    }

    fn collect(&mut self) {
        while let Some(message) = self.client.message_now() {
            self.keep(message);
        }
    }

    fn keep(&mut self, message: Value) {
        if let (None, Some(id)) = (message.get("method"), message["id"].as_i64())
            && self.asked.contains_key(&id)
        {
            let twice = self.answers.insert(id, message);
            assert!(twice.is_none(), "two answers: {twice:?}");
        }
    }

    fn judge(&self, asked: &Asked, answer: &Value, seen: &mut Seen) {
        let command = matches!(asked.question, Question::Generate | Question::Trace);
        match answer["error"]["code"].as_i64() {
            Some(-32800) => {
                assert!(asked.cancelled, "it was not cancelled: {answer}");
                seen.cancelled += 1;
            }
            Some(-32801) => {
                assert!(asked.edited && !command, "nothing superseded it: {answer}");
                seen.superseded += 1;
            }
            _ => {
                let expected = expected(asked, self.encoding);
                let found = match &asked.question {
                    Question::Actions(_) => answer.get("result").map(menu),
                    _ => answer.get("result").cloned(),
                };
                let message = answer["error"]["message"].as_str().unwrap_or_default().to_owned();
                assert_eq!(found.ok_or(message), expected, "for {:?}", asked.text);
                seen.answers += 1;
            }
        }
    }
}

/// What a fresh look at the text says.
fn expected(asked: &Asked, encoding: Encoding) -> Result<Value, String> {
    let (file, model, control) = (File::new(&*asked.text), TestModel::default(), Cancel::new());
    let state = ModelState::Ready(&model, None);
    let said = |error: Error| error.to_string();
    match &asked.question {
        Question::Hover(at) => {
            let hover = ide::hover(&file, *at, &state, &Style::default(), &control).map_err(said)?;
            Ok(hover.map_or(Value::Null, |hover| {
                let place = |at| position(&asked.text, at, encoding);
                json!({
                    "contents": {"kind": "markdown", "value": hover.markdown},
                    "range": {"start": place(hover.range.start), "end": place(hover.range.end)},
                })
            }))
        }
        Question::Actions(range) => {
            let actions = ide::code_actions(&file, range.clone(), &state, &control).map_err(said)?;
            let entries = actions.iter().filter_map(|action| {
                let edits = match &action.what {
                    ActionKind::Edits(edits) => edits.clone(),
                    ActionKind::Lazy(pending) => ide::resolve_action(&file, pending)?,
                    ActionKind::Command { .. } => Vec::new(),
                };
                let place = |at| position(&asked.text, at, encoding);
                let edits = edits.iter().map(|edit| {
                    let range = json!({"start": place(edit.range.start), "end": place(edit.range.end)});
                    json!({"range": range, "newText": edit.text})
                });
                Some(json!([action.title, action.kind, edits.collect::<Vec<_>>()]))
            });
            Ok(entries.collect())
        }
        Question::Generate => {
            let name = file.parsed.model.as_ref().map_or("fake", |m| &m.value);
            ide::generate(&file, name, &model, &control, &mut |_| {}).map(written).map_err(said)
        }
        Question::Trace => {
            let name = file.parsed.model.as_ref().map_or("fake", |m| &m.value);
            let options = TraceOptions { positions: Some(Positions::Last), top: 3, ..TraceOptions::default() };
            ide::trace(&file, name, &model, &options, &control).map(written).map_err(said)
        }
    }
}

fn written(document: impl Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap()
}

/// Of a list of code actions what matters.
fn menu(actions: &Value) -> Value {
    let entry = |action: &Value| {
        let edits = action["edit"]["changes"].as_object().and_then(|changes| changes.values().next());
        json!([action["title"], action["kind"], edits.cloned().unwrap_or_else(|| json!([]))])
    };
    actions.as_array().expect("a list").iter().map(entry).collect()
}

fn position(text: &str, at: usize, encoding: Encoding) -> Value {
    let position = LineIndex::new(text).position(text, at, encoding);
    json!({"line": position.line, "character": position.column})
}

fn text(random: &mut Random) -> String {
    let front = ["", "---\n---\n", "---\ninterventions:\n  - L1D2: 3\n---\n", "---\r\ntrack: [\" the\"]\r\n---\r\n"];
    let prompts = ["The city of Paris", "a 🙂 is in the river\n", "The\r\nfood | `court`\n", "é", ""];
    format!("{}{}", random.pick(&front), random.pick(&prompts))
}
