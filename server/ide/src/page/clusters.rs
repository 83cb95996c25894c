//! Clusters to browse: all of them a line each, or one with its members.

use api::ClustersDocument;
use base::ValueId;
use lm::{Control, End, Error, LanguageModel};

use super::table::Table;
use super::{LineKind, PageLine};
use crate::number::plain;
use crate::words::Cards;

/// Words of a member.
const WORDS: usize = 6;

/// The clusters of a document; the members too where there is one cluster.
pub fn clusters_page(
    document: &ClustersDocument,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<PageLine>, Error> {
    let kind = |i: usize| if i == 0 { LineKind::Note } else { LineKind::Plain };
    let lines = |table: Table| table.lines().into_iter().enumerate().map(move |(i, t)| PageLine::new(kind(i), t));
    if let [cluster] = &document.clusters[..] {
        let head = format!(
            "cluster {}: {}  ({} vectors, cohesion {})",
            cluster.cluster,
            cluster.words.join(", "),
            cluster.size,
            plain(cluster.cohesion)
        );
        let ids: Vec<ValueId> = cluster.members.iter().map(|m| m.id).collect();
        let cards = Cards::fetch(model, ids, WORDS, control)?;
        let mut table = Table::new(&["cosine", "id", "words"], &[0]);
        for member in &cluster.members {
            table.row(vec![plain(member.cosine), member.id.to_string(), cards.list(member.id, End::Top)]);
        }
        return Ok([PageLine::new(LineKind::Head, head)].into_iter().chain(lines(table)).collect());
    }
    let mut table = Table::new(&["cluster", "vectors", "cohesion", "words"], &[0, 1, 2]);
    for cluster in &document.clusters {
        let words = cluster.words.join(", ");
        table.row(vec![cluster.cluster.to_string(), cluster.size.to_string(), plain(cluster.cohesion), words]);
    }
    Ok(lines(table).collect())
}
