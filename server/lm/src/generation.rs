//! Continuations.

use base::{RunName, TokenId};

/// How one run of an experiment goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    /// Which run.
    pub name: RunName,
    /// Every new token, an end-of-text or a stop sequence that ended it included.
    pub ids: Vec<TokenId>,
    /// The new bytes; an end-of-text token and what starts with a stop sequence left out.
    pub bytes: Vec<u8>,
    /// Why it ended.
    pub stopped: Stopped,
    /// ln p of each new token under the model's own distribution (no temperature), nats.
    pub logprobs: Vec<f32>,
    /// How many new tokens it shares with the experiment's first run; `None` where they never part.
    pub diverges_at: Option<usize>,
}

impl Continuation {
    /// The text; bytes that are no UTF-8 as U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Why a continuation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// `maxOutputTokens` reached.
    Length,
    /// The model's end-of-text token.
    Eos,
    /// A stop sequence.
    Stop,
    /// The model's context is full.
    Context,
}

impl Stopped {
    /// As JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Eos => "eos",
            Self::Stop => "stop",
            Self::Context => "context",
        }
    }
}

/// New tokens of a run, as they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generated<'a> {
    /// Of which run.
    pub run: &'a RunName,
    /// The tokens since the last call.
    pub ids: &'a [TokenId],
    /// Their bytes.
    pub bytes: &'a [u8],
}
