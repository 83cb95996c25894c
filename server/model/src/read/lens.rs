//! The logit lens: residuals through the model's own final norm into the vocabulary, before and after every FFN. A
//! position is projected at the first request and cached with it.

use std::sync::Arc;

use base::lock;
use kernels::{Pool, Question, Summary};
use lm::{Control, Error};

use crate::graph::decoder::Decoder;
use crate::graph::plan::Sizes;
use crate::graph::position::Position;
use crate::graph::readings::{Around, Lens, Reading, Score};

/// Positions projected between two checkpoints.
const TOGETHER: usize = 8;

/// A position, and tokens whose score is wanted there too: within a projection they cost almost nothing.
pub(crate) struct Look<'a> {
    pub(crate) position: &'a Position,
    pub(crate) scored: Vec<u32>,
    /// Whether every layer is read. If not, only the scores are wanted.
    pub(crate) read: bool,
}

/// The lens of each position that is read, with at least `top` tokens for each reading. The scores at other positions
/// are left to `score`, unless they can join a projection.
pub(crate) fn look(
    decoder: &Decoder,
    pool: &Pool,
    looks: &[Look<'_>],
    top: usize,
    control: &dyn Control,
) -> Result<Vec<Option<Arc<Lens>>>, Error> {
    let Sizes { layers, vocab, .. } = decoder.sizes;
    let top = top.min(vocab);
    let known = |p: &Position| lock(&p.lens).as_ref().is_some_and(|l| l.top >= top);
    let missing: Vec<&Look<'_>> = looks.iter().filter(|look| look.read && !known(look.position)).collect();
    let unscored = |l: &&Look<'_>| l.scored.iter().any(|&t| known_score(l.position, t).is_none());
    let mut riding: Vec<&Look<'_>> = looks.iter().filter(|l| !l.read).filter(unscored).collect();
    for batch in missing.chunks(TOGETHER) {
        control.checkpoint()?;
        let riding: Vec<&Look<'_>> = riding.drain(..riding.len().min(TOGETHER)).collect();
        let each = batch.iter().flat_map(|look| (0..layers).map(move |layer| (look.position, layer)));
        let read = each.flat_map(|(position, layer)| [position.before(layer), position.after(layer)]);
        // Also in pairs, whose divergence is not used.
        let alone = riding.iter().flat_map(|look| [look.position.last(); 2]);
        let rows = normed(decoder, &read.chain(alone).collect::<Vec<_>>());
        let ends = (1..=batch.len()).map(|b| b * layers * 2 - 1);
        let ends = ends.chain((1..=riding.len()).map(|r| batch.len() * layers * 2 + r * 2 - 1));
        let scored: Vec<_> = batch.iter().chain(&riding).zip(ends).collect();
        let watch: Vec<_> = scored.iter().flat_map(|(look, end)| look.scored.iter().map(|&t| (*end, t))).collect();
        let question = Question { top, watch: &watch, pairs: true, ..Question::default() };
        let summaries = decoder.vocabulary.predict(pool, &rows, &question, control)?;
        for (look, end) in scored {
            keep_scores(look.position, &look.scored, &summaries[end]);
        }
        for (look, summaries) in batch.iter().zip(summaries.chunks_exact(layers * 2)) {
            let around = |pair: &[Summary]| Around {
                before: Reading::of(&pair[0]),
                after: Reading::of(&pair[1]),
                kl: pair[1].kl.unwrap_or(0.0) as f32,
            };
            let lens = Lens { top, layers: summaries.chunks_exact(2).map(around).collect() };
            *lock(&look.position.lens) = Some(Arc::new(lens));
        }
    }
    let kept = |p: &Position| lock(&p.lens).clone().ok_or_else(|| Error::Model("a projection was lost".into()));
    looks.iter().map(|look| look.read.then(|| kept(look.position)).transpose()).collect()
}

/// Residuals after the final norm, one after the other.
fn normed(decoder: &Decoder, residuals: &[&[f32]]) -> Vec<f32> {
    let d = decoder.sizes.width;
    let mut rows = vec![0.0; residuals.len() * d];
    for (row, x) in rows.chunks_exact_mut(d).zip(residuals) {
        decoder.final_norm.apply(x, row);
    }
    rows
}

/// The scores of tokens after positions, in their order.
pub(crate) fn score(
    decoder: &Decoder,
    pool: &Pool,
    wanted: &[(&Position, u32)],
    control: &dyn Control,
) -> Result<Vec<Score>, Error> {
    let missing: Vec<_> = wanted.iter().filter(|(p, t)| known_score(p, *t).is_none()).collect();
    for batch in missing.chunks(TOGETHER * 8) {
        control.checkpoint()?;
        let rows = normed(decoder, &batch.iter().map(|(position, _)| position.last()).collect::<Vec<_>>());
        let watch: Vec<_> = batch.iter().enumerate().map(|(row, (_, token))| (row, *token)).collect();
        let question = Question { watch: &watch, ..Question::default() };
        let summaries = decoder.vocabulary.predict(pool, &rows, &question, control)?;
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
