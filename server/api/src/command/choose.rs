//! `unembed.choose`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Command;

pub struct Choose;

impl Command for Choose {
    const NAME: &'static str = "unembed.choose";
    const ABOUT: &'static str = "Apply one of several changes of a file. A code action that stands for several changes runs it. Without \
        a `choice`, the server asks the user (`window/showMessageRequest`); an editor with a picker of its own adds the \
        `choice` before it sends the command. The client is asked to apply the edit.";
    type Arguments = ChooseArguments;
    type Result = ();
}

/// The arguments of `unembed.choose`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChooseArguments {
    /// An open document.
    pub uri: String,
    /// The title of the code action.
    pub title: String,
    /// The changes to choose from.
    pub choices: Vec<Choice>,
    /// The chosen one, counted from 0; where absent, the server asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<usize>,
}

/// A change to choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// What it writes, in a few words.
    pub title: String,
    /// The change, to be sent back as it is.
    pub action: Value,
}
