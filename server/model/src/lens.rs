//! The logit lens: residuals through the model's own final norm into the vocabulary, before and after every FFN. Nothing
//! is computed until somebody looks at a position, and then kept with it.

use std::sync::{Arc, MutexGuard, PoisonError};

use base::TokenId;
use kernels::{Pool, Question, Summary, project};
use lm::{Control, Error, Guess};

use crate::family::{Family, Sizes};
use crate::forward::Position;

/// Positions projected between two checkpoints.
const TOGETHER: usize = 8;

/// A position in the vocabulary.
pub(crate) struct Lens {
    /// As many tokens as any reading holds.
    top: usize,
    pub(crate) layers: Vec<Around>,
}

/// Around one FFN.
pub(crate) struct Around {
    pub(crate) before: Reading,
    pub(crate) after: Reading,
    /// KL(after || before) in nats.
    pub(crate) kl: f32,
}

/// softmax(E ln_f(x)) for one residual x.
pub(crate) struct Reading {
    /// Most likely first.
    pub(crate) top: Vec<Guess>,
    /// Of the logits; a token's log-probability is its logit minus this.
    pub(crate) log_sum_exp: f64,
}

impl Reading {
    fn of(summary: &Summary) -> Self {
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

/// The lens at `positions` with at least `top` tokens a reading, in their order. `scored` names, for each position,
/// tokens whose score is wanted as well: they cost next to nothing here.
pub(crate) fn look(
    family: &dyn Family,
    pool: &Pool,
    positions: &[&Position],
    scored: &[Vec<u32>],
    top: usize,
    control: &dyn Control,
) -> Result<Vec<Arc<Lens>>, Error> {
    let Sizes { layers, width: d, vocab, .. } = family.sizes();
    let top = top.min(vocab);
    let known = |p: &Position| lock(&p.lens).as_ref().is_some_and(|l| l.top >= top);
    let missing: Vec<usize> = (0..positions.len()).filter(|&i| !known(positions[i])).collect();
    for batch in missing.chunks(TOGETHER) {
        control.checkpoint()?;
        let mut rows = vec![0.0; batch.len() * layers * 2 * d];
        let mut at = rows.chunks_exact_mut(d);
        let mut watch = Vec::new();
        for (b, &i) in batch.iter().enumerate() {
            for layer in 0..layers {
                for x in [positions[i].before(layer), positions[i].after(layer)] {
                    if let Some(row) = at.next() {
                        family.final_norm(x, row);
                    }
                }
            }
            let last = (b + 1) * layers * 2 - 1;
            watch.extend(scored[i].iter().map(|&t| (last, t)));
        }
        let question = Question { top, watch: &watch, pairs: true, ..Question::default() };
        let summaries = project(pool, &rows, family.head(), &question, &|| control.checkpoint().is_err())
            .ok_or(Error::Cancelled)?;
        for (&i, summaries) in batch.iter().zip(summaries.chunks_exact(layers * 2)) {
            let around = |pair: &[Summary]| Around {
                before: Reading::of(&pair[0]),
                after: Reading::of(&pair[1]),
                kl: pair[1].kl.unwrap_or(0.0) as f32,
            };
            keep_scores(positions[i], &scored[i], &summaries[layers * 2 - 1]);
            let lens = Lens { top, layers: summaries.chunks_exact(2).map(around).collect() };
            *lock(&positions[i].lens) = Some(Arc::new(lens));
        }
    }
    let kept = |p: &&Position| lock(&p.lens).clone().ok_or_else(|| Error::Model("a projection was lost".into()));
    positions.iter().map(kept).collect()
}

/// The scores of tokens after positions, in their order.
pub(crate) fn score(
    family: &dyn Family,
    pool: &Pool,
    wanted: &[(&Position, u32)],
    control: &dyn Control,
) -> Result<Vec<Score>, Error> {
    let d = family.sizes().width;
    let missing: Vec<_> = wanted.iter().filter(|(p, t)| known_score(p, *t).is_none()).collect();
    for batch in missing.chunks(TOGETHER * 8) {
        control.checkpoint()?;
        let mut rows = vec![0.0; batch.len() * d];
        for (row, (position, _)) in rows.chunks_exact_mut(d).zip(batch) {
            family.final_norm(position.last(), row);
        }
        let watch: Vec<_> = batch.iter().enumerate().map(|(row, (_, token))| (row, *token)).collect();
        let question = Question { watch: &watch, ..Question::default() };
        let summaries = project(pool, &rows, family.head(), &question, &|| control.checkpoint().is_err())
            .ok_or(Error::Cancelled)?;
        for ((position, token), summary) in batch.iter().zip(&summaries) {
            keep_scores(position, &[*token], summary);
        }
    }
    let known = |(p, t): &(&Position, u32)| known_score(p, *t).ok_or_else(|| Error::Model("a score was lost".into()));
    wanted.iter().map(known).collect()
}

fn known_score(position: &Position, token: u32) -> Option<Score> {
    lock(&position.scores).iter().find(|s| s.token == token).copied()
}

fn keep_scores(position: &Position, tokens: &[u32], summary: &Summary) {
    let mut scores = lock(&position.scores);
    for (&token, watched) in tokens.iter().zip(&summary.watched) {
        if scores.iter().all(|s| s.token != token) {
            let logprob = (f64::from(watched.logit) - summary.log_sum_exp) as f32;
            scores.push(Score { token, logprob, rank: watched.rank });
        }
    }
}

fn lock<T>(mutex: &std::sync::Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
