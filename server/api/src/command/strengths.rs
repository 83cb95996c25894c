//! `unembed.strengths`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, Source};

pub struct Strengths;

impl Command for Strengths {
    const NAME: &'static str = "unembed.strengths";
    const ABOUT: &'static str = "List the coefficients that an editor offers for a target.";
    type Arguments = StrengthsArguments;
    type Result = StrengthsResult;
}

/// The arguments of `unembed.strengths`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StrengthsArguments {
    #[serde(flatten)]
    pub source: Source,
    /// An id or a name.
    pub target: String,
    /// The position whose coefficient is offered, from 0; the prompt's last where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
}

/// The result of `unembed.strengths`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StrengthsResult {
    /// The first is the default.
    pub strengths: Vec<Strength>,
}

/// A coefficient to offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Strength {
    /// A coefficient m.
    pub value: f32,
    /// A few words: where the value comes from, such as `its 99th percentile`.
    pub why: String,
}
