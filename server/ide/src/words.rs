//! What value vectors promote, in a few words: their cards, fetched together and named by their top words.

use std::collections::HashMap;
use std::sync::Arc;

use base::{ValueId, visible};
use lm::{Activation, Concepts, Control, End, Error, LanguageModel, ModelInfo, Value, Word};

use crate::card::listed;
use crate::markup::Line;
use crate::token::shorten;
use crate::{Names, Style};

/// Wider than this a word is cut.
const WIDEST: usize = 20;

/// The cards of some value vectors.
pub(crate) struct Cards<'a> {
    model: &'a dyn LanguageModel,
    words: usize,
    cards: HashMap<ValueId, Arc<Value>>,
    names: Names,
    undertrained: bool,
    activations: HashMap<ValueId, Activation>,
}

/// The words of one value vector, as they stand behind a line that is added; `None` for what is no single one of this
/// model's.
pub fn words_of(
    target: &str,
    model: &dyn LanguageModel,
    names: &Names,
    control: &dyn Control,
) -> Result<Option<String>, Error> {
    let ids = names.vectors(target, model.info()).unwrap_or_default();
    let &[id] = &ids[..] else { return Ok(None) };
    let cards = Cards::fetch(model, [id], Style::default().words, control)?;
    Ok(Some(cards.list(id)))
}

impl<'a> Cards<'a> {
    /// Asks for all of them at once. `words` are shown of each.
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
        Ok(Self { model, words, cards, names: Names::default(), undertrained: false, activations: HashMap::new() })
    }

    /// With tokens that were hardly trained among the words, if somebody wants to see them.
    pub(crate) fn with_undertrained(self, undertrained: bool) -> Self {
        Self { undertrained, ..self }
    }

    /// With what a project calls them.
    pub(crate) fn named(self, names: &Names) -> Self {
        Self { names: names.clone(), ..self }
    }

    /// With how their coefficients are distributed, where that is known.
    pub(crate) fn known_to(mut self, concepts: Option<&dyn Concepts>) -> Self {
        for &id in self.cards.keys() {
            // What the index cannot say is left out here; its own commands say why.
            if let Some(Ok(Some(activation))) = concepts.map(|c| c.activation(id)) {
                self.activations.insert(id, activation);
            }
        }
        self
    }

    /// What a project calls a vector.
    pub(crate) fn name(&self, id: ValueId) -> Option<&str> {
        self.names.of(id, self.model.info())
    }

    /// How a vector's coefficient is distributed over text.
    pub(crate) fn activation(&self, id: ValueId) -> Option<&Activation> {
        self.activations.get(&id)
    }

    /// How unusual a coefficient is: `p99`, where it is far out.
    pub(crate) fn unusual(&self, id: ValueId, m: f32) -> Option<&'static str> {
        self.activations.get(&id).and_then(|a| unusual(a, m))
    }

    /// A vector as people tell it from others: its id, and its name where it has one.
    pub(crate) fn label(&self, id: ValueId) -> String {
        match self.name(id) {
            Some(name) => format!("{id} {name}"),
            None => id.to_string(),
        }
    }

    /// The model's.
    pub(crate) fn info(&self) -> &ModelInfo {
        self.model.info()
    }

    /// The words of a vector, most promoted first.
    pub(crate) fn words(&self, id: ValueId) -> Vec<String> {
        let Some(card) = self.cards.get(&id) else { return Vec::new() };
        distinct(self.model, listed(card, End::Top, self.undertrained), self.words)
    }

    /// The same with commas: `city, urban, town`.
    pub(crate) fn list(&self, id: ValueId) -> String {
        self.words(id).join(", ")
    }

    /// The id and the words, at the end of a line; what a negative coefficient pushes down is marked.
    pub(crate) fn append(&self, line: Line, id: ValueId, sign: f32) -> Line {
        self.append_some(line, id, sign, self.words)
    }

    /// The same with so many words at most.
    pub(crate) fn append_some(&self, mut line: Line, id: ValueId, sign: f32, most: usize) -> Line {
        line = line.text(&format!(" {id}"));
        if let Some(name) = self.name(id) {
            line = line.text(" ").strong(name);
        }
        line = line.text(if sign < 0.0 { " ↓" } else { " " });
        let words = self.words(id);
        listing(line, &words[..most.min(words.len())])
    }
}

/// Words with commas, at the end of a line: quoted where they would not be told from ours.
pub(crate) fn listing(line: Line, words: &[String]) -> Line {
    words.iter().enumerate().fold(line, |line, (index, word)| {
        let line = if index == 0 { line } else { line.text(", ") };
        if is_plain(word) { line.text(word) } else { line.code(word) }
    })
}

/// How far out a coefficient is among those that text gives, in steps that say something.
pub(crate) fn unusual(activation: &Activation, m: f32) -> Option<&'static str> {
    /// Fewer positions tell nothing of a hundredth of them.
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

/// The first `count` words that differ in more than case and spaces. Fragments of characters and control characters are
/// left out if anything else is there.
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
            unreadable.push(shorten(&visible(&bytes), WIDEST));
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

/// Whether a word needs no quotes among others.
fn is_plain(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric) && word.chars().all(|c| c.is_alphanumeric() || "-'…".contains(c))
}
