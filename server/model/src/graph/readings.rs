//! What was read off a position and is kept with it. How it is read is `read::lens`'s.

use base::TokenId;
use kernels::Summary;
use lm::Guess;

/// A position in the vocabulary.
pub(crate) struct Lens {
    /// As many tokens as any reading holds.
    pub(crate) top: usize,
    pub(crate) layers: Vec<Around>,
}

/// Around one FFN.
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

/// What the model thinks of one token coming next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Score {
    pub(crate) token: u32,
    /// ln p, nats.
    pub(crate) logprob: f32,
    /// 1 is the most likely, equal logits in id order.
    pub(crate) rank: usize,
}
