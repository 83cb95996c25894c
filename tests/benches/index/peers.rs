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

/// A running `bench/index_peers.py`.
pub(crate) struct Peers {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// The peers' names and versions.
    pub(crate) versions: String,
}

impl Peers {
    /// Loads the checkpoint.
    pub(crate) fn start(python: &Path, folder: &Path, threads: usize) -> Self {
        let script = repository().join("tests/bench/index_peers.py");
        let mut command = Command::new(python);
        command.arg(script).arg(folder).arg(threads.to_string());
        // Some machines set these for old releases of OpenBLAS; a current release selects its kernel itself.
        command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("Python starts");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut peers = Self { child, stdin, stdout, versions: String::new() };
        let ready = peers.read();
        let versions = ready["ready"].as_object().expect("versions").iter();
        let named = versions.map(|(name, v)| format!("{name} {}", v.as_str().unwrap_or("?")));
        peers.versions = named.collect::<Vec<_>>().join(", ");
        peers
    }

    /// Runs one repetition of a task. Returns its seconds.
    pub(crate) fn seconds(&mut self, task: &str) -> f64 {
        self.ask(&json!({ "task": task }))["seconds"].as_f64().expect("a time")
    }

    /// Runs one product of a matrix and a vector. Returns its seconds.
    pub(crate) fn matvec(&mut self, rows: usize, width: usize) -> f64 {
        let answer = self.ask(&json!({ "task": "matvec", "rows": rows, "width": width }));
        answer["seconds"].as_f64().expect("a time")
    }

    /// The tokens with the largest and with the smallest logits of a value vector.
    pub(crate) fn top(&mut self, number: usize) -> (Vec<u32>, Vec<u32>) {
        writeln!(self.stdin, "{}", json!({ "task": "top", "number": number })).expect("the peers listen");
        let answer = self.read();
        let ids = |end: &str| {
            let list = answer[end].as_array().expect("a list").iter();
            list.map(|id| id.as_u64().and_then(|n| u32::try_from(n).ok()).expect("a token")).collect()
        };
        (ids("top"), ids("bottom"))
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
        serde_json::from_str(&line).expect("the peers answer with JSON; run tests/bench/setup.sh again")
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
