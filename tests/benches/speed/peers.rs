//! The peers' process, which runs one repetition per request and measures its own time.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tests::repository;

/// The peers' threads spin for a while after a repetition; the bench waits so that they do not slow down the next
/// measurement.
const SETTLE: Duration = Duration::from_millis(400);

/// A running `bench/peers.py`.
pub(crate) struct Peers {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// The peers' names and versions.
    pub(crate) versions: String,
}

impl Peers {
    /// Loads the checkpoint in every peer.
    pub(crate) fn start(python: &Path, folder: &Path, threads: usize) -> Self {
        let script = repository().join("tests/bench/peers.py");
        let mut command = Command::new(python);
        command.arg(script).arg(folder).arg(folder.with_extension("ct2")).arg(threads.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("Python starts");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut peers = Self { child, stdin, stdout, versions: String::new() };
        let ready = peers.read();
        let versions = ready["ready"].as_object().expect("versions").iter();
        peers.versions =
            versions.map(|(name, v)| format!("{name} {}", v.as_str().unwrap_or("?"))).collect::<Vec<_>>().join(", ");
        peers
    }

    /// Runs one repetition of a task. Returns its seconds.
    pub(crate) fn seconds(&mut self, task: &str, ids: &[u32], more: &str, value: usize) -> f64 {
        let mut request = json!({ "task": task, "ids": ids });
        if !more.is_empty() {
            request[more] = value.into();
        }
        self.ask(&request)["seconds"].as_f64().expect("a time")
    }

    /// Generates one greedy continuation. Returns its seconds and its tokens.
    pub(crate) fn generate(&mut self, task: &str, ids: &[u32], new: usize) -> (f64, Vec<u32>) {
        let answer = self.ask(&json!({ "task": task, "ids": ids, "new": new }));
        let ids = answer["ids"].as_array().expect("tokens").iter();
        let ids = ids.map(|id| id.as_u64().and_then(|id| u32::try_from(id).ok()).expect("a token")).collect();
        (answer["seconds"].as_f64().expect("a time"), ids)
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.stdin, "{request}").expect("the peers listen");
        let answer = self.read();
        thread::sleep(SETTLE);
        answer
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("the peers answer");
        serde_json::from_str(&line).expect("the peers end early; run bench/peers.py by hand to see why")
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
