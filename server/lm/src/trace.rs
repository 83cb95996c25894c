//! The FFN trace: how each block's FFN changes the prediction at a position.
//!
//! Sources: Geva et al. 2022, "Transformer Feed-Forward Layers Build Predictions by Promoting Concepts in the
//! Vocabulary Space" (sub-updates); Geva et al. 2022, "LM-Debugger" (dominance); Elhage et al. 2021 (direct effects).

use std::ops::Range;
use std::sync::Arc;

use base::{RunName, TokenId, ValueId};

use crate::Experiment;

/// The arguments of a trace.
#[derive(Clone, Debug)]
pub struct TraceQuery<'a> {
    /// Every run of this experiment is traced.
    pub experiment: &'a Experiment,
    pub positions: Positions,
    /// The subset of `positions` for which distributions are skipped. They are most of the work. Layers at these
    /// positions have sub-updates only, no guesses and no KL; their tracked tokens have no layers.
    pub unread: Vec<usize>,
    /// Blocks to report; `None` means all. Saturation and parts always count every block.
    pub layers: Option<Vec<usize>>,
    /// The number of tokens in each distribution.
    pub top: usize,
    /// The number of dominant sub-updates in each block.
    pub updates: usize,
    /// The number of tokens to generate and trace.
    pub generated: usize,
    /// Report log-probability and rank for every token of the run, not only at `positions`.
    pub score_all: bool,
}

impl<'a> TraceQuery<'a> {
    /// Traces `positions` with ten tokens and ten sub-updates each, and generates nothing.
    pub fn at(experiment: &'a Experiment, positions: Positions) -> Self {
        let (unread, layers, generated, score_all) = (Vec::new(), None, 0, false);
        Self { experiment, positions, unread, layers, top: 10, updates: 10, generated, score_all }
    }
}

/// A set of positions of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Positions {
    /// Every prompt position and every generated position.
    All,
    /// The last prompt position and every generated position.
    Last,
    /// These positions. A position outside the run is an error.
    List(Vec<usize>),
}

/// The trace of one run of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub name: RunName,
    /// The token at every position, prompt and generated.
    pub tokens: Vec<TracedToken>,
    /// The requested traces, by position.
    pub positions: Vec<PositionTrace>,
}

impl Run {
    /// The trace of a position, if it was requested.
    pub fn position(&self, position: usize) -> Option<&PositionTrace> {
        self.positions.iter().find(|p| p.position == position)
    }
}

/// A token and its probability given the tokens before it.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedToken {
    /// Counted from 0; a beginning-of-text token counts.
    pub position: usize,
    /// In the vocabulary.
    pub id: TokenId,
    /// The decoded token.
    pub bytes: Arc<[u8]>,
    /// The token's bytes in the prompt; `None` for a generated token or a beginning-of-text token.
    pub span: Option<Range<usize>>,
    /// ln p in nats; `None` at position 0 and at positions that were not requested.
    pub logprob: Option<f32>,
    /// 1 is the most likely; equal logits rank in id order. `None` where `logprob` is `None`.
    pub rank: Option<usize>,
}

/// A token and its probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// In the vocabulary.
    pub id: TokenId,
    /// The softmax over the whole vocabulary.
    pub p: f32,
}

/// The trace of one position.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionTrace {
    pub position: usize,
    /// The model's next-token distribution, most likely first. Empty at an `unread` position, like all distributions
    /// there.
    pub next: Vec<Guess>,
    /// The first block after which the final top token stays on top; the last block at an `unread` position.
    pub saturation: usize,
    /// The requested blocks.
    pub layers: Vec<LayerTrace>,
    /// One entry per tracked token, in the experiment's order.
    pub tracked: Vec<Tracked>,
}

/// How one block's FFN changed the prediction at a position.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTrace {
    /// Counted from 0.
    pub layer: usize,
    /// softmax(E ln_f(x)), where x is the residual that enters `ln_2`.
    pub before: Vec<Guess>,
    /// The same for the residual that leaves the block.
    pub after: Vec<Guess>,
    /// KL(after || before) in nats.
    pub kl: f32,
    /// The dominant sub-updates, largest score first.
    pub updates: Vec<Update>,
}

/// A sub-update m v: a value vector times its coefficient at this position.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub id: ValueId,
    /// m, signed, after this run's interventions.
    pub coefficient: f32,
    /// ||v||
    pub norm: f32,
    /// |m| * ||v||
    pub score: f32,
    /// The direct effect on each tracked token's centred logit, at the final residual's scale.
    pub effects: Vec<f32>,
}

/// The prediction of a tracked token at a position.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracked {
    pub id: TokenId,
    /// The probability that this token comes next.
    pub p: f32,
    /// 1 is the most likely; equal logits rank in id order.
    pub rank: usize,
    /// The token's logit minus the mean logit. `parts` sum to it.
    pub logit: f32,
    /// The token's probability before and after each block's FFN.
    pub layers: Vec<TrackedLayer>,
    /// How each part of the model contributes to `logit`.
    pub parts: Parts,
}

/// A tracked token's probability around one FFN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackedLayer {
    pub before: f32,
    pub after: f32,
}

/// The direct effects that sum to a centred logit, with ln_f's final scale held fixed.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Token embedding plus position embedding.
    pub embedding: f32,
    /// Each block's attention.
    pub attention: Vec<f32>,
    /// Each block's FFN: its sub-updates and its bias.
    pub ffn: Vec<f32>,
    /// ln_f's bias.
    pub bias: f32,
}
