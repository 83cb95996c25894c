//! The `search` document.

use api::{HitDocument, IndexCountsDocument, SCHEMA, SearchDocument};
use lm::{Found, Hit, LanguageModel};

use super::token::end;
use super::word;
use crate::Names;

/// With at most `words` words at each end of a hit.
pub(crate) fn search(
    query: &str,
    found: Found,
    words: usize,
    model: &dyn LanguageModel,
    names: &Names,
) -> SearchDocument {
    let hit = |hit: &Hit| HitDocument {
        id: hit.id,
        layer: hit.id.layer,
        dim: hit.id.dim,
        relevance: hit.relevance,
        end: end(hit.end),
        name: names.of(hit.id, model.info()).map(str::to_owned),
        top: hit.card.top.iter().take(words).map(|w| word(model, &hit.card, w)).collect(),
        bottom: hit.card.bottom.iter().take(words).map(|w| word(model, &hit.card, w)).collect(),
    };
    SearchDocument {
        schema: SCHEMA,
        experiment: None,
        problems: Vec::new(),
        query: query.to_owned(),
        hits: found.hits.iter().map(hit).collect(),
        index: IndexCountsDocument { indexed: found.indexed, all: found.all },
        notes: found.notes,
    }
}
