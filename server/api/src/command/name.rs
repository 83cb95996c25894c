//! `unembed.name`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, Source};
use crate::TextChange;

pub struct Name;

impl Command for Name {
    const NAME: &'static str = "unembed.name";
    const ABOUT: &'static str = "Give value vectors a name in the project's names file. The client is asked to apply the edit. \
        Where the arguments have a `text`, or the client applies no edits, the edit is returned instead.";
    type Arguments = NameArguments;
    type Result = Option<NameResult>;
}

/// The arguments of `unembed.name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NameArguments {
    /// A prompt file of the project.
    #[serde(flatten)]
    pub source: Source,
    /// The name to give.
    pub name: String,
    /// Value vectors' ids, such as `L3D77`.
    pub ids: Vec<String>,
    /// What to do if the name stands for other vectors; where absent, the command fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<ExistingName>,
}

/// What to do with a name that stands for other value vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExistingName {
    /// Add the vectors to those that it stands for.
    Add,
    /// Let it stand for the new vectors alone.
    Replace,
}

/// The result of `unembed.name` for a `text`, or for a client that applies no edits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NameResult {
    /// The names file.
    pub uri: String,
    /// The version of the names file that the edits are for; null where it is not open.
    pub version: Option<i32>,
    /// Whether the names file does not exist yet.
    pub create: bool,
    /// The changes of the names file.
    pub edits: Vec<TextChange>,
}
