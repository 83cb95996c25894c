//! The `clusters` document: the concepts of a model to browse, all clusters or one of them.

use lm::{Cluster, Similar};
use serde::Serialize;

use super::{ExperimentDocument, ModelDocument, ProblemDocument, SimilarDocument};
use crate::words::Cards;

/// Clusters of value vectors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClustersDocument {
    /// `SCHEMA`.
    pub schema: u32,
    /// Null: clusters do not depend on an input.
    pub experiment: Option<ExperimentDocument>,
    /// Empty: there is no file that they could be in.
    pub problems: Vec<ProblemDocument>,
    /// Of which model.
    pub model: ModelDocument,
    /// The larger ones first.
    pub clusters: Vec<ClusterDocument>,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterDocument {
    /// Its number.
    pub cluster: usize,
    /// How many value vectors are in it.
    pub size: usize,
    /// The mean cosine of its members to their mean direction.
    pub cohesion: f32,
    /// What its members promote together.
    pub words: Vec<String>,
    /// Its members with their cosines to the mean direction, the nearest first.
    pub members: Vec<SimilarDocument>,
}

impl ClusterDocument {
    pub(crate) fn of(cluster: Cluster, members: &[Similar], cards: Option<&Cards<'_>>) -> Self {
        let Cluster { number, words, size, cohesion } = cluster;
        let members = members.iter().map(|member| SimilarDocument::of(member, cards)).collect();
        Self { cluster: number, size, cohesion, words, members }
    }
}
