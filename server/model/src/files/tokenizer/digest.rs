//! The identity of a tokenizer, independent of the files' form.

use blake3::{Hash, Hasher};

use super::vocabulary::{AddedEntry, Vocabulary};

/// A hash of vocabulary, added tokens and merges, in that order. Tokens beyond `rows` change no number of the model, so they
/// are left out.
pub(super) struct Digest {
    /// With the vocabulary.
    hasher: Hasher,
    /// The bytes of the merges. The merges themselves are the library's by the time that the added tokens have their ids.
    merges: Vec<u8>,
}

impl Digest {
    pub(super) fn new(vocabulary: &Vocabulary, merges: &[(String, String)], rows: usize) -> Self {
        let mut hasher = Hasher::new();
        let tokens = vocabulary.iter().map(|(token, id)| (*id, token.as_str()));
        in_order("vocabulary", tokens, rows, |bytes| {
            hasher.update(bytes);
        });
        let length = merges.iter().map(|(left, right)| left.len() + right.len() + 16).sum();
        let mut bytes = Vec::with_capacity(length);
        let texts = merges.iter().flat_map(|(left, right)| [left.as_str(), right]);
        texts.for_each(|part| text(part, |part| bytes.extend_from_slice(part)));
        Self { hasher, merges: bytes }
    }

    /// Adds what else changes the tokens of a text that is rewritten, and a Unigram's scores.
    pub(super) fn add(&mut self, steps: &str, scores: Option<&[f64]>) {
        text("steps", |bytes| {
            self.hasher.update(bytes);
        });
        text(steps, |bytes| {
            self.hasher.update(bytes);
        });
        for score in scores.unwrap_or_default() {
            self.hasher.update(&score.to_le_bytes());
        }
    }

    pub(super) fn with(mut self, added: &[AddedEntry], rows: usize) -> Hash {
        let tokens = added.iter().map(|a| (a.id, a.content.as_str()));
        in_order("added", tokens, rows, |bytes| {
            self.hasher.update(bytes);
        });
        text("merges", |bytes| {
            self.hasher.update(bytes);
        });
        self.hasher.update(&self.merges).finalize()
    }
}

/// The bytes of tokens below `rows`, by their ids.
fn in_order<'a>(heading: &str, all: impl Iterator<Item = (u32, &'a str)>, rows: usize, mut write: impl FnMut(&[u8])) {
    let mut by_id: Vec<_> = all.filter(|(id, _)| (*id as usize) < rows).collect();
    by_id.sort_unstable();
    text(heading, &mut write);
    for (id, token) in by_id {
        text(&id.to_string(), &mut write);
        text(token, &mut write);
    }
}

/// A text with its length before it.
fn text(text: &str, mut write: impl FnMut(&[u8])) {
    write(&(text.len() as u64).to_le_bytes());
    write(text.as_bytes());
}
