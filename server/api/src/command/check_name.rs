//! `unembed.check_name`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Command;

pub struct CheckName;

impl Command for CheckName {
    const NAME: &'static str = "unembed.check_name";
    const ABOUT: &'static str = "Check whether a text can be a name.";
    type Arguments = CheckNameArguments;
    type Result = CheckNameResult;
}

/// The arguments of `unembed.check_name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckNameArguments {
    /// The text to check.
    pub name: String,
}

/// The result of `unembed.check_name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckNameResult {
    /// One line of text: why the text cannot be a name; null where it can.
    pub problem: Option<String>,
}
