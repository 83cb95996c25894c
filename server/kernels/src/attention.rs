//! Causal attention over positions that are kept as rows.
//!
//! A score is a sum over a head's dimensions, sixteen lanes wide; an output is a sum over the positions in their order.
//! So a row's bits depend on its own query and on the positions that it sees.

use crate::Pool;
use crate::functions::exp;
use crate::isa::{Isa, Kernel, LANES, Simd};

/// Multiplications from which on threads are worth their while.
const WORTH_SHARING: usize = 1 << 16;

/// Attention of one position over the given positions, its own included. `q`, each key, each value and `out` hold
/// `heads * head_dim` numbers.
pub fn attend(q: &[f32], keys: &[&[f32]], values: &[&[f32]], heads: usize, scale: f32, out: &mut [f32]) {
    attend_with(Isa::best(), q, keys, values, heads, scale, out);
}

pub(crate) fn attend_with(
    isa: Isa,
    q: &[f32],
    keys: &[&[f32]],
    values: &[&[f32]],
    heads: usize,
    scale: f32,
    out: &mut [f32],
) {
    let dim = head_dim(q.len(), keys, values, heads, out.len());
    for (head, out) in out.chunks_exact_mut(dim).enumerate() {
        isa.run(Head { q: &q[head * dim..], keys, values, start: head * dim, scale, out });
    }
}

/// Attention of a block of consecutive positions, a row of `q` and of `out` each: the block's row r attends to the first
/// `first + r + 1` of the positions. Each row has the bits that `attend` gives it.
#[allow(clippy::too_many_arguments)] // an operation on this many things
pub fn attend_rows(
    pool: &Pool,
    q: &[f32],
    first: usize,
    keys: &[&[f32]],
    values: &[&[f32]],
    heads: usize,
    scale: f32,
    out: &mut [f32],
) {
    let rows = keys.len().checked_sub(first).expect("a block that begins within its positions");
    if rows == 0 {
        return;
    }
    let isa = Isa::best();
    let width = q.len() / rows;
    assert!(q.len() == rows * width && out.len() == q.len(), "{} queries of {rows} rows into {}", q.len(), out.len());
    let dim = head_dim(width, keys, values, heads, width);
    // a task is a row, or where there are few of them a head
    let part = if rows < 2 * pool.threads() { dim } else { width };
    let task = |task: usize, out: &mut [f32]| {
        let at = task * part;
        let (row, start) = (at / width, at % width);
        let seen = first + row + 1;
        for (head, out) in out.chunks_exact_mut(dim).enumerate() {
            let start = start + head * dim;
            let q = &q[row * width + start..];
            isa.run(Head { q, keys: &keys[..seen], values: &values[..seen], start, scale, out });
        }
    };
    if rows * keys.len() * width < WORTH_SHARING {
        out.chunks_mut(part).enumerate().for_each(|(i, out)| task(i, out));
    } else {
        pool.run_chunks(out, part, &task);
    }
}

/// Checks the sizes and divides the width by the heads.
fn head_dim(width: usize, keys: &[&[f32]], values: &[&[f32]], heads: usize, out: usize) -> usize {
    assert!(heads > 0 && width > 0 && width.is_multiple_of(heads), "{heads} heads of a row of {width}");
    assert!(out == width && keys.len() == values.len(), "{} keys, {} values, {out} outputs", keys.len(), values.len());
    width / heads
}

/// One head of one position.
struct Head<'a> {
    /// From this head's query on.
    q: &'a [f32],
    keys: &'a [&'a [f32]],
    values: &'a [&'a [f32]],
    /// Where the head begins in a key and a value.
    start: usize,
    scale: f32,
    /// As long as the head's dimension.
    out: &'a mut [f32],
}

impl Kernel for Head<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut weights = vec![0.0; self.keys.len()];
        let max = s.splat(self.scores(s, &mut weights));

        let (whole, rest) = weights.as_chunks_mut::<LANES>();
        let mut total = s.splat(0.0);
        for w in whole {
            let e = exp(s, s.sub(s.load(w), max));
            s.store(e, w);
            total = s.add(total, e);
        }
        let e = exp(s, s.sub(s.load_part(rest, f32::NEG_INFINITY), max));
        s.store_part(e, rest);
        // e is zero in the lanes that have no position
        let total = s.splat(s.sum(s.add(total, e)));

        // four vectors of dimensions at a time hide the latency of an FMA
        let mut at = self.start;
        let (fours, rest) = self.out.as_chunks_mut::<{ 4 * LANES }>();
        for out in fours {
            let sums = weighted::<S, 4>(s, &weights, self.values, at);
            for (sum, out) in sums.into_iter().zip(out.as_chunks_mut::<LANES>().0) {
                s.store(s.div(sum, total), out);
            }
            at += 4 * LANES;
        }
        let (ones, rest) = rest.as_chunks_mut::<LANES>();
        for out in ones {
            s.store(s.div(weighted::<S, 1>(s, &weights, self.values, at)[0], total), out);
            at += LANES;
        }
        if !rest.is_empty() {
            let positions = weights.iter().zip(self.values);
            let sum = positions.fold(s.splat(0.0), |sum, (&w, value)| {
                s.fma(s.splat(w), s.load_part(&value[at..at + rest.len()], 0.0), sum)
            });
            s.store_part(s.div(sum, total), rest);
        }
    }
}

impl Head<'_> {
    /// Scaled products of the query with every key, and their maximum.
    #[inline(always)]
    fn scores<S: Simd>(&self, s: S, scores: &mut [f32]) -> f32 {
        let dim = self.out.len();
        let (q, q_rest) = self.q[..dim].as_chunks::<LANES>();
        let q_rest = s.load_part(q_rest, 0.0);
        let mut max = s.splat(f32::NEG_INFINITY);
        for (scores, keys) in scores.chunks_mut(LANES).zip(self.keys.chunks(LANES)) {
            let mut sums = [s.splat(0.0); LANES];
            for (sum, key) in sums.iter_mut().zip(keys) {
                let (key, key_rest) = key[self.start..self.start + dim].as_chunks::<LANES>();
                for (q, key) in q.iter().zip(key) {
                    *sum = s.fma(s.load(q), s.load(key), *sum);
                }
                if !key_rest.is_empty() {
                    *sum = s.fma(q_rest, s.load_part(key_rest, 0.0), *sum);
                }
            }
            let sums = s.mul(s.sum16(&sums), s.splat(self.scale));
            s.store_part(sums, scores);
            max = s.max(max, s.load_part(scores, f32::NEG_INFINITY));
        }
        s.max_lane(max)
    }
}

/// The weighted sum of the values' `N` vectors from `at` on.
#[inline(always)]
fn weighted<S: Simd, const N: usize>(s: S, weights: &[f32], values: &[&[f32]], at: usize) -> [S::V; N] {
    let mut sums = [s.splat(0.0); N];
    for (&w, value) in weights.iter().zip(values) {
        let w = s.splat(w);
        let value = value[at..at + N * LANES].as_chunks::<LANES>().0;
        for v in 0..N {
            sums[v] = s.fma(w, s.load(&value[v]), sums[v]);
        }
    }
    sums
}
