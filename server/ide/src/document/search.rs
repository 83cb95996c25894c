//! The `search` document: the value vectors that a query found.

use base::ValueId;
use lm::{End, Found, Hit, LanguageModel, Word};
use serde::Serialize;

use super::{ExperimentDocument, ProblemDocument, SCHEMA, WordDocument};
use crate::Names;

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchDocument {
    /// `SCHEMA`.
    pub schema: u32,
    /// Null: a search does not depend on an input.
    pub experiment: Option<ExperimentDocument>,
    /// Empty: there is no file that they could be in.
    pub problems: Vec<ProblemDocument>,
    /// As asked.
    pub query: String,
    /// The best first.
    pub hits: Vec<HitDocument>,
    /// What the answer leaves out, and why, a line each.
    pub notes: Vec<String>,
}

/// A value vector that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HitDocument {
    /// Which.
    pub id: ValueId,
    /// Its layer.
    pub layer: u32,
    /// Its row.
    pub dim: u32,
    /// What the hits are sorted by.
    pub relevance: f32,
    /// At which end it was found: `top` or `bottom`.
    pub end: &'static str,
    /// What the project calls it.
    pub name: Option<String>,
    /// The words that it promotes most.
    pub top: Vec<WordDocument>,
    /// The words that it suppresses most.
    pub bottom: Vec<WordDocument>,
}

impl SearchDocument {
    /// With at most `words` words at each end of a hit.
    pub(crate) fn of(query: &str, found: Found, words: usize, model: &dyn LanguageModel, names: &Names) -> Self {
        let hit = |hit: &Hit| {
            let document = |word: &Word| WordDocument::of(model, &hit.card, word);
            HitDocument {
                id: hit.id,
                layer: hit.id.layer,
                dim: hit.id.dim,
                relevance: hit.relevance,
                end: if hit.end == End::Top { "top" } else { "bottom" },
                name: names.of(hit.id, model.info()).map(str::to_owned),
                top: hit.card.top.iter().take(words).map(document).collect(),
                bottom: hit.card.bottom.iter().take(words).map(document).collect(),
            }
        };
        Self {
            schema: SCHEMA,
            experiment: None,
            problems: Vec::new(),
            query: query.to_owned(),
            hits: found.hits.iter().map(hit).collect(),
            notes: found.notes,
        }
    }
}
