//! Direct effects on centred logits (Elhage et al. 2021): how much a part u of the residual stream adds to a token's
//! logit above the mean logit, with the final norm's scale s held fixed.
//!
//! effect(u -> w) = ((u - mean(u)) * g) . E'_w / s, which is u . r_w / s with r_w = c - mean(c), c = g * E'_w. For a
//! final norm that does not centre, no mean is subtracted: r_w = c.

use kernels::dot;
use lm::{Parts, Tracked, TrackedLayer};

use crate::graph::decoder::Decoder;
use crate::graph::position::Position;
use crate::graph::readings::{Lens, Score};

/// E's mean row: d floats.
pub(crate) fn mean_head(decoder: &Decoder) -> Vec<f32> {
    let sizes = decoder.sizes;
    let mut sum = vec![0f64; sizes.width];
    let mut row = vec![0.0; sizes.width];
    for token in 0..sizes.vocab {
        decoder.vocabulary.row(token, &mut row);
        sum.iter_mut().zip(&row).for_each(|(s, &x)| *s += f64::from(x));
    }
    sum.iter().map(|s| (s / sizes.vocab as f64) as f32).collect()
}

/// The direction that a tracked token reads from the residual stream.
pub(crate) struct Direction {
    pub(crate) token: u32,
    r: Vec<f32>,
    /// What no part of the stream holds: the biases of the final norm and of the head.
    bias: f32,
}

impl Direction {
    pub(crate) fn new(decoder: &Decoder, mean_head: &[f32], token: u32) -> Self {
        let mut e = vec![0.0; mean_head.len()];
        decoder.vocabulary.row(token as usize, &mut e);
        e.iter_mut().zip(mean_head).for_each(|(e, m)| *e -= m);
        let bias = decoder.bias_along(&e);
        let mut r: Vec<f32> = e.iter().zip(decoder.final_norm.weight()).map(|(e, g)| e * g).collect();
        if decoder.final_norm.centres() {
            let mean = (r.iter().map(|&x| f64::from(x)).sum::<f64>() / r.len() as f64) as f32;
            r.iter_mut().for_each(|x| *x -= mean);
        }
        Self { token, r, bias }
    }

    /// The effect of u at a position whose final scale is s.
    pub(crate) fn effect(&self, u: &[f32], s: f32) -> f32 {
        (dot(u, &self.r) / f64::from(s)) as f32
    }
}

/// Everything that is reported of a tracked token at a position. The parts around each layer are empty if no layer was
/// read.
pub(crate) fn tracked(
    decoder: &Decoder,
    position: &Position,
    lens: Option<&Lens>,
    score: Score,
    direction: &Direction,
) -> Tracked {
    let sizes = decoder.sizes;
    let s = decoder.final_norm.scale(position.last());
    let mut normed = vec![0.0; sizes.width];
    let mut p = |x: &[f32], log_sum_exp: f64| {
        decoder.final_norm.apply(x, &mut normed);
        let logit = decoder.vocabulary.logit(&normed, direction.token as usize);
        (f64::from(logit) - log_sum_exp).exp() as f32
    };
    let mut difference = vec![0.0; sizes.width];
    let mut effect_of = |to: &[f32], from: &[f32]| {
        difference.iter_mut().zip(to.iter().zip(from)).for_each(|(d, (a, b))| *d = a - b);
        direction.effect(&difference, s)
    };
    let mut parts = Parts {
        embedding: direction.effect(position.embedding(), s),
        attention: Vec::with_capacity(sizes.layers),
        ffn: Vec::with_capacity(sizes.layers),
        bias: direction.bias,
    };
    let mut layers = Vec::with_capacity(sizes.layers);
    let mut stream = position.embedding();
    for l in 0..sizes.layers {
        let (before, after) = (position.before(l), position.after(l));
        parts.attention.push(effect_of(before, stream));
        parts.ffn.push(effect_of(after, before));
        stream = after;
        if let Some(around) = lens.map(|lens| &lens.layers[l]) {
            let (before, after) = (p(before, around.before.log_sum_exp), p(after, around.after.log_sum_exp));
            layers.push(TrackedLayer { before, after });
        }
    }
    let logit = direction.effect(position.last(), s) + direction.bias;
    Tracked { id: base::TokenId(score.token), p: score.logprob.exp(), rank: score.rank, logit, layers, parts }
}
