//! The process of a bench's peers: it answers each line of JSON with one line of JSON.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// The peers' threads spin for a while after a repetition; the bench waits so that they do not slow down the next
/// measurement.
const SETTLE: Duration = Duration::from_millis(400);

pub struct Peers {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// The peers' names and versions.
    pub versions: String,
}

impl Peers {
    /// Starts a script of `tests/bench/` and waits until it is ready.
    pub fn start(mut command: Command) -> Self {
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

    /// Asks for something that is measured.
    pub fn measure(&mut self, request: &Value) -> Value {
        let answer = self.ask(request);
        thread::sleep(SETTLE);
        answer
    }

    pub fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.stdin, "{request}").expect("the peers listen");
        self.read()
    }

    fn read(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("the peers answer");
        serde_json::from_str(&line)
            .expect("the peers answer with JSON; run tests/bench/setup.sh, or their script by hand")
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The tokens of a list in an answer.
pub fn tokens(list: &Value) -> Vec<u32> {
    let list = list.as_array().expect("tokens").iter();
    list.map(|id| id.as_u64().and_then(|id| u32::try_from(id).ok()).expect("a token")).collect()
}
