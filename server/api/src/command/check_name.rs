//! `unembed.check_name`

use base::ValueId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, Source};

pub struct CheckName;

impl Command for CheckName {
    const NAME: &'static str = "unembed.check_name";
    const ABOUT: &'static str = "Check whether a text can be a name, and find the value vectors that it names.";
    type Arguments = CheckNameArguments;
    type Result = CheckNameResult;
}

/// The arguments of `unembed.check_name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckNameArguments {
    /// The text to check.
    pub name: String,
    /// A prompt file of the project. Without it, `vectors` is empty.
    #[serde(flatten)]
    pub source: Source,
}

/// The result of `unembed.check_name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckNameResult {
    /// One line of text: why the text cannot be a name; null where it can.
    pub problem: Option<String>,
    /// The value vectors of the file's model that have the name already.
    pub vectors: Vec<ValueId>,
}
