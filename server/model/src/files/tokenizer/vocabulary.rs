//! The tokens of a byte-level BPE vocabulary as tokenizer files write them, and the alphabet they use.

use std::collections::HashMap;

use serde::Deserialize;

/// The letters in which a vocabulary writes its tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Letters {
    /// Byte-level BPE's alphabet, one for each byte.
    #[default]
    Bytes,
    /// Those of the text, with `▁` for a space and `<0x0A>` for a byte.
    Spaces,
}

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

/// The byte of a letter of that alphabet.
pub(super) fn letter_byte(letter: char) -> Option<u8> {
    thread_local! {
        static BYTES: HashMap<char, u8> = (0..=255).map(|b| (alphabet(b), b)).collect();
    }
    BYTES.with(|bytes| bytes.get(&letter).copied())
}

/// What SentencePiece writes for a space.
pub(super) const SPACE: char = '\u{2581}';

/// How a vocabulary with `byte_fallback` writes a byte.
pub(super) fn written_byte(byte: u8) -> String {
    format!("<0x{byte:02X}>")
}

impl Letters {
    /// The bytes of a token of the vocabulary; a token with letters outside the alphabet is its own text.
    pub(super) fn decode(self, token: &str) -> Vec<u8> {
        match self {
            Self::Bytes => {
                let bytes: Option<Vec<u8>> = token.chars().map(letter_byte).collect();
                bytes.unwrap_or_else(|| token.as_bytes().to_vec())
            }
            Self::Spaces => match byte_of(token) {
                Some(byte) => vec![byte],
                None => token.replace(SPACE, " ").into_bytes(),
            },
        }
    }

    /// The token of a byte.
    pub(super) fn token(self, byte: u8) -> String {
        match self {
            Self::Bytes => alphabet(byte).to_string(),
            Self::Spaces => written_byte(byte),
        }
    }
}

/// 10 of `<0x0A>`.
fn byte_of(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    let is_byte = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| is_byte)
}

/// Whether every byte is a token.
pub(super) fn complete(vocabulary: &Vocabulary) -> bool {
    (0..=255).all(|b| vocabulary.contains_key(&alphabet(b).to_string()))
}
