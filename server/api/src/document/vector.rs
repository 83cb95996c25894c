//! The `vector` document: a value vector's card.

use base::ValueId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExperimentDocument, ProblemDocument, WordDocument};

/// A value vector in the vocabulary, and what its index and its project know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VectorDocument {
    /// The schema's version.
    pub schema: u32,
    /// Always null: a card does not depend on an input.
    pub experiment: Option<ExperimentDocument>,
    /// Always empty.
    pub problems: Vec<ProblemDocument>,
    /// The value vector's id, such as `L3D77`.
    pub id: ValueId,
    /// The value vector's block, from 0.
    pub layer: u32,
    /// The value vector's row in that block, from 0.
    pub dim: u32,
    /// The length of the value vector, ||v||.
    pub norm: f32,
    /// The value vector's name in the project's names file; null where it has none.
    pub name: Option<String>,
    /// How the value vector is projected onto the vocabulary.
    pub projection: Projection,
    /// The words that the value vector promotes, the most promoted first.
    pub top: Vec<WordDocument>,
    /// The words that the value vector suppresses, the most suppressed first.
    pub bottom: Vec<WordDocument>,
    /// The number of the value vector's cluster; null before clusters are built.
    pub cluster: Option<usize>,
    /// The words of that cluster.
    pub cluster_words: Vec<String>,
    /// The nearest value vectors by direction, nearest first.
    pub similar: Vec<SimilarDocument>,
    /// How the coefficient is distributed over the indexed texts; null before any text is indexed.
    pub activation: Option<ActivationDocument>,
    /// Passages with the largest coefficients, then those with the smallest.
    pub examples: Vec<ExampleDocument>,
    /// Where the project's prompts make the value vector act most, the largest |m| first.
    pub prompts: Vec<PromptDocument>,
}

/// How a value vector is projected onto the vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Projection {
    /// The output matrix alone, with no norm, no bias and no coefficient.
    Raw,
}

/// The two ends of a value vector's logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// What a positive coefficient promotes.
    Top,
    /// What a negative coefficient promotes.
    Bottom,
}

/// A value vector near another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimilarDocument {
    /// The value vector's id, such as `L3D77`.
    pub id: ValueId,
    /// The cosine of the two directions, -1 to 1.
    pub cosine: f32,
    /// The words that stand for the value vector; absent in long lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// How a coefficient is distributed over text, position 0 excluded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActivationDocument {
    /// Number of positions.
    pub count: u64,
    /// The mean of the coefficient m.
    pub mean: f32,
    /// The population standard deviation of m.
    pub deviation: f32,
    /// By rising share.
    pub quantiles: Vec<QuantileDocument>,
}

/// A quantile of a coefficient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantileDocument {
    /// The share of positions whose coefficient is at most `value`, 0 to 1.
    pub share: f32,
    /// A coefficient m.
    pub value: f32,
}

/// A passage in which a value vector is active.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExampleDocument {
    /// The text around the token.
    pub text: String,
    /// The token's first byte in `text`.
    pub start: usize,
    /// The byte after the token's last byte in `text`.
    pub end: usize,
    /// The coefficient m at the token.
    pub coefficient: f32,
}

/// Where a prompt file makes a value vector act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromptDocument {
    /// The file's path.
    pub file: String,
    /// The token's position, from 0; a beginning-of-text token counts.
    pub position: usize,
    /// The token's text.
    pub token: String,
    /// The coefficient m there in the baseline.
    pub coefficient: f32,
}
