//! `unembed.search`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, IndexSource};
use crate::SearchDocument;

pub struct Search;

impl Command for Search {
    const NAME: &'static str = "unembed.search";
    const ABOUT: &'static str = "Search value vectors by concept. The first search starts to build the index and answers from what is \
        built.";
    type Arguments = SearchArguments;
    type Result = SearchDocument;
}

/// The arguments of `unembed.search`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SearchArguments {
    #[serde(flatten)]
    pub about: IndexSource,
    /// Words, or a query such as `like L5D662`.
    pub query: String,
    /// The largest number of hits; 20 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}
