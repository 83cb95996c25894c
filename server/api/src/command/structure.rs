//! `unembed.structure`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, Source};
use crate::StructureDocument;

pub struct Structure;

impl Command for Structure {
    const NAME: &'static str = "unembed.structure";
    const ABOUT: &'static str = "Find the parts of a prompt file or a names file. No model is loaded.";
    type Arguments = StructureArguments;
    type Result = StructureDocument;
}

/// The arguments of `unembed.structure`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StructureArguments {
    #[serde(flatten)]
    pub source: Source,
}
