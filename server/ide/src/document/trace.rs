//! The `trace` document.

use base::{RunName, TokenId, ValueId};
use lm::{LanguageModel, LayerTrace, ModelInfo, PositionTrace, Run, TracedToken, Tracked};
use serde::Serialize;

use super::token::text_of;
use super::{ExperimentDocument, GuessDocument, ProblemDocument};
use crate::words::Cards;

/// The FFN trace of every run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceDocument {
    /// `SCHEMA`.
    pub schema: u32,
    /// What was run.
    pub experiment: ExperimentDocument,
    /// What is wrong with the file.
    pub problems: Vec<ProblemDocument>,
    /// On what.
    pub model: ModelDocument,
    /// The norm that the lens applies: the model's own final one.
    pub lens: &'static str,
    /// The runs, in order.
    pub runs: Vec<RunDocument>,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelDocument {
    /// As the user names it.
    pub name: String,
    /// The identity of its weights and its tokenizer.
    pub fingerprint: String,
    /// Blocks.
    pub layers: usize,
    /// d
    pub width: usize,
    /// f
    pub ffn: usize,
    /// V
    pub vocab: usize,
    /// The most positions of a run.
    pub context: usize,
    /// `float32`, or how it was quantised.
    pub precision: String,
}

impl ModelDocument {
    pub(crate) fn of(info: &ModelInfo) -> Self {
        Self {
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
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunDocument {
    /// Its name.
    pub name: RunName,
    /// Every position's token.
    pub tokens: Vec<RunTokenDocument>,
    /// The traces asked for.
    pub positions: Vec<PositionDocument>,
}

impl RunDocument {
    pub(crate) fn of(model: &dyn LanguageModel, run: &Run, cards: Option<&Cards<'_>>) -> Self {
        Self {
            name: run.name.clone(),
            tokens: run.tokens.iter().map(RunTokenDocument::of).collect(),
            positions: run.positions.iter().map(|p| PositionDocument::of(model, p, cards)).collect(),
        }
    }
}

/// A token of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunTokenDocument {
    /// From 0.
    pub position: usize,
    /// In the vocabulary.
    pub id: TokenId,
    /// What it decodes to; bytes that are no UTF-8 as U+FFFD.
    pub text: String,
    /// What it decodes to, where `text` cannot say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// Its first byte in the prompt; null for a generated or a beginning-of-text token.
    pub start: Option<usize>,
    /// The byte behind it.
    pub end: Option<usize>,
    /// ln p from the position before; null at position 0.
    pub logprob: Option<f32>,
    /// 1 is the most likely; null at position 0.
    pub rank: Option<usize>,
}

impl RunTokenDocument {
    fn of(token: &TracedToken) -> Self {
        let (text, bytes) = text_of(&token.bytes);
        let (start, end) = token.span.clone().map(|s| (s.start, s.end)).unzip();
        let TracedToken { position, id, logprob, rank, .. } = *token;
        Self { position, id, text, bytes, start, end, logprob, rank }
    }
}

/// The trace of one position.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PositionDocument {
    /// Whose.
    pub position: usize,
    /// The next-token distribution, most likely first.
    pub next: Vec<GuessDocument>,
    /// The first block from which the final top-1 stays on top.
    pub saturation: usize,
    /// The blocks asked for.
    pub layers: Vec<LayerDocument>,
    /// One for each tracked token.
    pub tracked: Vec<TrackedDocument>,
}

impl PositionDocument {
    fn of(model: &dyn LanguageModel, trace: &PositionTrace, cards: Option<&Cards<'_>>) -> Self {
        Self {
            position: trace.position,
            next: trace.next.iter().map(|g| GuessDocument::of(model, g)).collect(),
            saturation: trace.saturation,
            layers: trace.layers.iter().map(|l| LayerDocument::of(model, l, cards)).collect(),
            tracked: trace.tracked.iter().map(|t| TrackedDocument::of(model, t)).collect(),
        }
    }
}

/// What one block's FFN did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerDocument {
    /// From 0.
    pub layer: usize,
    /// The lens before the FFN.
    pub before: Vec<GuessDocument>,
    /// The lens after it.
    pub after: Vec<GuessDocument>,
    /// KL(after || before) in nats.
    pub kl: f32,
    /// The dominant sub-updates, largest score first.
    pub updates: Vec<UpdateDocument>,
}

impl LayerDocument {
    fn of(model: &dyn LanguageModel, layer: &LayerTrace, cards: Option<&Cards<'_>>) -> Self {
        let guesses = |list: &[lm::Guess]| list.iter().map(|g| GuessDocument::of(model, g)).collect();
        Self {
            layer: layer.layer,
            before: guesses(&layer.before),
            after: guesses(&layer.after),
            kl: layer.kl,
            updates: layer.updates.iter().map(|u| UpdateDocument::of(u, cards)).collect(),
        }
    }
}

/// A sub-update.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UpdateDocument {
    /// Of which value vector.
    pub id: ValueId,
    /// Its layer.
    pub layer: u32,
    /// Its row.
    pub dim: u32,
    /// m, signed.
    pub coefficient: f32,
    /// ||v||
    pub norm: f32,
    /// |m| * ||v||
    pub score: f32,
    /// The direct effect on each tracked token.
    pub effects: Vec<f32>,
    /// What the project calls the value vector, and the words that stand for it; where somebody asked.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<MeaningDocument>,
}

/// What a value vector stands for, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MeaningDocument {
    /// In the project's names file.
    pub name: Option<String>,
    /// Most promoted first.
    pub words: Vec<String>,
}

impl UpdateDocument {
    fn of(update: &lm::Update, cards: Option<&Cards<'_>>) -> Self {
        let lm::Update { id, coefficient, norm, score, ref effects } = *update;
        let meaning = cards.map(|c| MeaningDocument { name: c.name(id).map(str::to_owned), words: c.words(id) });
        Self { id, layer: id.layer, dim: id.dim, coefficient, norm, score, effects: effects.clone(), meaning }
    }
}

/// A tracked token.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrackedDocument {
    /// In the vocabulary.
    pub id: TokenId,
    /// What it decodes to; bytes that are no UTF-8 as U+FFFD.
    pub token: String,
    /// What it decodes to, where `token` cannot say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Vec<u8>>,
    /// Its probability to come next.
    pub p: f32,
    /// 1 is the most likely.
    pub rank: usize,
    /// Centred.
    pub logit: f32,
    /// Its probability around every block's FFN.
    pub layers: Vec<TrackedLayerDocument>,
    /// What adds up to `logit`.
    pub parts: PartsDocument,
}

impl TrackedDocument {
    fn of(model: &dyn LanguageModel, tracked: &Tracked) -> Self {
        let (token, bytes) = text_of(&model.token_bytes(tracked.id));
        let Tracked { id, p, rank, logit, ref layers, ref parts } = *tracked;
        let layers = layers.iter().map(|l| TrackedLayerDocument { before: l.before, after: l.after }).collect();
        let parts = PartsDocument {
            embedding: parts.embedding,
            attention: parts.attention.clone(),
            ffn: parts.ffn.clone(),
            bias: parts.bias,
        };
        Self { id, token, bytes, p, rank, logit, layers, parts }
    }
}

/// A tracked token's probability around one FFN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TrackedLayerDocument {
    /// Before it.
    pub before: f32,
    /// After it.
    pub after: f32,
}

/// Direct effects that add up to a centred logit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartsDocument {
    /// Token plus position embedding.
    pub embedding: f32,
    /// Each block's attention.
    pub attention: Vec<f32>,
    /// Each block's FFN.
    pub ffn: Vec<f32>,
    /// ln_f's bias.
    pub bias: f32,
}
