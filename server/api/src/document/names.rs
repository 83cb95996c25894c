//! The documents of `unembed names`.

use base::Target;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The names of a model's value vectors in a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamesDocument {
    /// The schema's version.
    pub schema: u32,
    /// The names file's path.
    pub file: String,
    /// In alphabetical order.
    pub names: Vec<NameDocument>,
}

/// A name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NameDocument {
    /// The name as the names file has it.
    pub name: String,
    /// What the name stands for: one id, or all of a group.
    pub ids: Vec<Target>,
}

/// What `unembed names set`, `remove` and `rename` say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DoneDocument {
    /// The schema's version.
    pub schema: u32,
    /// One line of text: what was changed.
    pub done: String,
}
