//! A client: sends what a test asks for, and keeps received messages until the test claims them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use lm::LanguageModel;
use lm::fake::{FakeConcepts, FakeIndexes, FakeModel};
use lsp::{Backing, Ended, Options};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{DEADLINE, TestEngine, TestLibrary};

pub(crate) struct Client {
    pub(crate) engine: Arc<TestEngine>,
    pub(crate) library: Arc<TestLibrary>,
    pub(crate) indexes: Option<Arc<FakeIndexes>>,
    input: Option<DuplexStream>,
    messages: mpsc::UnboundedReceiver<Value>,
    unclaimed: VecDeque<Value>,
    reader: JoinHandle<()>,
    session: JoinHandle<Ended>,
    next: i64,
    /// No other client uses the same engine.
    is_alone: bool,
}

/// A document of this name.
pub(crate) fn uri(name: &str) -> String {
    format!("file:///prompts/{name}.prompt")
}

impl Client {
    /// Connected; nothing was sent.
    pub(crate) fn connect(library: Arc<TestLibrary>, options: Options) -> Self {
        Self::connect_to(TestEngine::start(), library, None, options)
    }

    fn connect_to(
        engine: Arc<TestEngine>,
        library: Arc<TestLibrary>,
        indexes: Option<Arc<FakeIndexes>>,
        options: Options,
    ) -> Self {
        let (input, server_input) = duplex(1 << 16);
        let (server_output, output) = duplex(1 << 16);
        let backing = Backing {
            library: library.clone(),
            engine: engine.clone(),
            indexes: indexes.clone().map(|indexes| indexes as Arc<dyn lm::Indexes>),
            recent: Arc::default(),
            options,
            version: "0.0.0-test".into(),
        };
        let session = tokio::spawn(lsp::serve(server_input, server_output, backing));
        let (sender, messages) = mpsc::unbounded_channel();
        let reader = tokio::spawn(async move {
            let mut output = BufReader::new(output);
            while let Some(message) = read_message(&mut output).await {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let unclaimed = VecDeque::new();
        Self {
            engine,
            library,
            indexes,
            input: Some(input),
            messages,
            unclaimed,
            reader,
            session,
            next: 0,
            is_alone: true,
        }
    }

    /// Initialized, with the model loaded and a folder for concept indexes, which is empty.
    pub(crate) async fn searching(initialize: Value) -> Self {
        let options = Options { patience: Duration::ZERO, ..Options::default() };
        let indexes = Some(Arc::default());
        let mut client = Self::connect_to(TestEngine::start(), TestLibrary::loaded(), indexes, options);
        client.initialize(initialize).await;
        client
    }

    /// Another session with the same library, engine and indexes.
    pub(crate) async fn beside(&self, initialize: Value) -> Self {
        let options = Options { patience: Duration::ZERO, ..Options::default() };
        let (engine, library) = (self.engine.clone(), self.library.clone());
        let mut client = Self::connect_to(engine, library, self.indexes.clone(), options);
        client.initialize(initialize).await;
        client
    }

    /// The index of the loaded model.
    pub(crate) fn index(&self) -> Arc<FakeConcepts> {
        self.indexes.as_ref().expect("a place for indexes").index(FakeModel::default().info())
    }

    /// Connected and initialized.
    pub(crate) async fn start(library: Arc<TestLibrary>, initialize: Value) -> Self {
        let options = Options { patience: Duration::ZERO, ..Options::default() };
        let mut client = Self::connect(library, options);
        client.initialize(initialize).await;
        client
    }

    /// Initialized, with the model loaded and a file `a` whose diagnostics came.
    pub(crate) async fn with_file(capabilities: Value, options: Value, text: &str) -> Self {
        let params = json!({"capabilities": capabilities, "initializationOptions": options});
        let mut client = Self::start(TestLibrary::loaded(), params).await;
        client.open("a", text).await;
        client.told("textDocument/publishDiagnostics").await;
        client
    }

    /// Initialized without special capabilities, with the model loaded.
    pub(crate) async fn plain() -> Self {
        Self::start(TestLibrary::loaded(), json!({"capabilities": {}, "initializationOptions": {"results": true}}))
            .await
    }

    pub(crate) async fn initialize(&mut self, params: Value) -> Value {
        let id = self.request("initialize", with_defaults(params)).await;
        let answer = self.result(id).await;
        self.notify("initialized", json!({})).await;
        answer
    }

    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("not closed");
        timeout(DEADLINE, input.write_all(bytes))
            .await
            .expect("the server does not read")
            .expect("the server is there");
    }

    pub(crate) async fn send(&mut self, message: Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params})).await;
    }

    /// The request's id.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next += 1;
        self.send(json!({"jsonrpc": "2.0", "id": self.next, "method": method, "params": params})).await;
        self.next
    }

    pub(crate) async fn open(&mut self, name: &str, text: &str) {
        self.open_at(&uri(name), text).await;
    }

    pub(crate) async fn open_at(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "lmprompt", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document})).await;
    }

    /// The whole text of a document.
    pub(crate) async fn change_at(&mut self, uri: &str, version: i64, text: &str) {
        let document = json!({"uri": uri, "version": version});
        let changes = json!([{"text": text}]);
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes})).await;
    }

    /// A request about a position, with further members.
    pub(crate) async fn at(&mut self, method: &str, uri: &str, (line, character): (u32, u32), more: Value) -> i64 {
        let mut params = more;
        params["textDocument"] = json!({"uri": uri});
        params["position"] = json!({"line": line, "character": character});
        self.request(&format!("textDocument/{method}"), params).await
    }

    pub(crate) async fn change(&mut self, name: &str, version: i64, changes: Value) {
        let document = json!({"uri": uri(name), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes})).await;
    }

    pub(crate) async fn hover(&mut self, name: &str, line: u32, character: u32) -> i64 {
        let at = json!({"textDocument": {"uri": uri(name)}, "position": {"line": line, "character": character}});
        self.request("textDocument/hover", at).await
    }

    pub(crate) async fn command(&mut self, command: &str, argument: Value, token: Option<&str>) -> i64 {
        let mut params = json!({"command": command, "arguments": [argument]});
        if let Some(token) = token {
            params["workDoneToken"] = json!(token);
        }
        self.request("workspace/executeCommand", params).await
    }

    /// Waits until a document's model is loaded.
    pub(crate) async fn loaded(&mut self, uri: &str) {
        let id = self.command("unembed.trace", json!({"uri": uri, "positions": "last"}), None).await;
        self.result(id).await;
    }

    pub(crate) async fn cancel(&mut self, id: i64) {
        self.notify("$/cancelRequest", json!({"id": id})).await;
    }

    /// The next message in the order of arrival.
    pub(crate) async fn message(&mut self) -> Value {
        if let Some(message) = self.unclaimed.pop_front() {
            return message;
        }
        timeout(DEADLINE, self.messages.recv()).await.expect("nothing came").expect("the server ended the connection")
    }

    /// The next message, if one has arrived.
    pub(crate) fn message_now(&mut self) -> Option<Value> {
        self.unclaimed.pop_front().or_else(|| self.messages.try_recv().ok())
    }

    /// The next message that `wanted` accepts; earlier ones are kept.
    pub(crate) async fn claim(&mut self, meant: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unclaimed.iter().position(&meant) {
            return self.unclaimed.remove(at).expect("just found");
        }
        loop {
            let next = timeout(DEADLINE, self.messages.recv()).await;
            let message = next.unwrap_or_else(|_| panic!("nothing came; unclaimed: {:#?}", self.unclaimed));
            let message = message.unwrap_or_else(|| panic!("the server is gone; unclaimed: {:#?}", self.unclaimed));
            if meant(&message) {
                return message;
            }
            self.unclaimed.push_back(message);
        }
    }

    pub(crate) async fn answer(&mut self, id: impl Into<Value>) -> Value {
        let id = id.into();
        self.claim(|m| m["id"] == id && m.get("method").is_none() && m.get("id").is_some()).await
    }

    pub(crate) async fn result(&mut self, id: i64) -> Value {
        let answer = self.answer(id).await;
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    pub(crate) async fn error(&mut self, id: impl Into<Value>) -> (i64, String) {
        let answer = self.answer(id).await;
        let code = answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"));
        (code, answer["error"]["message"].as_str().unwrap_or_default().to_owned())
    }

    /// Code and message of an error, as one line.
    pub(crate) async fn refused(&mut self, id: i64) -> String {
        let (code, message) = self.error(id).await;
        format!("{code} {message}")
    }

    /// The parameters of the next notification or request of this method.
    pub(crate) async fn told(&mut self, method: &str) -> Value {
        self.claim(|m| m["method"] == method).await["params"].clone()
    }

    /// Answers the next request of this method and returns its parameters.
    pub(crate) async fn asked(&mut self, method: &str, answer: Value) -> Value {
        let request = self.claim(|m| m["method"] == method && m.get("id").is_some()).await;
        self.send(json!({"jsonrpc": "2.0", "id": request["id"], "result": answer})).await;
        request["params"].clone()
    }

    /// Waits until the server has handled everything sent so far.
    pub(crate) async fn settled(&mut self) {
        let id = self.request("unembed/nothing", json!({})).await;
        assert_eq!(self.error(id).await.0, -32601);
    }

    /// The unclaimed messages after the server has handled everything sent so far.
    pub(crate) async fn unclaimed(&mut self) -> Vec<Value> {
        self.settled().await;
        self.unclaimed.drain(..).collect()
    }

    /// Closes the connection without `shutdown` and `exit`.
    pub(crate) async fn hang_up(mut self) -> Ended {
        self.input = None;
        self.ended().await
    }

    /// Sends `shutdown` and `exit`.
    pub(crate) async fn leave(mut self) -> Ended {
        let id = self.request("shutdown", Value::Null).await;
        self.result(id).await;
        self.send(json!({"jsonrpc": "2.0", "method": "exit"})).await;
        self.ended().await
    }

    /// Sends `shutdown` and `exit`, while other sessions continue.
    pub(crate) async fn leave_behind(mut self) {
        self.input = None;
        assert_eq!(self.ended().await, Ended::Lost);
        self.is_alone = false;
    }

    pub(crate) async fn ended(&mut self) -> Ended {
        timeout(DEADLINE, &mut self.session).await.expect("the session goes on").expect("the session does not panic")
    }

    /// Stops reading from the server.
    pub(crate) async fn go_deaf(&mut self) {
        self.reader.abort();
        let _ = (&mut self.reader).await;
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if self.is_alone {
            self.engine.close();
            self.library.loading.open();
        }
    }
}

async fn read_message(from: &mut BufReader<impl AsyncRead + Unpin>) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ").and_then(|n| n.parse().ok()).or(length),
        }
    }
    let mut body = vec![0; length.expect("every message has a length")];
    from.read_exact(&mut body).await.ok()?;
    Some(serde_json::from_slice(&body).expect("every message is JSON"))
}

/// Parameters of `initialize` with the capabilities of every modern editor, unless they say otherwise.
fn with_defaults(mut params: Value) -> Value {
    let defaults =
        [("hover", "contentFormat", json!(["markdown"])), ("publishDiagnostics", "versionSupport", json!(true))];
    for (feature, name, value) in defaults {
        let known = &mut params["capabilities"]["textDocument"][feature][name];
        if known.is_null() {
            *known = value;
        }
    }
    params
}
