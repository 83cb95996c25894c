//! `unembed.fetch`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Command;

pub struct Fetch;

impl Command for Fetch {
    const NAME: &'static str = "unembed.fetch";
    const ABOUT: &'static str = "Download a published model.";
    type Arguments = FetchArguments;
    type Result = ();
}

/// The arguments of `unembed.fetch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FetchArguments {
    /// A Hugging Face id, such as `openai-community/gpt2`.
    pub id: String,
}
