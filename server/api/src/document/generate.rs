//! The `generate` document: how each run continues.

use std::fmt;

use base::{RunName, TokenId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExperimentDocument, ProblemDocument};

/// The continuation of every run, and whether the file's expectations hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GenerateDocument {
    /// The schema's version.
    pub schema: u32,
    /// The file as it was run.
    pub experiment: ExperimentDocument,
    /// The problems of the file. What is wrong is left out of the runs.
    pub problems: Vec<ProblemDocument>,
    /// The prompt's tokens, a beginning-of-text token included.
    pub prompt_ids: Vec<TokenId>,
    /// The baseline first, then the others in file order.
    pub runs: Vec<ContinuationDocument>,
    /// One entry for each expectation of the file, in file order.
    pub expect: Vec<ExpectDocument>,
}

/// How one run continues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContinuationDocument {
    /// The run's name.
    pub name: RunName,
    /// Every new token, an end-of-text token or a stop sequence included.
    pub ids: Vec<TokenId>,
    /// The new text. Bytes that are not UTF-8 appear as U+FFFD.
    pub text: String,
    /// The new text's bytes, present only where `text` cannot say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// Why the text ended.
    pub stopped: Stopped,
    /// ln p in nats of each new token, under the model's own distribution (temperature 1).
    pub logprobs: Vec<f32>,
    /// Number of leading new tokens that the run shares with the baseline; null where the two are identical.
    pub diverges_at: Option<usize>,
    /// Every new token with its place in the text, in the order of `ids`.
    pub tokens: Vec<NewTokenDocument>,
}

/// A new token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewTokenDocument {
    /// The token's id in the vocabulary.
    pub id: TokenId,
    /// The token's text. Bytes that are not UTF-8 appear as U+FFFD.
    pub text: String,
    /// The token's bytes, present only where `text` cannot say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// ln p in nats, as in `logprobs`.
    pub logprob: f32,
    /// The token's first byte in the continuation's `text`, as UTF-8; it may lie inside a character. Null for a token that
    /// is not in the text, such as end-of-text.
    pub start: Option<usize>,
    /// The byte after the token's last byte in the continuation's `text`; null as `start`.
    pub end: Option<usize>,
}

/// Why a continuation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stopped {
    /// `maxOutputTokens` was reached.
    Length,
    /// The model's end-of-text token.
    Eos,
    /// A stop sequence.
    Stop,
    /// The model's context is full.
    Context,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Length => "length",
            Self::Eos => "eos",
            Self::Stop => "stop",
            Self::Context => "context",
        })
    }
}

/// Whether one expectation holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectDocument {
    /// Whether the expectation holds.
    pub ok: bool,
    /// The file's line, from 1.
    pub line: usize,
    /// One line of text: what was expected and, where `ok` is false, what came instead.
    pub message: String,
}
