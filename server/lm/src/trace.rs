//! The FFN trace: what every block's FFN did to the prediction at a position.
//!
//! Sources: Geva et al. 2022, "Transformer Feed-Forward Layers Build Predictions by Promoting Concepts in the Vocabulary
//! Space" (sub-updates); Geva et al. 2022, "LM-Debugger" (dominance); Elhage et al. 2021 (direct effects).

use std::ops::Range;
use std::sync::Arc;

use base::{RunName, TokenId, ValueId};

use crate::Experiment;

/// What to trace.
#[derive(Clone, Debug)]
pub struct TraceQuery<'a> {
    /// Of which experiment; every run of it is traced.
    pub experiment: &'a Experiment,
    /// Where.
    pub positions: Positions,
    /// Those of them that are not read in the vocabulary, which is most of the work: their layers have sub-updates alone, and
    /// neither guesses nor KL; their tracked tokens have no layers.
    pub unread: Vec<usize>,
    /// Blocks to report; `None` is all. Saturation and parts always count every block.
    pub layers: Option<Vec<usize>>,
    /// How many tokens of each distribution.
    pub top: usize,
    /// How many dominant sub-updates a block.
    pub updates: usize,
    /// How many tokens to generate and trace as well.
    pub generated: usize,
    /// Log-probability and rank for every token of the run, and not only at the positions asked for.
    pub score_all: bool,
}

impl<'a> TraceQuery<'a> {
    /// The ten most of everything at these positions, nothing generated.
    pub fn at(experiment: &'a Experiment, positions: Positions) -> Self {
        let (unread, layers, generated, score_all) = (Vec::new(), None, 0, false);
        Self { experiment, positions, unread, layers, top: 10, updates: 10, generated, score_all }
    }
}

/// Which positions of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Positions {
    /// Every prompt position and every generated one.
    All,
    /// The last prompt position and every generated one.
    Last,
    /// These; one that the run does not have is an error.
    List(Vec<usize>),
}

/// One run of an experiment, as far as it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Which.
    pub name: RunName,
    /// Every position's token, the prompt's and the generated ones.
    pub tokens: Vec<TracedToken>,
    /// The traces asked for, by position.
    pub positions: Vec<PositionTrace>,
}

impl Run {
    /// The trace of a position, where it was asked for.
    pub fn position(&self, position: usize) -> Option<&PositionTrace> {
        self.positions.iter().find(|p| p.position == position)
    }
}

/// A token and what the model thought of it from the position before.
#[derive(Clone, Debug, PartialEq)]
pub struct TracedToken {
    /// From 0; a beginning-of-text token counts.
    pub position: usize,
    /// In the vocabulary.
    pub id: TokenId,
    /// What it decodes to.
    pub bytes: Arc<[u8]>,
    /// Its bytes in the prompt; `None` for a generated or a beginning-of-text token.
    pub span: Option<Range<usize>>,
    /// ln p in nats; `None` at position 0 and where nobody asked.
    pub logprob: Option<f32>,
    /// 1 is the most likely, equal logits in id order; `None` as for `logprob`.
    pub rank: Option<usize>,
}

/// A token and its probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// In the vocabulary.
    pub id: TokenId,
    /// Softmax over the whole vocabulary.
    pub p: f32,
}

/// The trace of one position.
#[derive(Clone, Debug, PartialEq)]
pub struct PositionTrace {
    /// Whose.
    pub position: usize,
    /// The model's next-token distribution here, most likely first; as all readings empty where it was not to be read.
    pub next: Vec<Guess>,
    /// The first block from which the final top-1 stays on top; the last one where nothing was read.
    pub saturation: usize,
    /// The blocks asked for.
    pub layers: Vec<LayerTrace>,
    /// One for each tracked token, in the experiment's order.
    pub tracked: Vec<Tracked>,
}

/// What one block's FFN did at a position.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTrace {
    /// From 0.
    pub layer: usize,
    /// softmax(E ln_f(x)), x the residual entering `ln_2`.
    pub before: Vec<Guess>,
    /// The same for the residual leaving the block.
    pub after: Vec<Guess>,
    /// KL(after || before) in nats.
    pub kl: f32,
    /// The dominant sub-updates, largest score first.
    pub updates: Vec<Update>,
}

/// A sub-update m v: a value vector times its coefficient here.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Of which value vector.
    pub id: ValueId,
    /// m, signed, as it acts in this run.
    pub coefficient: f32,
    /// ||v||
    pub norm: f32,
    /// |m| * ||v||
    pub score: f32,
    /// The direct effect on each tracked token's centred logit, at the final residual's scale.
    pub effects: Vec<f32>,
}

/// A tracked token at a position.
#[derive(Clone, Debug, PartialEq)]
pub struct Tracked {
    /// Which.
    pub id: TokenId,
    /// Its probability to come next.
    pub p: f32,
    /// 1 is the most likely, equal logits in id order.
    pub rank: usize,
    /// Its logit minus the mean logit; `parts` add up to it.
    pub logit: f32,
    /// Its probability before and after every block's FFN.
    pub layers: Vec<TrackedLayer>,
    /// Who wrote that logit.
    pub parts: Parts,
}

/// A tracked token's probability around one FFN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackedLayer {
    /// Before it.
    pub before: f32,
    /// After it.
    pub after: f32,
}

/// The direct effects that add up to a centred logit, with ln_f's final scale held fixed.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Token plus position embedding.
    pub embedding: f32,
    /// Each block's attention.
    pub attention: Vec<f32>,
    /// Each block's FFN: its sub-updates and its bias.
    pub ffn: Vec<f32>,
    /// ln_f's bias.
    pub bias: f32,
}
