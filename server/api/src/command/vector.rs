//! `unembed.vector`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, IndexSource};
use crate::VectorDocument;

pub struct Vector;

impl Command for Vector {
    const NAME: &'static str = "unembed.vector";
    const ABOUT: &'static str = "Get a value vector's card.";
    type Arguments = VectorArguments;
    type Result = VectorDocument;
}

/// The arguments of `unembed.vector`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VectorArguments {
    #[serde(flatten)]
    pub about: IndexSource,
    /// A value vector's id, such as `L3D77`, or the name of one value vector.
    pub id: String,
}
