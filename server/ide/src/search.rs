//! Value vectors by concept: a document for a query, a short list for completion.

use api::SearchDocument;
use lm::{Concepts, Control, End, Error, Found, LanguageModel};

use crate::card::listed;
use crate::words::distinct;
use crate::{Names, Style, document};

/// Words of a hit at each end.
const WORDS: usize = 10;
/// Words of a hit on one line.
const SHORT: usize = 6;

/// The best `limit` value vectors for a query.
pub fn search(
    query: &str,
    limit: usize,
    model: &dyn LanguageModel,
    concepts: &dyn Concepts,
    names: &Names,
    control: &dyn Control,
) -> Result<SearchDocument, Error> {
    Ok(search_document(query, concepts.search(query, limit, model, control)?, model, names))
}

/// The hits of a query, as a document.
pub fn search_document(query: &str, found: Found, model: &dyn LanguageModel, names: &Names) -> SearchDocument {
    document::search(query, found, WORDS, model, names)
}

/// A value vector that completion offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedUp {
    pub id: base::ValueId,
    /// Separated by commas: `food, meal, cook`.
    pub words: String,
    /// The name in the project.
    pub name: Option<String>,
}

/// The best `limit` value vectors for typed text: a word, a prefix or an id. Empty if the text is not a query yet, or if the
/// index cannot answer.
pub fn look_up(
    typed: &str,
    limit: usize,
    model: &dyn LanguageModel,
    concepts: Option<&dyn Concepts>,
    names: &Names,
    style: &Style,
    control: &dyn Control,
) -> Result<Vec<LookedUp>, Error> {
    let looked_up = |card: &lm::Value, end: End| LookedUp {
        id: card.id,
        words: distinct(model, listed(card, end, style.undertrained), SHORT).join(", "),
        name: names.of(card.id, model.info()).map(str::to_owned),
    };
    if let Ok(id) = typed.parse::<base::ValueId>() {
        let known = if model.info().has(id) { vec![id] } else { Vec::new() };
        // Spellings of one word are neighbours, so six words need more than six tokens.
        let cards = if known.is_empty() { Vec::new() } else { model.values(&known, 6 * SHORT, control)? };
        return Ok(cards.iter().map(|card| looked_up(card, End::Top)).collect());
    }
    let query = typed.trim_start_matches(['-', '+', ' ']);
    let plain = query.chars().all(|c| c.is_alphanumeric() || " -'".contains(c));
    let Some(concepts) = concepts.filter(|_| plain && query.chars().count() >= 2) else { return Ok(Vec::new()) };
    // An error is about the unfinished query, or about the index, which an explicit search reports.
    let find = |query: &str| match concepts.search(query, limit, model, control) {
        Err(Error::Cancelled) => Err(Error::Cancelled),
        found => Ok(found.map(|f| f.hits).unwrap_or_default()),
    };
    let mut hits = find(query)?;
    if hits.len() < limit && !query.contains(' ') {
        let more = find(&format!("{query}*"))?;
        let known: Vec<_> = hits.iter().map(|h| h.id).collect();
        hits.extend(more.into_iter().filter(|h| !known.contains(&h.id)));
        hits.truncate(limit);
    }
    Ok(hits.iter().map(|hit| looked_up(&hit.card, hit.end)).collect())
}
