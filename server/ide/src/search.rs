//! Value vectors by concept, as a document.

use lm::{Concepts, Control, Error, LanguageModel};

use crate::Names;
use crate::document::SearchDocument;

/// Words of a hit at each end.
const WORDS: usize = 10;

/// The best `limit` value vectors for a query.
pub fn search(
    query: &str,
    limit: usize,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
    names: &Names,
    control: &dyn Control,
) -> Result<SearchDocument, Error> {
    let found = concepts.search(query, limit, model, control)?;
    Ok(SearchDocument::of(query, found, WORDS, model, names))
}
