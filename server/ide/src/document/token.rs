//! Tokens: their text, and their bytes if they are not UTF-8.

use api::{GuessDocument, WordDocument};
use lm::{End, Guess, LanguageModel, Value, Word};

pub(crate) fn guess(model: &dyn LanguageModel, guess: &Guess) -> GuessDocument {
    let (token, bytes) = text_of(&model.token_bytes(guess.id));
    GuessDocument { id: guess.id, token, bytes, p: guess.p }
}

/// A word of a value vector's card.
pub(crate) fn word(model: &dyn LanguageModel, value: &Value, word: &Word) -> WordDocument {
    let (token, bytes) = text_of(&model.token_bytes(word.id));
    let undertrained = model.weights().is_undertrained(word.id);
    WordDocument { id: word.id, token, bytes, logit: word.logit, z: value.z(word.logit), undertrained }
}

/// An end of a value vector's card.
pub(super) fn end(end: End) -> api::End {
    match end {
        End::Top => api::End::Top,
        End::Bottom => api::End::Bottom,
    }
}

/// A token's text, and its bytes where they are not UTF-8.
pub(super) fn text_of(bytes: &[u8]) -> (String, Option<Vec<u8>>) {
    match str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (String::from_utf8_lossy(bytes).into_owned(), Some(bytes.to_vec())),
    }
}
