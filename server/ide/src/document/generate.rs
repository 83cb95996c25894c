//! The `generate` document.

use base::{RunName, TokenId};
use lm::Continuation;
use serde::Serialize;

use super::{ExperimentDocument, ProblemDocument};

/// The continuation of every run, and whether the file's expectations hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GenerateDocument {
    /// `SCHEMA`.
    pub schema: u32,
    /// What was run.
    pub experiment: ExperimentDocument,
    /// What is wrong with the file.
    pub problems: Vec<ProblemDocument>,
    /// The prompt's tokens, the beginning-of-text token included.
    pub prompt_ids: Vec<TokenId>,
    /// The runs, in order.
    pub runs: Vec<ContinuationDocument>,
    /// One for each expectation of the file, in file order.
    pub expect: Vec<ExpectDocument>,
}

/// How one run goes on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContinuationDocument {
    /// Its name.
    pub name: RunName,
    /// Every new token, one that ended the run included.
    pub ids: Vec<TokenId>,
    /// The new text; bytes that are no UTF-8 as U+FFFD.
    pub text: String,
    /// The new text, where `text` cannot say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// `length`, `eos`, `stop` or `context`.
    pub stopped: &'static str,
    /// ln p of each new token.
    pub logprobs: Vec<f32>,
    /// How many new tokens it shares with the first run; null where they never part.
    pub diverges_at: Option<usize>,
}

impl ContinuationDocument {
    pub(crate) fn of(run: &Continuation) -> Self {
        Self {
            name: run.name.clone(),
            ids: run.ids.clone(),
            text: run.text(),
            bytes: str::from_utf8(&run.bytes).is_err().then(|| run.bytes.clone()),
            stopped: run.stopped.name(),
            logprobs: run.logprobs.clone(),
            diverges_at: run.diverges_at,
        }
    }
}

/// Whether one expectation holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExpectDocument {
    /// Whether it does.
    pub ok: bool,
    /// Its line in the file, from 1.
    pub line: usize,
    /// One line: what was expected, and what came instead where that is so.
    pub message: String,
}
