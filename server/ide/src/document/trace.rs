//! The `trace` document.

use api::{
    LayerDocument, MeaningDocument, ModelDocument, PartsDocument, PositionDocument, RunDocument, RunTokenDocument,
    TrackedDocument, TrackedLayerDocument, UpdateDocument,
};
use lm::{End, LanguageModel, LayerTrace, ModelInfo, PositionTrace, Run, TracedToken, Tracked};

use super::token::{end, guess, text_of};
use crate::words::Cards;

pub(crate) fn model(info: &ModelInfo) -> ModelDocument {
    ModelDocument {
        name: info.name.clone(),
        fingerprint: info.fingerprint.clone(),
        layers: info.layers,
        width: info.width,
        ffn: info.ffn,
        vocab: info.vocab,
        context: info.context,
        precision: info.precision.clone(),
    }
}

/// A run. With `cards`, which must have the value vector of every sub-update, also their words.
pub(crate) fn run(model: &dyn LanguageModel, run: &Run, cards: Option<&Cards<'_>>) -> RunDocument {
    RunDocument {
        name: run.name.clone(),
        tokens: run.tokens.iter().map(token).collect(),
        positions: run.positions.iter().map(|p| position(model, p, cards)).collect(),
    }
}

fn token(token: &TracedToken) -> RunTokenDocument {
    let (text, bytes) = text_of(&token.bytes);
    let (start, end) = token.span.clone().map(|s| (s.start, s.end)).unzip();
    let TracedToken { position, id, logprob, rank, .. } = *token;
    RunTokenDocument { position, id, text, bytes, start, end, logprob, rank }
}

fn position(model: &dyn LanguageModel, trace: &PositionTrace, cards: Option<&Cards<'_>>) -> PositionDocument {
    PositionDocument {
        position: trace.position,
        next: trace.next.iter().map(|g| guess(model, g)).collect(),
        saturation: trace.saturation,
        layers: trace.layers.iter().map(|l| layer(model, l, cards)).collect(),
        tracked: trace.tracked.iter().map(|t| tracked(model, t)).collect(),
    }
}

fn layer(model: &dyn LanguageModel, layer: &LayerTrace, cards: Option<&Cards<'_>>) -> LayerDocument {
    let guesses = |list: &[lm::Guess]| list.iter().map(|g| guess(model, g)).collect();
    LayerDocument {
        layer: layer.layer,
        before: guesses(&layer.before),
        after: guesses(&layer.after),
        kl: layer.kl,
        updates: layer.updates.iter().map(|u| update(u, cards)).collect(),
    }
}

fn update(update: &lm::Update, cards: Option<&Cards<'_>>) -> UpdateDocument {
    let lm::Update { id, coefficient, norm, score, ref effects } = *update;
    let acting = End::acting(coefficient);
    let meaning = cards.map(|cards| MeaningDocument {
        name: cards.name(id).map(str::to_owned),
        end: end(acting),
        words: cards.words(id, acting),
    });
    UpdateDocument { id, layer: id.layer, dim: id.dim, coefficient, norm, score, effects: effects.clone(), meaning }
}

fn tracked(model: &dyn LanguageModel, tracked: &Tracked) -> TrackedDocument {
    let (token, bytes) = text_of(&model.token_bytes(tracked.id));
    let Tracked { id, p, rank, logit, ref layers, ref parts } = *tracked;
    let layers = layers.iter().map(|l| TrackedLayerDocument { before: l.before, after: l.after }).collect();
    let parts = PartsDocument {
        embedding: parts.embedding,
        attention: parts.attention.clone(),
        ffn: parts.ffn.clone(),
        bias: parts.bias,
    };
    TrackedDocument { id, token, bytes, p, rank, logit, layers, parts }
}
