//! `unembed.clusters`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Command, IndexSource};
use crate::ClustersDocument;

pub struct Clusters;

impl Command for Clusters {
    const NAME: &'static str = "unembed.clusters";
    const ABOUT: &'static str = "Get all clusters of a model without their members' words, or one cluster with them.";
    type Arguments = ClustersArguments;
    type Result = ClustersDocument;
}

/// The arguments of `unembed.clusters`. With neither `cluster` nor `id`, the result has all clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClustersArguments {
    #[serde(flatten)]
    pub about: IndexSource,
    /// A cluster's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<usize>,
    /// A value vector's id or name: its cluster. `cluster` takes precedence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}
