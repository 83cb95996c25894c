//! Generated continuations.

use base::{RunName, TokenId};

/// The continuation of one run of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Continuation {
    pub name: RunName,
    /// Every new token, including the end-of-text token or stop sequence that ended it.
    pub ids: Vec<TokenId>,
    /// The new bytes, without an end-of-text token, cut where a stop sequence begins.
    pub bytes: Vec<u8>,
    pub stopped: Stopped,
    /// ln p of each new token under the model's own distribution (no temperature), in nats.
    pub logprobs: Vec<f32>,
    /// The number of leading new tokens shared with the experiment's first run; `None` if the runs are identical.
    pub diverges_at: Option<usize>,
}

impl Continuation {
    /// The new text. Bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Why a continuation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It has `maxOutputTokens` tokens.
    Length,
    /// The model generated its end-of-text token.
    Eos,
    /// The text contains a stop sequence.
    Stop,
    /// The model's context is full.
    Context,
}

impl Stopped {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Eos => "eos",
            Self::Stop => "stop",
            Self::Context => "context",
        }
    }
}

/// New tokens of a run, reported during generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Generated<'a> {
    pub run: &'a RunName,
    /// The tokens since the last call.
    pub ids: &'a [TokenId],
    /// The bytes of `ids`.
    pub bytes: &'a [u8],
}
