//! The peers' process, which runs one repetition per request and measures its own time.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use tests::peers::{self, tokens};
use tests::repository;

/// A running `bench/peers.py`.
pub(crate) struct Peers(peers::Peers);

impl Peers {
    /// Loads the checkpoint in every peer.
    pub(crate) fn start(python: &Path, folder: &Path, threads: usize) -> Self {
        let script = repository().join("tests/bench/peers.py");
        let mut command = Command::new(python);
        command.arg(script).arg(folder).arg(folder.with_extension("ct2")).arg(threads.to_string());
        Self(peers::Peers::start(command))
    }

    /// The peers' names and versions.
    pub(crate) fn versions(&self) -> &str {
        &self.0.versions
    }

    /// Runs one repetition of a task. Returns its seconds.
    pub(crate) fn seconds(&mut self, task: &str, ids: &[u32], more: &str, value: usize) -> f64 {
        let mut request = json!({ "task": task, "ids": ids });
        if !more.is_empty() {
            request[more] = value.into();
        }
        self.0.measure(&request)["seconds"].as_f64().expect("a time")
    }

    /// Generates one greedy continuation. Returns its seconds and its tokens.
    pub(crate) fn generate(&mut self, task: &str, ids: &[u32], new: usize) -> (f64, Vec<u32>) {
        let answer = self.0.measure(&json!({ "task": task, "ids": ids, "new": new }));
        (answer["seconds"].as_f64().expect("a time"), tokens(&answer["ids"]))
    }
}
