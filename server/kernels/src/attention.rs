//! Causal attention over positions that are kept as rows.

use crate::Pool;

/// Attention of one position over the given positions, its own included. `q`, each key, each value and `out` hold
/// `heads * head_dim` numbers.
pub fn attend(q: &[f32], keys: &[&[f32]], values: &[&[f32]], heads: usize, scale: f32, out: &mut [f32]) {
    let dim = q.len() / heads;
    out.fill(0.0);
    for h in 0..heads {
        let at = h * dim..(h + 1) * dim;
        let score = |k: &&[f32]| q[at.clone()].iter().zip(&k[at.clone()]).map(|(a, b)| a * b).sum::<f32>() * scale;
        let scores: Vec<f32> = keys.iter().map(score).collect();
        let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let weights: Vec<f32> = scores.iter().map(|s| (s - max).exp()).collect();
        let sum: f32 = weights.iter().sum();
        for (w, v) in weights.iter().zip(values) {
            out[at.clone()].iter_mut().zip(&v[at.clone()]).for_each(|(o, v)| *o += w / sum * v);
        }
    }
}

/// Attention of a block of consecutive positions, a row of `q` and of `out` each: the block's row r attends to the first
/// `first + r + 1` of the positions. Each row has the bits that `attend` gives it.
#[allow(clippy::too_many_arguments)]
pub fn attend_rows(
    _pool: &Pool,
    q: &[f32],
    first: usize,
    keys: &[&[f32]],
    values: &[&[f32]],
    heads: usize,
    scale: f32,
    out: &mut [f32],
) {
    let rows = keys.len() - first;
    let width = q.len() / rows;
    for r in 0..rows {
        let seen = first + r + 1;
        let at = r * width..(r + 1) * width;
        attend(&q[at.clone()], &keys[..seen], &values[..seen], heads, scale, &mut out[at]);
    }
}
