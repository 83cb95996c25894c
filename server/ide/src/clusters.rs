//! Clusters to browse, as a document.

use lm::{Concepts, Error, LanguageModel};

use crate::Names;
use crate::document::{ClusterDocument, ClustersDocument, ModelDocument, SCHEMA};

/// All clusters, or one of them; with their members.
pub fn clusters(
    number: Option<usize>,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
) -> Result<ClustersDocument, Error> {
    let all = concepts.clusters()?;
    if all.is_empty() {
        let state = concepts.state();
        return Err(Error::Input(format!(
            "there are no clusters of {} yet: they are found once its index is built, and {} of {} value vectors are in \
             it so far",
            model.info().name,
            state.indexed,
            state.all
        )));
    }
    if let Some(number) = number.filter(|&n| n >= all.len()) {
        let (name, most) = (&model.info().name, all.len() - 1);
        return Err(Error::Input(format!("cluster {number} is not there: {name} has 0 to {most}")));
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

/// The number of the cluster that a value vector is in, by its id or its name.
pub fn cluster_of(
    text: &str,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
    names: &Names,
) -> Result<usize, Error> {
    let ids = names.vectors(text, model.info()).map_err(Error::Input)?;
    let &[id] = &ids[..] else { return Err(Error::Input(format!("{text} is a group: look at one of its vectors"))) };
    match concepts.cluster_of(id)? {
        Some(cluster) => Ok(cluster.number),
        // Says why there are none.
        None => clusters(None, model, concepts).and(Err(Error::Input(format!("{id} is in no cluster")))),
    }
}
