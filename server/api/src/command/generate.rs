//! `unembed.generate`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, Source};
use crate::GenerateDocument;

pub struct Generate;

impl Command for Generate {
    const NAME: &'static str = "unembed.generate";
    const ABOUT: &'static str = "Continue every run of a file and check its expectations.";
    type Arguments = GenerateArguments;
    type Result = GenerateDocument;
}

/// The arguments of `unembed.generate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GenerateArguments {
    #[serde(flatten)]
    pub source: Source,
}
