//! The `clusters` document: all clusters of a model, or one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ExperimentDocument, ModelDocument, ProblemDocument, SimilarDocument};

/// Clusters of value vectors with similar directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClustersDocument {
    /// The schema's version.
    pub schema: u32,
    /// Always null: clusters do not depend on an input.
    pub experiment: Option<ExperimentDocument>,
    /// Always empty.
    pub problems: Vec<ProblemDocument>,
    /// The model whose value vectors are grouped.
    pub model: ModelDocument,
    /// The largest first.
    pub clusters: Vec<ClusterDocument>,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterDocument {
    /// The cluster's number, from 0.
    pub cluster: usize,
    /// Number of value vectors in the cluster.
    pub size: usize,
    /// The mean cosine of the members to their mean direction, -1 to 1.
    pub cohesion: f32,
    /// The words that the members promote together.
    pub words: Vec<String>,
    /// Members with their cosine to the mean direction, nearest first.
    pub members: Vec<SimilarDocument>,
}
