//! What a language model can be asked.

use std::sync::Arc;

use base::{Cancel, Cancelled, RunName, Target, TokenId, ValueId};

use crate::{Continuation, Encoded, Error, Experiment, Generated, NoSuchVector, Run, TraceQuery, Value, Weights};

/// What is known of a model once it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// As the user names it.
    pub name: String,
    /// The identity of its weights and its tokenizer, whatever the files look like.
    pub fingerprint: String,
    /// Blocks.
    pub layers: usize,
    /// d, the residual stream's width.
    pub width: usize,
    /// f, value vectors a block.
    pub ffn: usize,
    /// V, tokens.
    pub vocab: usize,
    /// The most positions of a run.
    pub context: usize,
    /// The token that `bos: true` begins with, if the model has one.
    pub bos: Option<TokenId>,
    /// `float32`, or how it was quantised.
    pub precision: String,
}

impl ModelInfo {
    /// How many value vectors there are.
    pub fn value_vectors(&self) -> usize {
        self.layers * self.ffn
    }

    /// A value vector's number, counted through the layers.
    pub fn number(&self, id: ValueId) -> usize {
        id.layer as usize * self.ffn + id.dim as usize
    }

    /// The value vector of this number.
    pub fn value_at(&self, number: usize) -> ValueId {
        ValueId::new(number / self.ffn.max(1), number % self.ffn.max(1))
    }

    /// Whether the model has this value vector.
    pub fn has(&self, id: ValueId) -> bool {
        (id.layer as usize) < self.layers && (id.dim as usize) < self.ffn
    }

    /// An error that names the model and its last value vector, where the model does not have this one.
    pub fn check(&self, id: ValueId) -> Result<(), NoSuchVector> {
        if self.has(id) {
            return Ok(());
        }
        let last = ValueId::new(self.layers.saturating_sub(1), self.ffn.saturating_sub(1));
        Err(NoSuchVector { id, model: self.name.clone(), last })
    }
}

/// How work on a model is stopped, and where it may be interrupted for something more urgent.
pub trait Control {
    /// Called at every layer of every block of tokens and between the pieces of a long projection, but not where a short
    /// answer is known already. `Err` once whoever asked has cancelled. Other work may run on this thread before it returns.
    fn checkpoint(&self) -> Result<(), Cancelled>;
}

impl Control for Cancel {
    fn checkpoint(&self) -> Result<(), Cancelled> {
        self.check()
    }
}

/// A loaded model. An answer depends on the question and the weights alone: not on what was asked before, on what is
/// cached, nor on another session.
pub trait LanguageModel: Send + Sync {
    /// What it is.
    fn info(&self) -> &ModelInfo;

    /// About how much memory it takes, bytes.
    fn bytes(&self) -> u64;

    /// Lets go of what it keeps of earlier questions; the next ones take longer and have the same answers. Whether there was
    /// anything.
    fn rest(&self) -> bool {
        false
    }

    /// Its weights, for whoever looks at all of them.
    fn weights(&self) -> &dyn Weights;

    /// The tokens of a prompt, cut where the context ends.
    fn encode(&self, prompt: &str, bos: bool) -> Encoded;

    /// What a token decodes to; nothing for an id outside the vocabulary.
    fn token_bytes(&self, id: TokenId) -> Arc<[u8]>;

    /// The traces of every run of an experiment.
    fn trace(&self, query: &TraceQuery<'_>, control: &dyn Control) -> Result<Vec<Run>, Error>;

    /// The continuation of every run of an experiment; `each` sees new tokens as they come.
    fn generate(
        &self,
        experiment: &Experiment,
        control: &dyn Control,
        each: &mut dyn FnMut(Generated<'_>),
    ) -> Result<Vec<Continuation>, Error>;

    /// The coefficient m of a target at a position of one of the experiment's runs, as it acts there.
    fn coefficient(
        &self,
        experiment: &Experiment,
        run: &RunName,
        target: Target,
        position: usize,
        control: &dyn Control,
    ) -> Result<f32, Error>;

    /// The cards of value vectors, in the order asked, with at least `words` words at each end (fewer only where the
    /// vocabulary ends).
    fn values(&self, ids: &[ValueId], words: usize, control: &dyn Control) -> Result<Vec<Arc<Value>>, Error>;
}
