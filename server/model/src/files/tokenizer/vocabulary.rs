//! The tokens of a byte-level BPE vocabulary as tokenizer files write them, and the alphabet they use.

use std::collections::HashMap;

use serde::Deserialize;

/// From a token, written in byte-level BPE's alphabet, to its id.
pub(super) type Vocabulary = HashMap<String, u32>;

/// A token that is searched for before the BPE runs.
#[derive(Deserialize)]
pub(super) struct AddedEntry {
    pub(super) id: u32,
    pub(super) content: String,
    #[serde(default)]
    pub(super) single_word: bool,
    #[serde(default)]
    pub(super) lstrip: bool,
    #[serde(default)]
    pub(super) rstrip: bool,
    #[serde(default)]
    pub(super) normalized: bool,
    #[serde(default)]
    pub(super) special: bool,
}

/// The letter of byte-level BPE's alphabet for a byte: printable ones stand for themselves, the others follow 255.
pub(crate) fn alphabet(byte: u8) -> char {
    let own = |b: u8| matches!(b, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    match own(byte) {
        true => char::from(byte),
        false => char::from_u32(256 + (0..byte).filter(|b| !own(*b)).count() as u32).unwrap_or('\u{fffd}'),
    }
}

/// The bytes of a token of the vocabulary; a token with letters outside the alphabet is its own text.
pub(super) fn decode(token: &str) -> Vec<u8> {
    thread_local! {
        static BYTES: HashMap<char, u8> = (0..=255).map(|b| (alphabet(b), b)).collect();
    }
    let bytes: Option<Vec<u8>> = BYTES.with(|bytes| token.chars().map(|c| bytes.get(&c).copied()).collect());
    bytes.unwrap_or_else(|| token.as_bytes().to_vec())
}

/// Whether every byte is a token.
pub(super) fn complete(vocabulary: &Vocabulary) -> bool {
    (0..=255).all(|b| vocabulary.contains_key(&alphabet(b).to_string()))
}
