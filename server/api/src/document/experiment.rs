//! What most documents begin with: the file as resolved, its problems, the model.

use base::{Change, Decoding, Expectation, RunName, Scope, Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The prompt file as it was run, after names and defaults were resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExperimentDocument {
    /// The model as the user names it.
    pub model: String,
    /// Whether the run begins with the model's beginning-of-text token.
    pub bos: bool,
    /// How the text is continued.
    pub config: Decoding,
    /// The enabled, valid interventions, run by run, in file order.
    pub interventions: Vec<InterventionDocument>,
    /// The tokens to follow, as written.
    pub track: Vec<String>,
    /// The file's expectations, in file order.
    pub expect: Vec<Expectation>,
}

/// One intervention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterventionDocument {
    /// The run that it belongs to.
    pub run: RunName,
    /// The part of the model that is changed, such as `L3D77`.
    pub id: Target,
    /// What the coefficient becomes.
    pub change: Change,
    /// The positions at which it acts.
    pub at: Scope,
    /// The file's line, from 1; 0 for an intervention from a command-line flag.
    pub line: usize,
}

/// How serious a problem is, as in LSP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

/// A problem of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProblemDocument {
    /// How serious the problem is.
    pub severity: Severity,
    /// One line of text. If `line` is 0 it begins with the flag that it is about.
    pub message: String,
    /// The file's line, from 1; 0 for a problem of a command-line flag.
    pub line: usize,
}

/// A loaded model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelDocument {
    /// The model as the user names it.
    pub name: String,
    /// The identity of the weights and the tokenizer.
    pub fingerprint: String,
    /// Number of blocks.
    pub layers: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Number of value vectors in a block.
    pub ffn: usize,
    /// Number of tokens in the vocabulary.
    pub vocab: usize,
    /// The largest number of positions in a run.
    pub context: usize,
    /// `float32`, or how the weights are quantised.
    pub precision: String,
}
