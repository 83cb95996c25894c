//! The `vector` document: a value vector's card.

use api::{ActivationDocument, ExampleDocument, Projection, QuantileDocument, SCHEMA, SimilarDocument, VectorDocument};
use lm::{Activation, End, LanguageModel, Passage, Similar, Value};

use super::word;
use crate::card::Knowledge;
use crate::words::Cards;

/// The card with at most `words` words at each end.
pub(crate) fn vector(
    model: &dyn LanguageModel,
    value: &Value,
    words: usize,
    known: Knowledge,
    nearest: &Cards<'_>,
) -> VectorDocument {
    let examples = known.activation.iter().flat_map(|a| a.largest.iter().chain(&a.smallest));
    VectorDocument {
        schema: SCHEMA,
        experiment: None,
        problems: Vec::new(),
        id: value.id,
        layer: value.id.layer,
        dim: value.id.dim,
        norm: value.norm,
        projection: Projection::Raw,
        top: value.top.iter().take(words).map(|w| word(model, value, w)).collect(),
        bottom: value.bottom.iter().take(words).map(|w| word(model, value, w)).collect(),
        cluster: known.cluster.as_ref().map(|c| c.number),
        similar: known.similar.iter().map(|s| similar(s, Some(nearest))).collect(),
        examples: examples.map(example).collect(),
        activation: known.activation.as_ref().map(activation),
        cluster_words: known.cluster.map_or_else(Vec::new, |c| c.words),
        name: known.name,
        prompts: Vec::new(),
    }
}

/// With words where there are cards.
pub(crate) fn similar(similar: &Similar, cards: Option<&Cards<'_>>) -> SimilarDocument {
    let words = cards.map_or_else(Vec::new, |cards| cards.words(similar.id, End::Top));
    SimilarDocument { id: similar.id, cosine: similar.cosine, words }
}

fn activation(activation: &Activation) -> ActivationDocument {
    let quantile = |&(share, value): &(f32, f32)| QuantileDocument { share, value };
    let Activation { count, mean, deviation, ref quantiles, .. } = *activation;
    ActivationDocument { count, mean, deviation, quantiles: quantiles.iter().map(quantile).collect() }
}

fn example(passage: &Passage) -> ExampleDocument {
    let (start, end) = (passage.token.start, passage.token.end);
    ExampleDocument { text: passage.text.clone(), start, end, coefficient: passage.coefficient }
}
