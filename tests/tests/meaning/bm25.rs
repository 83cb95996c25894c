//! The ranking of LM-Debugger, with the defaults of its search engine: BM25 (k1 1.2, b 0.75) over documents that
//! consist of the 50 tokens that a value vector promotes most, as words.

use std::collections::HashMap;
use std::sync::Arc;

use base::Cancel;
use kernels::Pool;
use lm::{LanguageModel, Weights};
use model::{Model, Options};

use tests::repository;

use crate::{Hit, words};

const K1: f64 = 1.2;
const B: f64 = 0.75;

pub(crate) struct Bm25 {
    documents: Vec<Document>,
}

/// A value vector as a document.
struct Document {
    id: String,
    /// The words for display.
    shown: Vec<String>,
    /// The number of occurrences of each term.
    terms: HashMap<String, usize>,
    length: usize,
}

impl Bm25 {
    pub(crate) fn of_the_starter() -> Self {
        let folder = repository().join("config/models/starter");
        let options = Options::named("starter", Arc::new(Pool::new(2)));
        let model = Model::open(&folder, options).expect("the starter loads");
        let weights: &dyn Weights = model.weights();
        let cards = weights.cards(0..model.info().value_vectors(), 50, &Cancel::new()).expect("cards");
        let document = |card: lm::Value| {
            let tokens: Vec<(String, bool)> = card
                .top
                .iter()
                .map(|w| {
                    let text = String::from_utf8_lossy(&model.token_bytes(w.id)).into_owned();
                    (text, weights.is_undertrained(w.id))
                })
                .collect();
            let mut terms: HashMap<String, usize> = HashMap::new();
            let mut length = 0;
            for (token, _) in &tokens {
                let lower = token.to_lowercase();
                for term in lower.split(|c: char| !c.is_alphanumeric()).filter(|t| !t.is_empty()) {
                    *terms.entry(term.to_owned()).or_default() += 1;
                    length += 1;
                }
            }
            let shown = words(tokens.iter().map(|(t, u)| (t.as_str(), *u)));
            Document { id: card.id.to_string(), shown, terms, length }
        };
        Self { documents: cards.into_iter().map(document).collect() }
    }

    pub(crate) fn search(&self, term: &str, limit: usize) -> Vec<Hit> {
        let n = self.documents.len() as f64;
        let with = self.documents.iter().filter(|d| d.terms.contains_key(term)).count() as f64;
        let idf = (1.0 + (n - with + 0.5) / (with + 0.5)).ln();
        let mean = self.documents.iter().map(|d| d.length).sum::<usize>() as f64 / n;
        let score = |d: &Document| {
            let tf = d.terms.get(term).copied().unwrap_or(0) as f64;
            idf * tf * (K1 + 1.0) / (tf + K1 * (1.0 - B + B * d.length as f64 / mean))
        };
        let mut found: Vec<_> = self.documents.iter().filter(|d| d.terms.contains_key(term)).collect();
        // The sort is stable: equal scores stay in document order, as in a search engine.
        found.sort_by(|a, b| score(b).total_cmp(&score(a)));
        found.iter().take(limit).map(|d| Hit { id: d.id.clone(), words: d.shown.clone() }).collect()
    }
}
