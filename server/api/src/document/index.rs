//! The documents of `unembed index`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExperimentDocument, ProblemDocument};

/// The progress of a model's concept index: `unembed index build`, `status` and `examples`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IndexDocument {
    /// The schema's version.
    pub schema: u32,
    /// Always null: an index does not depend on an input.
    pub experiment: Option<ExperimentDocument>,
    /// Always empty.
    pub problems: Vec<ProblemDocument>,
    /// The model of the index.
    pub model: IndexedModelDocument,
    /// The index's path.
    pub folder: String,
    /// Number of value vectors in the index.
    pub indexed: usize,
    /// Number of value vectors of the model.
    pub all: usize,
    /// Whether every value vector is in the index.
    pub complete: bool,
    /// Whether the daemon builds the index now.
    pub building: bool,
    /// Whether clusters are built.
    pub clustered: bool,
    /// Number of passages that were indexed.
    pub passages: usize,
    /// Whether the passages of all texts are indexed, the program's own and the user's.
    pub counted: bool,
    /// The size on disk.
    pub bytes: u64,
}

/// The model of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexedModelDocument {
    /// The model as the user names it.
    pub name: String,
    /// The identity of the weights and the tokenizer.
    pub fingerprint: String,
}

/// What `unembed index drop` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DropDocument {
    /// The schema's version.
    pub schema: u32,
    /// False where there was no index.
    pub dropped: bool,
    /// Number of damaged indexes that had been moved aside and were removed.
    pub damaged: usize,
    /// The file that keeps the user's examples for the next build; null where there are none.
    pub examples: Option<String>,
}
