//! The `vector` document: a value vector's card.

use base::{TokenId, ValueId};
use lm::{LanguageModel, Value, Word};
use serde::Serialize;

use super::token::text_of;
use super::{ExperimentDocument, ProblemDocument, SCHEMA};

/// A value vector in the vocabulary.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VectorDocument {
    /// `SCHEMA`.
    pub schema: u32,
    /// Null: a card does not depend on an input.
    pub experiment: Option<ExperimentDocument>,
    /// Empty: there is no file that they could be in.
    pub problems: Vec<ProblemDocument>,
    /// Which.
    pub id: ValueId,
    /// Its layer.
    pub layer: u32,
    /// Its row.
    pub dim: u32,
    /// ||v||
    pub norm: f32,
    /// How it meets the vocabulary: `raw`, with no norm, no bias and no coefficient.
    pub projection: &'static str,
    /// The words that it promotes most.
    pub top: Vec<WordDocument>,
    /// The words that it suppresses most.
    pub bottom: Vec<WordDocument>,
}

/// A word of a value vector.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WordDocument {
    /// In the vocabulary.
    pub id: TokenId,
    /// What it decodes to; bytes that are no UTF-8 as U+FFFD.
    pub token: String,
    /// What it decodes to, where `token` cannot say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// E v at this token.
    pub logit: f32,
    /// `logit` minus the mean over the vocabulary, over the deviation over it.
    pub z: f32,
}

impl VectorDocument {
    /// The card with at most `words` words at each end.
    pub(crate) fn of(model: &dyn LanguageModel, value: &Value, words: usize) -> Self {
        let document = |word: &Word| {
            let (token, bytes) = text_of(&model.token_bytes(word.id));
            WordDocument { id: word.id, token, bytes, logit: word.logit, z: value.z(word.logit) }
        };
        Self {
            schema: SCHEMA,
            experiment: None,
            problems: Vec::new(),
            id: value.id,
            layer: value.id.layer,
            dim: value.id.dim,
            norm: value.norm,
            projection: "raw",
            top: value.top.iter().take(words).map(document).collect(),
            bottom: value.bottom.iter().take(words).map(document).collect(),
        }
    }
}
