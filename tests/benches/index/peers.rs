//! The peers' process, which runs one repetition per request and measures its own time.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use tests::peers::{self, tokens};
use tests::repository;

/// A running `bench/index_peers.py`.
pub(crate) struct Peers(peers::Peers);

impl Peers {
    /// Loads the checkpoint.
    pub(crate) fn start(python: &Path, folder: &Path, threads: usize) -> Self {
        let script = repository().join("tests/bench/index_peers.py");
        let mut command = Command::new(python);
        command.arg(script).arg(folder).arg(threads.to_string());
        // Some machines set these for old releases of OpenBLAS; a current release selects its kernel itself.
        command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
        Self(peers::Peers::start(command))
    }

    /// The peers' names and versions.
    pub(crate) fn versions(&self) -> &str {
        &self.0.versions
    }

    /// Runs one repetition of a task. Returns its seconds.
    pub(crate) fn seconds(&mut self, task: &str) -> f64 {
        self.0.measure(&json!({ "task": task }))["seconds"].as_f64().expect("a time")
    }

    /// Runs one product of a matrix and a vector. Returns its seconds.
    pub(crate) fn matvec(&mut self, rows: usize, width: usize) -> f64 {
        let answer = self.0.measure(&json!({ "task": "matvec", "rows": rows, "width": width }));
        answer["seconds"].as_f64().expect("a time")
    }

    /// The tokens with the largest and with the smallest logits of a value vector.
    pub(crate) fn top(&mut self, number: usize) -> (Vec<u32>, Vec<u32>) {
        let answer = self.0.ask(&json!({ "task": "top", "number": number }));
        (tokens(&answer["top"]), tokens(&answer["bottom"]))
    }
}
