//! The documents of `unembed models`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The models of this computer: configured ones, the starter, and what the Hugging Face cache has. Those of the cache that cannot
/// be used come last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelsDocument {
    /// The schema's version.
    pub schema: u32,
    /// One entry for each model.
    pub models: Vec<ListedModelDocument>,
}

/// A model of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedModelDocument {
    /// What a prompt file or `--model` names it.
    pub name: String,
    /// Whether it is used where none is named.
    pub default: bool,
    /// The checkpoint's path; null for the model that is compiled into the program.
    pub folder: Option<String>,
    /// How the weights are stored.
    pub precision: String,
    /// Null where `error` is not.
    pub sizes: Option<SizesDocument>,
    /// One line of text: why the model cannot be used; null where it can.
    pub error: Option<String>,
}

/// The sizes of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SizesDocument {
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
}

/// What `unembed models fetch` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FetchedDocument {
    /// The schema's version.
    pub schema: u32,
    /// The Hugging Face id of the fetched model.
    pub fetched: String,
}
