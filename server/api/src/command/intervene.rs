//! `unembed.intervene`

use base::RunName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Command, Source};
use crate::TextChange;

pub struct Intervene;

impl Command for Intervene {
    const NAME: &'static str = "unembed.intervene";
    const ABOUT: &'static str = "Add, change, enable, disable or remove a target's intervention line. The client is asked to apply \
        the edits, unless it shows results itself or the arguments have a `text`.";
    type Arguments = InterveneArguments;
    type Result = InterveneResult;
}

/// The arguments of `unembed.intervene`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InterveneArguments {
    #[serde(flatten)]
    pub source: Source,
    /// An id or a name.
    pub target: String,
    /// A value as a prompt file has it, such as `4.5` or `{ scale: 2, at: prompt }`; or `enable`, `disable`, `toggle` or
    /// `remove`. A number or an object means what it means in the file.
    pub value: Value,
    /// The run whose list is changed; `intervened`, the list `interventions`, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunName>,
}

/// The result of `unembed.intervene`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterveneResult {
    /// The version of the open document that the edits are for; null for a text that is not open.
    pub version: Option<i32>,
    /// The target's line after the edits, from 1; null where it has none.
    pub line: Option<usize>,
    /// Empty where the file has the change already.
    pub edits: Vec<TextChange>,
}
