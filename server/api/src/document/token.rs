//! Tokens: their text, and their bytes where the text cannot say them.

use base::TokenId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A token and its probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuessDocument {
    /// The token's id in the vocabulary.
    pub id: TokenId,
    /// The token's text. Bytes that are not UTF-8 appear as U+FFFD.
    pub token: String,
    /// The token's bytes, present only where `token` cannot say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// Probability, 0 to 1: softmax over the whole vocabulary.
    pub p: f32,
}

/// A token of the vocabulary on a value vector's card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WordDocument {
    /// The token's id in the vocabulary.
    pub id: TokenId,
    /// The token's text. Bytes that are not UTF-8 appear as U+FFFD.
    pub token: String,
    /// The token's bytes, present only where `token` cannot say them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// The dot product of the value vector and the token's row of the output matrix.
    pub logit: f32,
    /// How many standard deviations `logit` is from the mean over the vocabulary.
    pub z: f32,
    /// True for an undertrained token: its place on the card says nothing. Absent where false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undertrained: bool,
}
