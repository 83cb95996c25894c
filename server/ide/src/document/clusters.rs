//! The `clusters` document.

use api::ClusterDocument;
use lm::{Cluster, Similar};

use super::similar;
use crate::words::Cards;

pub(crate) fn cluster(cluster: Cluster, members: &[Similar], cards: Option<&Cards<'_>>) -> ClusterDocument {
    let Cluster { number, words, size, cohesion } = cluster;
    let members = members.iter().map(|member| similar(member, cards)).collect();
    ClusterDocument { cluster: number, size, cohesion, words, members }
}
