//! The `search` document: the value vectors that a query found.

use base::ValueId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{End, ExperimentDocument, ProblemDocument, WordDocument};

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchDocument {
    /// The schema's version.
    pub schema: u32,
    /// Always null: a search does not depend on an input.
    pub experiment: Option<ExperimentDocument>,
    /// Always empty.
    pub problems: Vec<ProblemDocument>,
    /// The query as written.
    pub query: String,
    /// Best first.
    pub hits: Vec<HitDocument>,
    /// How many value vectors the index had when the search began.
    pub index: IndexCountsDocument,
    /// What the answer leaves out and why, a line each.
    pub notes: Vec<String>,
}

/// How much of a concept index is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IndexCountsDocument {
    /// Number of value vectors in the index.
    pub indexed: usize,
    /// Number of value vectors of the model. The index has all of them where `indexed` is equal to it.
    pub all: usize,
}

/// A value vector that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HitDocument {
    /// The value vector's id, such as `L3D77`.
    pub id: ValueId,
    /// The value vector's block, from 0.
    pub layer: u32,
    /// The value vector's row in that block, from 0.
    pub dim: u32,
    /// The number that hits are sorted by, larger is better; comparable within one answer only.
    pub relevance: f32,
    /// The end of the card at which the query was found.
    pub end: End,
    /// The value vector's name in the project's names file; null where it has none.
    pub name: Option<String>,
    /// The words that the value vector promotes, the most promoted first.
    pub top: Vec<WordDocument>,
    /// The words that the value vector suppresses, the most suppressed first.
    pub bottom: Vec<WordDocument>,
}
