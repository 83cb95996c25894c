//! What was read from a position and is cached with it. `read::lens` reads it.

use base::TokenId;
use kernels::Summary;
use lm::Guess;

/// A position projected to the vocabulary.
pub(crate) struct Lens {
    /// The least number of tokens in any reading.
    pub(crate) top: usize,
    pub(crate) layers: Vec<Around>,
}

/// Readings before and after one FFN.
pub(crate) struct Around {
    pub(crate) before: Reading,
    pub(crate) after: Reading,
    /// KL(after || before) in nats.
    pub(crate) kl: f32,
}

/// softmax of the logits of one residual under the final norm.
pub(crate) struct Reading {
    /// Most likely first.
    pub(crate) top: Vec<Guess>,
    /// Of the logits; a token's log-probability is its logit minus this.
    pub(crate) log_sum_exp: f64,
}

impl Reading {
    pub(crate) fn of(summary: &Summary) -> Self {
        let p = |logit: f32| (f64::from(logit) - summary.log_sum_exp).exp() as f32;
        let top = summary.top.iter().map(|&(id, logit)| Guess { id: TokenId(id), p: p(logit) }).collect();
        Self { top, log_sum_exp: summary.log_sum_exp }
    }
}

/// The probability that the model gives one next token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Score {
    pub(crate) token: u32,
    /// ln p, nats.
    pub(crate) logprob: f32,
    /// 1 is the most likely, equal logits in id order.
    pub(crate) rank: usize,
}
