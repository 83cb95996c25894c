//! The `vector` document: a value vector's card.

use base::{TokenId, ValueId};
use lm::{Activation, LanguageModel, Passage, Similar, Value, Word};
use serde::Serialize;

use super::token::text_of;
use super::{ExperimentDocument, ProblemDocument, SCHEMA};
use crate::card::Knowledge;
use crate::words::Cards;

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
    /// What the project calls it.
    pub name: Option<String>,
    /// How it meets the vocabulary: `raw`, with no norm, no bias and no coefficient.
    pub projection: &'static str,
    /// The words that it promotes most.
    pub top: Vec<WordDocument>,
    /// The words that it suppresses most.
    pub bottom: Vec<WordDocument>,
    /// The cluster that it is in; null before clusters are there.
    pub cluster: Option<usize>,
    /// That cluster's words.
    pub cluster_words: Vec<String>,
    /// The nearest value vectors by direction.
    pub similar: Vec<SimilarDocument>,
    /// How its coefficient is distributed over the texts that were indexed; null before there are any.
    pub activation: Option<ActivationDocument>,
    /// Passages with its largest coefficients, then those with its smallest.
    pub examples: Vec<ExampleDocument>,
    /// Where the project's prompts make it act most, the largest |m| first.
    pub prompts: Vec<PromptDocument>,
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
    /// Whether the token was hardly trained, so that its place says nothing; left out where it was trained.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub undertrained: bool,
}

impl WordDocument {
    pub(crate) fn of(model: &dyn LanguageModel, value: &Value, word: &Word) -> Self {
        let (token, bytes) = text_of(&model.token_bytes(word.id));
        let undertrained = model.weights().is_undertrained(word.id);
        Self { id: word.id, token, bytes, logit: word.logit, z: value.z(word.logit), undertrained }
    }
}

/// A value vector near another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SimilarDocument {
    /// Which.
    pub id: ValueId,
    /// The cosine between the two.
    pub cosine: f32,
    /// The words that stand for it; left out in long lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

impl SimilarDocument {
    pub(crate) fn of(similar: &Similar, cards: Option<&Cards<'_>>) -> Self {
        let words = cards.map_or_else(Vec::new, |cards| cards.words(similar.id));
        Self { id: similar.id, cosine: similar.cosine, words }
    }
}

/// How a coefficient is distributed over text, position 0 left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActivationDocument {
    /// Positions.
    pub count: u64,
    /// Mean of m.
    pub mean: f32,
    /// Population deviation of m.
    pub deviation: f32,
    /// From the lowest share to the highest.
    pub quantiles: Vec<QuantileDocument>,
}

/// A quantile of a coefficient.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuantileDocument {
    /// The share of positions with a coefficient of at most `value`.
    pub share: f32,
    /// m
    pub value: f32,
}

impl ActivationDocument {
    fn of(activation: &Activation) -> Self {
        let quantile = |&(share, value): &(f32, f32)| QuantileDocument { share, value };
        let Activation { count, mean, deviation, ref quantiles, .. } = *activation;
        Self { count, mean, deviation, quantiles: quantiles.iter().map(quantile).collect() }
    }
}

/// A passage in which a value vector is active.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExampleDocument {
    /// The text around the token.
    pub text: String,
    /// The token's first byte in `text`.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// m at the token.
    pub coefficient: f32,
}

impl ExampleDocument {
    fn of(passage: &Passage) -> Self {
        let (start, end) = (passage.token.start, passage.token.end);
        Self { text: passage.text.clone(), start, end, coefficient: passage.coefficient }
    }
}

/// Where a prompt file makes a value vector act.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PromptDocument {
    /// The file.
    pub file: String,
    /// The position of the token.
    pub position: usize,
    /// The token.
    pub token: String,
    /// m there, in the baseline run.
    pub coefficient: f32,
}

impl VectorDocument {
    /// The card with at most `words` words at each end.
    pub(crate) fn of(
        model: &dyn LanguageModel,
        value: &Value,
        words: usize,
        known: Knowledge,
        nearest: &Cards<'_>,
    ) -> Self {
        let document = |word: &Word| WordDocument::of(model, value, word);
        let examples = known.activation.iter().flat_map(|a| a.largest.iter().chain(&a.smallest));
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
            cluster: known.cluster.as_ref().map(|c| c.number),
            similar: known.similar.iter().map(|s| SimilarDocument::of(s, Some(nearest))).collect(),
            examples: examples.map(ExampleDocument::of).collect(),
            activation: known.activation.as_ref().map(ActivationDocument::of),
            cluster_words: known.cluster.map_or_else(Vec::new, |c| c.words),
            name: known.name,
            prompts: Vec::new(),
        }
    }
}
