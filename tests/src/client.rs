//! A small LSP client on the program's stdin and stdout. It knows frames, requests and notifications, and it is strict:
//! a message that no test claims fails the test, and so does a server that exceeds the deadline. It does not judge
//! answers.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{DEADLINE, collect, command};

/// Notifications that traffic and attacks do not check.
pub(crate) const NOISE: &[&str] = &[
    "unembed/status",
    "unembed/generated",
    "textDocument/publishDiagnostics",
    "$/progress",
    "window/showMessage",
    "workspace/diagnostic/refresh",
];

/// The id of a sent request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(u64);

/// A session with `unembed lsp`.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Message>,
    stderr: Receiver<Vec<u8>>,
    paused: Arc<Mutex<Option<Receiver<()>>>>,
    unclaimed: VecDeque<Message>,
    ignored: Vec<&'static str>,
    requests: u64,
    documents: HashMap<String, Document>,
}

/// A message and the time at which it was read.
#[derive(Debug)]
struct Message {
    at: Instant,
    content: Value,
}

/// The server's copy of a document.
struct Document {
    version: u64,
    text: String,
}

impl Client {
    /// Starts a private server in a folder, which is its workspace, and sends `initialize` and `initialized`.
    pub fn start(folder: &Path, options: Value) -> Self {
        Self::spawn(folder).initialized(folder, options)
    }

    /// Connects to the daemon of the folder, starting it if needed, and sends `initialize` and `initialized`.
    pub fn share(folder: &Path, options: Value) -> Self {
        Self::spawn_with(folder, &["lsp"]).initialized(folder, options)
    }

    fn initialized(mut self, folder: &Path, options: Value) -> Self {
        let client = &mut self;
        let workspace = json!({ "uri": uri(folder), "name": "workspace" });
        let capabilities = json!({
            "general": { "positionEncodings": ["utf-8"] },
            "workspace": { "workspaceEdit": { "documentChanges": true } },
            "textDocument": { "hover": { "contentFormat": ["markdown"] }, "publishDiagnostics": {} },
            "window": { "workDoneProgress": true },
        });
        let params = json!({
            "processId": std::process::id(), "rootUri": uri(folder), "workspaceFolders": [workspace],
            "capabilities": capabilities, "initializationOptions": options,
        });
        client.call("initialize", params);
        client.notify("initialized", json!({}));
        self
    }

    /// Starts a private server and sends nothing.
    pub fn spawn(folder: &Path) -> Self {
        Self::spawn_with(folder, &["lsp", "--alone"])
    }

    /// Starts the program with these arguments and sends nothing.
    pub fn spawn_with(folder: &Path, args: &[&str]) -> Self {
        Self::run(command(folder).args(args))
    }

    /// Starts a command that runs the program, and sends nothing.
    pub fn run(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("unembed starts");
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("stdout is a pipe");
        let stderr = collect(child.stderr.take().expect("stderr is a pipe"));
        let (send, incoming) = mpsc::channel();
        let paused: Arc<Mutex<Option<Receiver<()>>>> = Arc::default();
        let pause = paused.clone();
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while let Some(content) = read_message(&mut stdout) {
                let message = Message { at: Instant::now(), content };
                let paused = pause.lock().expect("no panic").take();
                // Blocks until the sender is dropped; nothing is ever sent.
                paused.map(|paused| paused.recv());
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        let (unclaimed, documents) = (VecDeque::new(), HashMap::new());
        Self { child, stdin, incoming, stderr, paused, unclaimed, ignored: Vec::new(), requests: 0, documents }
    }

    /// Discards notifications with these methods.
    pub fn ignoring(mut self, methods: &[&'static str]) -> Self {
        self.ignored.extend_from_slice(methods);
        self
    }

    /// Sends a request. The test must claim its answer.
    pub fn request(&mut self, method: &str, params: Value) -> RequestId {
        self.requests += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.requests, "method": method, "params": params }));
        RequestId(self.requests)
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Cancels a request. The test must still claim its answer.
    pub fn cancel(&mut self, request: RequestId) {
        self.notify("$/cancelRequest", json!({ "id": request.0 }));
    }

    /// Claims the answer to a request: its result or its error.
    #[track_caller]
    pub fn answer(&mut self, request: RequestId) -> Result<Value, Value> {
        self.answer_at(request).0
    }

    /// Claims the answer to a request, with the time at which it was read.
    #[track_caller]
    pub fn answer_at(&mut self, request: RequestId) -> (Result<Value, Value>, Instant) {
        let Message { at, mut content } = self.claim_message(|m| m["id"] == request.0 && m.get("method").is_none());
        let answer = match content.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(content["result"].take()),
        };
        (answer, at)
    }

    /// Sends a request and claims its result.
    #[track_caller]
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        let request = self.request(method, params);
        self.answer(request).unwrap_or_else(|e| panic!("{method}: {e}"))
    }

    /// Claims the first message with this method for which `wanted` is true. Returns its `params`.
    #[track_caller]
    pub fn notification(&mut self, method: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.claim(|m| m["method"] == method && wanted(&m["params"]))["params"].take()
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "lmprompt", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        self.documents.insert(uri.to_owned(), Document { version: 1, text: text.to_owned() });
    }

    /// Changes the text of an open document. Sends only the difference, as an editor does.
    pub fn change(&mut self, uri: &str, text: &str) {
        let document = self.documents.get_mut(uri).expect("the document is open");
        document.version += 1;
        let change = difference(&document.text, text);
        text.clone_into(&mut document.text);
        let params = json!({ "textDocument": { "uri": uri, "version": document.version }, "contentChanges": [change] });
        self.notify("textDocument/didChange", params);
    }

    /// Sends `workspace/executeCommand` with one argument.
    pub fn execute(&mut self, command: &str, argument: Value) -> RequestId {
        self.request("workspace/executeCommand", json!({ "command": command, "arguments": [argument] }))
    }

    /// Writes bytes to the server's stdin, complete messages or not.
    pub fn raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("the session is not over");
        // If the server has exited, the missing answer is reported later together with its stderr.
        let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
    }

    /// Claims the first message for which `wanted` is true.
    #[track_caller]
    pub fn claim(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.claim_message(wanted).content
    }

    #[track_caller]
    fn claim_message(&mut self, wanted: impl Fn(&Value) -> bool) -> Message {
        let mut looked_at = 0;
        loop {
            if let Some(at) = self.unclaimed.iter().skip(looked_at).position(|m| wanted(&m.content)) {
                return self.unclaimed.remove(looked_at + at).expect("it was found");
            }
            looked_at = self.unclaimed.len();
            self.receive();
        }
    }

    /// Shuts the server down: it must answer, exit with code 0, and have sent no unclaimed message. Returns its stderr.
    #[track_caller]
    pub fn shutdown(mut self) -> String {
        self.call("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        drop(self.stdin.take());
        loop {
            match self.incoming.recv_timeout(DEADLINE) {
                Ok(message) => self.keep(message),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => self.fail("the server did not end"),
            }
        }
        let status = self.child.wait().expect("the server can be waited for");
        assert!(status.success(), "the server ended with {status}");
        assert!(self.unclaimed.is_empty(), "unclaimed messages: {:#?}", self.unclaimed);
        let stderr = self.stderr.recv_timeout(DEADLINE).unwrap_or_default();
        String::from_utf8_lossy(&stderr).into_owned()
    }

    /// Closes the server's stdin, as a crashed editor does. Returns the server's exit code.
    #[track_caller]
    pub fn abandon(mut self) -> i32 {
        drop(self.stdin.take());
        self.ended().0
    }

    /// Waits until the server exits. Returns its exit code and its stderr.
    #[track_caller]
    pub fn ended(mut self) -> (i32, String) {
        loop {
            match self.incoming.recv_timeout(DEADLINE) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => self.fail("the server outlived its client"),
            }
        }
        let code = self.child.wait().expect("the server can be waited for").code().unwrap_or(-1);
        let stderr = self.stderr.recv_timeout(DEADLINE).unwrap_or_default();
        (code, String::from_utf8_lossy(&stderr).into_owned())
    }

    /// Takes in messages until `moment` has passed or the server has exited.
    pub fn receive_for(&mut self, moment: Duration) {
        let until = Instant::now() + moment;
        while let Ok(message) = self.incoming.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.keep(message);
        }
    }

    /// The process id of the program that the editor has started.
    pub fn pid(&self) -> String {
        self.child.id().to_string()
    }

    /// Whether the answer to a request is there.
    pub fn is_answered(&self, request: RequestId) -> bool {
        self.unclaimed.iter().any(|m| m.content["id"] == request.0 && m.content.get("method").is_none())
    }

    /// Kills the process.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it can be waited for");
    }

    /// Stops reading the server's output until the returned sender is dropped.
    pub fn stop_reading(&mut self) -> Sender<()> {
        let (reading, stopped) = mpsc::channel();
        *self.paused.lock().expect("no panic") = Some(stopped);
        reading
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    #[track_caller]
    fn receive(&mut self) {
        match self.incoming.recv_timeout(DEADLINE) {
            Ok(message) => self.keep(message),
            Err(_) => self.fail("no answer"),
        }
    }

    /// Answers the requests that every client answers, discards ignored messages and keeps the rest for claims.
    fn keep(&mut self, message: Message) {
        let content = &message.content;
        let method = content["method"].as_str().unwrap_or_default();
        let routine = ["window/workDoneProgress/create", "client/registerCapability"];
        if routine.contains(&method) && content.get("id").is_some() {
            if self.stdin.is_some() {
                self.send(&json!({ "jsonrpc": "2.0", "id": content["id"], "result": null }));
            }
        } else if !self.ignored.contains(&method) {
            self.unclaimed.push_back(message);
        }
    }

    #[track_caller]
    fn fail(&mut self, what: &str) -> ! {
        let _ = self.child.kill();
        let stderr = self.stderr.recv_timeout(DEADLINE).unwrap_or_default();
        panic!("{what}; unclaimed: {:#?}; stderr: {}", self.unclaimed, String::from_utf8_lossy(&stderr));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The URI of a path. Paths in tests need no escaping.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The LSP change from `old` to `new`, in UTF-8 positions.
fn difference(old: &str, new: &str) -> Value {
    let same = old.char_indices().zip(new.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    let start = same.unwrap_or(old.len().min(new.len()));
    let tail = |text: &str, other: &str| {
        text[start..]
            .chars()
            .rev()
            .zip(other[start..].chars().rev())
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum::<usize>()
    };
    let kept = tail(old, new);
    let position = |offset: usize| {
        let before = &old[..offset];
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        json!({ "line": before.matches('\n').count(), "character": offset - line })
    };
    let range = json!({ "start": position(start), "end": position(old.len() - kept) });
    json!({ "range": range, "text": &new[start..new.len() - kept] })
}

fn read_message(from: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ").and_then(|n| n.parse().ok()).or(length),
        }
    }
    let mut body = vec![0; length?];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
