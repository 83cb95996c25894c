//! The projection onto the vocabulary together with what is asked of it, so that no row of logits is ever kept.

use crate::{Packed, Pool, matmul};

/// What is asked of every row's logits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// How many of the largest logits.
    pub top: usize,
    /// How many of the smallest.
    pub bottom: usize,
    /// Tokens whose logit and rank is wanted: (row, token).
    pub watch: &'a [(usize, u32)],
    /// Whether mean and deviation are wanted.
    pub moments: bool,
    /// Whether rows 2i and 2i + 1 are a pair, before and after, whose divergence is wanted.
    pub pairs: bool,
}

/// What is known of a row's logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The largest, descending; equal logits: the lower id first.
    pub top: Vec<(u32, f32)>,
    /// The smallest, ascending; equal logits: the lower id first.
    pub bottom: Vec<(u32, f32)>,
    /// ln sum exp.
    pub log_sum_exp: f64,
    /// Mean; NaN where it was not asked for.
    pub mean: f64,
    /// Population deviation; NaN where it was not asked for.
    pub deviation: f64,
    /// KL(this row || the row before) in nats; of a pair's second row only.
    pub kl: Option<f64>,
    /// The watched tokens of this row, in the order asked.
    pub watched: Vec<Watched>,
}

/// A watched token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watched {
    /// Its logit.
    pub logit: f32,
    /// 1 + how many logits are larger, or equal with a lower id.
    pub rank: usize,
}

/// Projects every row (k values each) and answers the question for it. `check` is called on the caller's thread, between
/// pieces of work and while the pool is free; when it says true, the work stops and there is no answer.
pub fn project(
    pool: &Pool,
    rows: &[f32],
    head: &Packed,
    question: &Question<'_>,
    check: &dyn Fn() -> bool,
) -> Option<Vec<Summary>> {
    let mut z = vec![0.0f32; head.n()];
    let mut before: Vec<f32> = Vec::new();
    let mut answers = Vec::new();
    for (r, row) in rows.chunks(head.k().max(1)).enumerate() {
        if check() {
            return None;
        }
        matmul(pool, row, head, None, &mut z);
        let lse = |z: &[f32]| {
            let max = z.iter().copied().fold(f32::NEG_INFINITY, f32::max) as f64;
            max + z.iter().map(|&v| (v as f64 - max).exp()).sum::<f64>().ln()
        };
        let log_sum_exp = lse(&z);
        let mut order: Vec<u32> = (0..z.len() as u32).collect();
        order.sort_by(|&a, &b| z[b as usize].total_cmp(&z[a as usize]).then(a.cmp(&b)));
        let top = order.iter().take(question.top).map(|&t| (t, z[t as usize])).collect();
        order.sort_by(|&a, &b| z[a as usize].total_cmp(&z[b as usize]).then(a.cmp(&b)));
        let bottom = order.iter().take(question.bottom).map(|&t| (t, z[t as usize])).collect();
        let n = z.len() as f64;
        let mean = z.iter().map(|&v| v as f64).sum::<f64>() / n;
        let deviation = (z.iter().map(|&v| (v as f64 - mean).powi(2)).sum::<f64>() / n).sqrt();
        let kl = (question.pairs && r % 2 == 1).then(|| {
            let from = lse(&before);
            let terms = z.iter().zip(&before).map(|(&b, &a)| {
                let q = b as f64 - log_sum_exp;
                q.exp() * (q - (a as f64 - from))
            });
            terms.sum::<f64>().max(0.0)
        });
        let watched = question.watch.iter().filter(|w| w.0 == r).map(|&(_, token)| {
            let logit = z[token as usize];
            let ahead = |(id, &v): (usize, &f32)| v > logit || (v == logit && id < token as usize);
            Watched { logit, rank: 1 + z.iter().enumerate().filter(|&e| ahead(e)).count() }
        });
        let watched = watched.collect();
        before.clone_from(&z);
        answers.push(Summary { top, bottom, log_sum_exp, mean, deviation, kl, watched });
    }
    Some(answers)
}
