//! `unembed.interventions`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, Source};
use crate::InterventionsDocument;

pub struct Interventions;

impl Command for Interventions {
    const NAME: &'static str = "unembed.interventions";
    const ABOUT: &'static str = "Find the effect of each intervention line of a file, and what comes next in each run.";
    type Arguments = InterventionsArguments;
    type Result = InterventionsDocument;
}

/// The arguments of `unembed.interventions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterventionsArguments {
    #[serde(flatten)]
    pub source: Source,
}
