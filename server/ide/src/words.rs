//! The words of value vectors: cards, fetched together, and the words of the end that acts.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Change, ValueId, visible};
use lm::{Activation, Concepts, Control, End, Error, LanguageModel, ModelInfo, Value, Word};

use crate::card::listed;
use crate::markup::Line;
use crate::token::{shorten, shown_id};
use crate::{Names, Style};

/// The widest word, in columns; wider ones are cut.
const WIDEST: usize = 20;

/// The cards of some value vectors.
pub(crate) struct Cards<'a> {
    model: &'a dyn LanguageModel,
    words: usize,
    cards: HashMap<ValueId, Arc<Value>>,
    names: Names,
    undertrained: bool,
    activations: HashMap<ValueId, Activation>,
    /// As in `Style`.
    links: Option<Arc<str>>,
}

/// The end of a value vector that acts on a line with this change. `clean` is the coefficient without the line, where it is
/// known. A line that takes a sub-update away has the words that the sub-update promotes without it.
pub(crate) fn acting_end(change: Change, clean: Option<f32>) -> End {
    let becomes = match change {
        Change::Set(c) => Some(c),
        Change::Scale(k) => clean.map(|m| k * m),
        Change::Add(c) => Some(clean.unwrap_or_default() + c),
        // An activation of a number above 0.
        Change::Boost => return End::Top,
    };
    becomes.filter(|m| *m != 0.0).or(clean).map_or(End::Top, End::acting)
}

impl<'a> Cards<'a> {
    /// Asks the model once for all cards. `words` is the most words of each vector.
    pub(crate) fn fetch(
        model: &'a dyn LanguageModel,
        ids: impl IntoIterator<Item = ValueId>,
        words: usize,
        control: &dyn Control,
    ) -> Result<Self, Error> {
        let mut ids: Vec<_> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let cards = match ids.is_empty() {
            true => Vec::new(),
            // Spellings of one word stand next to each other: "the", " The", " the". Some are left after that.
            false => model.values(&ids, words.saturating_mul(6).max(24), control)?,
        };
        let cards = cards.into_iter().map(|card| (card.id, card)).collect();
        let (names, activations) = (Names::default(), HashMap::new());
        Ok(Self { model, words, cards, names, undertrained: false, activations, links: None })
    }

    /// Whether undertrained tokens are among the words.
    pub(crate) fn with_undertrained(self, undertrained: bool) -> Self {
        Self { undertrained, ..self }
    }

    /// With links from ids to their cards, if the style has them.
    pub(crate) fn linked(self, style: &Style) -> Self {
        Self { links: style.cards.clone(), ..self }
    }

    /// With the names of a project.
    pub(crate) fn named(self, names: &Names) -> Self {
        Self { names: names.clone(), ..self }
    }

    /// With the activations that the index has.
    pub(crate) fn known_to(mut self, concepts: Option<&dyn Concepts>) -> Self {
        for &id in self.cards.keys() {
            // An error of the index is left out here; its own commands report it.
            if let Some(Ok(Some(activation))) = concepts.map(|c| c.activation(id)) {
                self.activations.insert(id, activation);
            }
        }
        self
    }

    fn link(&self, id: ValueId) -> Option<String> {
        Some(self.links.as_ref()?.replace("{id}", &id.to_string()))
    }

    pub(crate) fn name(&self, id: ValueId) -> Option<&str> {
        self.names.of(id, self.model.info())
    }

    pub(crate) fn activation(&self, id: ValueId) -> Option<&Activation> {
        self.activations.get(&id)
    }

    /// The quantile of an unusual coefficient: `p99`.
    pub(crate) fn unusual(&self, id: ValueId, m: f32) -> Option<&'static str> {
        self.activations.get(&id).and_then(|a| unusual(a, m))
    }

    /// The id, and the name if there is one.
    pub(crate) fn label(&self, id: ValueId) -> String {
        match self.name(id) {
            Some(name) => format!("{id} {name}"),
            None => id.to_string(),
        }
    }

    pub(crate) fn info(&self) -> &ModelInfo {
        self.model.info()
    }

    /// The norm of a vector.
    pub(crate) fn norm(&self, id: ValueId) -> Option<f32> {
        Some(self.cards.get(&id)?.norm)
    }

    /// The words of an end of a vector, most promoted first.
    pub(crate) fn words(&self, id: ValueId, end: End) -> Vec<String> {
        let Some(card) = self.cards.get(&id) else { return Vec::new() };
        distinct(self.model, listed(card, end, self.undertrained), self.words)
    }

    /// The words with commas: `city, urban, town`.
    pub(crate) fn list(&self, id: ValueId, end: End) -> String {
        self.words(id, end).join(", ")
    }

    /// Appends the id and the words of an end.
    pub(crate) fn append(&self, line: Line, id: ValueId, end: End) -> Line {
        self.append_some(line, id, end, self.words)
    }

    /// `append` with at most `most` words.
    pub(crate) fn append_some(&self, mut line: Line, id: ValueId, end: End, most: usize) -> Line {
        line = line.text(" ").link(&id.to_string(), self.link(id));
        if let Some(name) = self.name(id) {
            line = line.text(" ").strong(name);
        }
        let words = self.words(id, end);
        listing(line.text(" "), &words[..most.min(words.len())])
    }
}

/// Appends words with commas; words that are not plain are quoted.
pub(crate) fn listing(line: Line, words: &[String]) -> Line {
    words.iter().enumerate().fold(line, |line, (index, word)| {
        let line = if index == 0 { line } else { line.text(", ") };
        if is_plain(word) { line.text(word) } else { line.code(word) }
    })
}

/// The quantile of an unusual coefficient among those on text, in steps.
pub(crate) fn unusual(activation: &Activation, m: f32) -> Option<&'static str> {
    /// Positions needed for a hundredth to mean something.
    const FEWEST: u64 = 500;
    if activation.count < FEWEST {
        return None;
    }
    match activation.share_below(m) {
        share if share >= 0.999 => Some("p99.9"),
        share if share >= 0.99 => Some("p99"),
        share if share >= 0.9 => Some("p90"),
        share if share <= 0.01 && m < 0.0 => Some("p1"),
        _ => None,
    }
}

/// The first `count` words that differ in more than case and spaces. Fragments of characters and control characters count
/// only if there is no other word.
pub(crate) fn distinct(model: &dyn LanguageModel, words: &[Word], count: usize) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut unreadable = Vec::new();
    let mut out = Vec::new();
    for word in words {
        if out.len() == count {
            break;
        }
        let bytes = model.token_bytes(word.id);
        let text = str::from_utf8(&bytes).map_or("", str::trim);
        let shown = visible(text.as_bytes());
        if text.is_empty() || text != shown {
            unreadable.push(match bytes.is_empty() {
                true => shown_id(model, word.id),
                false => shorten(&visible(&bytes), WIDEST),
            });
            continue;
        }
        let key = text.to_lowercase();
        if !seen.contains(&key) {
            seen.push(key);
            out.push(shorten(text, WIDEST));
        }
    }
    if out.is_empty() {
        unreadable.truncate(count);
        return unreadable;
    }
    out
}

/// Whether a word needs no quotes.
fn is_plain(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric) && word.chars().all(|c| c.is_alphanumeric() || "-'…".contains(c))
}
