//! Tokens in JSON: their text, and their bytes where the text cannot say them.

use std::sync::Arc;

use base::TokenId;
use lm::{Guess, LanguageModel};
use serde::Serialize;

/// A token and its probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GuessDocument {
    /// In the vocabulary.
    pub id: TokenId,
    /// What it decodes to; bytes that are no UTF-8 as U+FFFD.
    pub token: String,
    /// What it decodes to, where `token` cannot say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// Its probability.
    pub p: f32,
}

impl GuessDocument {
    pub(crate) fn of(model: &dyn LanguageModel, guess: &Guess) -> Self {
        let (token, bytes) = text_of(&model.token_bytes(guess.id));
        Self { id: guess.id, token, bytes, p: guess.p }
    }
}

/// A token's text, and its bytes where they are no UTF-8.
pub(super) fn text_of(bytes: &Arc<[u8]>) -> (String, Option<Vec<u8>>) {
    match str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (String::from_utf8_lossy(bytes).into_owned(), Some(bytes.to_vec())),
    }
}
