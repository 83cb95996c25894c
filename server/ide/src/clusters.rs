//! Clusters to browse, as a document.

use lm::{Concepts, Error, LanguageModel};

use crate::document::{ClusterDocument, ClustersDocument, ModelDocument, SCHEMA};

/// All clusters, or one of them; with their members.
pub fn clusters(
    number: Option<usize>,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
) -> Result<ClustersDocument, Error> {
    let all = concepts.clusters()?;
    let count = all.len();
    if let Some(number) = number.filter(|&n| n >= count) {
        let most = count.saturating_sub(1);
        return Err(Error::Input(match count {
            0 => "there are no clusters yet: build the index with `unembed index build`".to_owned(),
            _ => format!("cluster {number} is not there: {} has 0 to {most}", model.info().name),
        }));
    }
    let wanted = all.into_iter().filter(|c| number.is_none_or(|n| n == c.number));
    let document = |cluster: lm::Cluster| Ok(ClusterDocument::of(cluster.clone(), &concepts.members(cluster.number)?));
    Ok(ClustersDocument {
        schema: SCHEMA,
        experiment: None,
        problems: Vec::new(),
        model: ModelDocument::of(model.info()),
        clusters: wanted.map(document).collect::<Result<_, Error>>()?,
    })
}
