//! The interface of a loaded language model.

use std::sync::Arc;

use base::{Cancel, Cancelled, RunName, Target, TokenId, ValueId};

use crate::{Continuation, Encoded, Error, Experiment, Generated, NoSuchVector, Run, TraceQuery, Value, Weights};

/// The properties of a loaded model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// The name that the user gave.
    pub name: String,
    /// Identifies the weights, the settings and the tokenizer, in any file format.
    pub fingerprint: String,
    /// The number of blocks.
    pub layers: usize,
    /// d, the width of the residual stream.
    pub width: usize,
    /// f, the number of value vectors per block.
    pub ffn: usize,
    /// V, the number of tokens in the vocabulary.
    pub vocab: usize,
    /// The largest number of positions in a run.
    pub context: usize,
    /// The beginning-of-text token, if the model has one.
    pub bos: Option<TokenId>,
    /// `float32`, or the name of the quantisation.
    pub precision: String,
    /// Whether the FFN is gated: a coefficient is then a product, and `boost` does not exist.
    pub gated: bool,
    /// The name of the norm that the lens reads the residual stream through: `ln_f` of a GPT-2.
    pub final_norm: String,
}

impl ModelInfo {
    /// The number of value vectors in the model.
    pub fn value_vectors(&self) -> usize {
        self.layers * self.ffn
    }

    /// The number of a value vector, counted through the layers: `layer * f + dim`.
    pub fn number(&self, id: ValueId) -> usize {
        id.layer as usize * self.ffn + id.dim as usize
    }

    /// The value vector with this number.
    pub fn value_at(&self, number: usize) -> ValueId {
        ValueId::new(number / self.ffn.max(1), number % self.ffn.max(1))
    }

    /// True if the model has this value vector.
    pub fn has(&self, id: ValueId) -> bool {
        (id.layer as usize) < self.layers && (id.dim as usize) < self.ffn
    }

    /// An error that names the model and its last value vector if the model does not have this value vector.
    pub fn check(&self, id: ValueId) -> Result<(), NoSuchVector> {
        if self.has(id) {
            return Ok(());
        }
        let last = ValueId::new(self.layers.saturating_sub(1), self.ffn.saturating_sub(1));
        Err(NoSuchVector { id, model: self.name.clone(), last })
    }
}

/// Stops work on a model, and lets more urgent work interrupt it.
pub trait Control {
    /// Called at every layer of every block of tokens and between the pieces of a long projection, but not where a
    /// cached answer is returned. Returns `Err` after the requester cancelled. Other work may run on this thread before
    /// it returns.
    fn checkpoint(&self) -> Result<(), Cancelled>;
}

impl Control for Cancel {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        self.check()
    }
}

/// A loaded model. An answer depends only on the question and the weights, never on earlier questions, on cached
/// results or on other sessions.
pub trait LanguageModel: Send + Sync {
    fn info(&self) -> &ModelInfo;

    /// Approximate memory use in bytes.
    fn bytes(&self) -> u64;

    /// Drops cached results of earlier questions. Later questions take longer but have the same answers. Returns true
    /// if anything was dropped.
    fn rest(&self) -> bool {
        false
    }

    /// Access to all weights at once.
    fn weights(&self) -> &dyn Weights;

    /// Tokenizes a prompt and truncates it at the model's context. `bos`: whether the beginning-of-text token is before it; `None`:
    /// what the tokenizer does by itself.
    fn encode(&self, prompt: &str, bos: Option<bool>) -> Encoded;

    /// The tokens of a text within others: one if a token is exactly this text, else those that the text adds behind other text.
    fn tokens_within(&self, text: &str) -> Vec<crate::Token> {
        self.encode(text, Some(false)).of_text()
    }

    /// The decoded bytes of a token; empty for an id outside the vocabulary.
    fn token_bytes(&self, id: TokenId) -> Arc<[u8]>;

    /// Traces every run of an experiment.
    fn trace(&self, query: &TraceQuery<'_>, control: &dyn Control) -> Result<Vec<Run>, Error>;

    /// Continues every run of an experiment; `each` receives new tokens during generation.
    fn generate(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        each: &mut dyn FnMut(Generated<'_>),
    ) -> Result<Vec<Continuation>, Error>;

    /// The coefficient m of a target at a position of one of the experiment's runs, after that run's interventions.
    fn coefficient(
        &self,
        experiment: &Experiment,
        run: &RunName,
        target: Target,
        position: usize,
        control: &dyn Control,
    ) -> Result<f32, Error>;

    /// The cards of value vectors, in the order of `ids`, with at least `words` words at each end, or the whole
    /// vocabulary if it is smaller.
    fn values(&self, ids: &[ValueId], words: usize, control: &dyn Control) -> Result<Vec<Arc<Value>>, Error>;
}
