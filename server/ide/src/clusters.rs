//! Clusters to browse, as a document.

use api::{ClustersDocument, SCHEMA};
use lm::{Concepts, Control, Error, LanguageModel};

use crate::words::Cards;
use crate::{Names, Style, document};

/// Members of one cluster that are shown with their words.
const SHOWN: usize = 50;

/// All clusters, or one of them; with their members, and of one of them with the words of the first members.
pub fn clusters(
    number: Option<usize>,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
    control: &dyn Control,
) -> Result<ClustersDocument, Error> {
    let all = concepts.clusters()?;
    if all.is_empty() {
        let state = concepts.state();
        return Err(Error::input(format!(
            "{} has no clusters yet: they come with the complete index, which has {} of {} value vectors so far",
            model.info().name,
            state.indexed,
            state.all
        )));
    }
    if let Some(number) = number.filter(|&n| n >= all.len()) {
        let (name, most) = (&model.info().name, all.len() - 1);
        return Err(Error::input(format!("{name} has no cluster {number}: its clusters are 0 to {most}")));
    }
    let wanted = all.into_iter().filter(|c| number.is_none_or(|n| n == c.number));
    let one = |cluster: lm::Cluster| {
        let members = concepts.members(cluster.number)?;
        let cards = match number {
            None => None,
            Some(_) => {
                let first = members.iter().take(SHOWN).map(|member| member.id);
                Some(Cards::fetch(model, first, Style::default().words, control)?)
            }
        };
        Ok(document::cluster(cluster, &members, cards.as_ref()))
    };
    Ok(ClustersDocument {
        schema: SCHEMA,
        experiment: None,
        problems: Vec::new(),
        model: document::model(model.info()),
        clusters: wanted.map(one).collect::<Result<_, Error>>()?,
    })
}

/// The number of the cluster that a value vector is in, by its id or its name.
pub fn cluster_of(
    text: &str,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
    names: &Names,
    control: &dyn Control,
) -> Result<usize, Error> {
    let id = names.vector(text, model.info())?;
    match concepts.cluster_of(id)? {
        Some(cluster) => Ok(cluster.number),
        // The error says why the index has no clusters.
        None => clusters(None, model, concepts, control).and(Err(Error::input(format!("{id} is in no cluster")))),
    }
}
