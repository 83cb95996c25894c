//! Causal attention over positions that are kept as rows.
//!
//! A score is a sum over a head's dimensions, sixteen lanes wide. An output is a sum over the positions in their order.
//! So a row's bits depend on its own query and on the positions that it sees, not on the other rows of the block.

use std::ops::Range;

use crate::functions::exp;
use crate::isa::{Isa, Kernel, LANES, Simd};
use crate::product::Target;
use crate::{Pool, soft_cap};

/// From this number of multiplications on, several threads are faster than one.
const WORTH_SHARING: usize = 1 << 16;
/// Rows of a task. They read a head's keys and values while those are in the second-level cache.
const ROWS: usize = 16;
/// Rows, and keys, that share loads in a tile.
const TILE: usize = 4;

/// Head counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// Heads of queries and outputs.
    pub queries: usize,
    /// Heads of keys and values: a divisor of `queries`. The first `queries / keys` query heads share the first, and so
    /// on.
    pub keys: usize,
}

impl From<usize> for Heads {
    /// Each query head has a key head of its own.
    fn from(heads: usize) -> Self {
        Self { queries: heads, keys: heads }
    }
}

/// What becomes of the products of queries and keys before the softmax.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scoring {
    /// Their factor.
    pub scale: f32,
    /// A scaled product z becomes c tanh(z / c).
    pub cap: Option<f32>,
    /// A position sees itself and the ones before it, so many in all.
    pub window: Option<usize>,
}

impl Scoring {
    /// Caps the scores of a position, and takes those before its window out of the softmax.
    fn restrict(&self, scores: &mut [f32]) {
        if let Some(cap) = self.cap {
            soft_cap(cap, scores);
        }
        if let Some(window) = self.window {
            let before = scores.len().saturating_sub(window);
            scores[..before].fill(f32::NEG_INFINITY);
        }
    }
}

impl From<f32> for Scoring {
    /// A factor alone.
    fn from(scale: f32) -> Self {
        Self { scale, cap: None, window: None }
    }
}

/// Attention of one position over the given positions, its own included. Same arithmetic as `attend_rows`.
#[cfg(test)]
pub(crate) fn attend_with(
    isa: Isa,
    q: &[f32],
    keys: &[&[f32]],
    values: &[&[f32]],
    heads: Heads,
    scoring: impl Into<Scoring>,
    out: &mut [f32],
) {
    assert!(!keys.is_empty(), "a position sees itself at least");
    let all = Attention::new(q, keys.len() - 1, keys, values, heads, scoring.into(), out);
    (0..heads.queries).for_each(|head| isa.run(Part { all: &all, head, rows: 0..1 }));
}

/// Attention of a block of consecutive positions, a row of `q` and of `out` each: the block's row r attends to the first
/// `first + r + 1` of the positions. A row of `q` and of `out` holds `heads.queries * head_dim` numbers, each key and
/// each value `heads.keys * head_dim`. A row's bits are the same in any block.
#[allow(clippy::too_many_arguments)] // the operation has this many operands
pub fn attend_rows(
    pool: &Pool,
    q: &[f32],
    first: usize,
    keys: &[&[f32]],
    values: &[&[f32]],
    heads: Heads,
    scoring: impl Into<Scoring>,
    out: &mut [f32],
) {
    assert!(first <= keys.len(), "a block from position {first} of {}", keys.len());
    let rows = keys.len() - first;
    if rows == 0 {
        return;
    }
    let isa = Isa::best();
    let all = Attention::new(q, first, keys, values, heads, scoring.into(), out);
    // head by head, so that a thread keeps reading the same keys and values
    let blocks = rows.div_ceil(ROWS);
    let task = |task: usize| {
        let (head, block) = (task / blocks, task % blocks);
        isa.run(Part { all: &all, head, rows: block * ROWS..((block + 1) * ROWS).min(rows) });
    };
    if keys.len() * q.len() < WORTH_SHARING {
        (0..heads.queries * blocks).for_each(task);
    } else {
        pool.run(heads.queries * blocks, &task);
    }
}

/// What all parts of one call share.
struct Attention<'a> {
    q: &'a [f32],
    /// Positions before the first row's.
    first: usize,
    keys: &'a [&'a [f32]],
    values: &'a [&'a [f32]],
    /// Floats in a row of queries.
    width: usize,
    /// Floats of one head.
    dim: usize,
    /// Query heads that share a head of the keys.
    group: usize,
    scoring: Scoring,
    out: Target,
}

impl<'a> Attention<'a> {
    fn new(
        q: &'a [f32],
        first: usize,
        keys: &'a [&'a [f32]],
        values: &'a [&'a [f32]],
        heads: Heads,
        scoring: Scoring,
        out: &'a mut [f32],
    ) -> Attention<'a> {
        let Heads { queries: heads, keys: key_heads } = heads;
        let rows = keys.len() - first;
        let width = q.len() / rows;
        assert!(heads > 0 && width > 0 && width.is_multiple_of(heads), "{heads} heads of a row of {width}");
        assert!(q.len() == rows * width && out.len() == q.len(), "{rows} rows of {} into {}", q.len(), out.len());
        assert!(keys.len() == values.len(), "{} keys, {} values", keys.len(), values.len());
        assert!(key_heads > 0 && heads.is_multiple_of(key_heads), "{heads} heads share {key_heads} of the keys");
        let out = Target { start: out.as_mut_ptr(), stride: width };
        Attention { q, first, keys, values, width, dim: width / heads, group: heads / key_heads, scoring, out }
    }
}

/// One head of a few rows.
struct Part<'a> {
    all: &'a Attention<'a>,
    head: usize,
    rows: Range<usize>,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let stride = (self.all.first + self.rows.end).next_multiple_of(LANES);
        let mut weights = vec![0.0; TILE * stride];
        let mut row = self.rows.start;
        while row < self.rows.end {
            // with half as many registers a tile would not fit
            if S::TILE.1 == 2 && row + TILE <= self.rows.end {
                self.tile::<S, TILE>(s, row, &mut weights, stride);
                row += TILE;
            } else {
                self.tile::<S, 1>(s, row, &mut weights, stride);
                row += 1;
            }
        }
    }
}

impl Part<'_> {
    /// Where the head's keys and values start in a row.
    fn key_start(&self) -> usize {
        self.head / self.all.group * self.all.dim
    }

    /// Neighbouring rows. `weights` has `stride` floats for each row.
    #[inline(always)]
    fn tile<S: Simd, const R: usize>(&self, s: S, row: usize, weights: &mut [f32], stride: usize) {
        let Attention { q, first, values, width, dim, out, .. } = *self.all;
        let (start, key_start) = (self.head * dim, self.key_start());
        let q = std::array::from_fn(|r| &q[(row + r) * width + start..][..dim]);
        let seen: [usize; R] = std::array::from_fn(|r| first + row + r + 1);
        self.scores::<S, R>(s, q, seen[R - 1], weights, stride);
        let mut totals = [s.splat(0.0); R];
        for r in 0..R {
            self.all.scoring.restrict(&mut weights[r * stride..][..seen[r]]);
            totals[r] = s.splat(soft_max(s, &mut weights[r * stride..][..seen[r]]));
        }
        let weights: [&[f32]; R] = std::array::from_fn(|r| &weights[r * stride..][..seen[r]]);

        let mut at = 0;
        while at + TILE * LANES <= dim {
            let sums = weighted::<S, R, TILE>(s, weights, values, key_start + at, TILE * LANES);
            for (r, sums) in sums.iter().enumerate() {
                for (v, &sum) in sums.iter().enumerate() {
                    // SAFETY: this head's dimensions of a row that belongs to this part alone.
                    let out = unsafe { &mut *out.start.add((row + r) * out.stride + start + at + v * LANES).cast() };
                    s.store(s.div(sum, totals[r]), out);
                }
            }
            at += TILE * LANES;
        }
        while at < dim {
            let len = LANES.min(dim - at);
            let sums = weighted::<S, R, 1>(s, weights, values, key_start + at, len);
            for r in 0..R {
                // SAFETY: as above.
                let out =
                    unsafe { std::slice::from_raw_parts_mut(out.start.add((row + r) * out.stride + start + at), len) };
                s.store_part(s.div(sums[r][0], totals[r]), out);
            }
            at += len;
        }
    }

    /// The scaled products of the queries with the first keys. Sixteen keys' sums come out of their lanes together.
    #[inline(always)]
    fn scores<S: Simd, const R: usize>(&self, s: S, q: [&[f32]; R], keys: usize, scores: &mut [f32], stride: usize) {
        let at = self.key_start()..self.key_start() + self.all.dim;
        for (chunk, keys) in self.all.keys[..keys].chunks(LANES).enumerate() {
            let mut sums = [[s.splat(0.0); LANES]; R];
            let (tiles, rest) = keys.as_chunks::<TILE>();
            for (tile, keys) in tiles.iter().enumerate() {
                let products = products::<S, R, TILE>(s, q, std::array::from_fn(|j| &keys[j][at.clone()]));
                for r in 0..R {
                    sums[r][tile * TILE..][..TILE].copy_from_slice(&products[r]);
                }
            }
            for (j, key) in rest.iter().enumerate() {
                let products = products::<S, R, 1>(s, q, [&key[at.clone()]]);
                for r in 0..R {
                    sums[r][tiles.len() * TILE + j] = products[r][0];
                }
            }
            for r in 0..R {
                let scores = &mut scores[r * stride + chunk * LANES..][..LANES];
                s.store_part(s.mul(s.sum16(&sums[r]), s.splat(self.all.scoring.scale)), scores);
            }
        }
    }
}

/// The products of some queries with some keys, not yet summed over the lanes.
#[inline(always)]
fn products<S: Simd, const R: usize, const K: usize>(s: S, q: [&[f32]; R], keys: [&[f32]; K]) -> [[S::V; K]; R] {
    let mut sums = [[s.splat(0.0); K]; R];
    let dim = q[0].len();
    for at in (0..dim).step_by(LANES) {
        let end = dim.min(at + LANES);
        let mut k = [s.splat(0.0); K];
        for j in 0..K {
            k[j] = s.load_part(&keys[j][at..end], 0.0);
        }
        for r in 0..R {
            let q = s.load_part(&q[r][at..end], 0.0);
            for j in 0..K {
                sums[r][j] = s.fma(q, k[j], sums[r][j]);
            }
        }
    }
    sums
}

/// Turns scores into e^(score - max). Returns their sum.
#[inline(always)]
fn soft_max<S: Simd>(s: S, scores: &mut [f32]) -> f32 {
    let (whole, rest) = scores.as_chunks_mut::<LANES>();
    let max = whole.iter().fold(s.splat(f32::NEG_INFINITY), |max, x| s.max(max, s.load(x)));
    let max = s.splat(s.max_lane(s.max(max, s.load_part(rest, f32::NEG_INFINITY))));
    let mut total = s.splat(0.0);
    for x in whole {
        let e = exp(s, s.sub(s.load(x), max));
        s.store(e, x);
        total = s.add(total, e);
    }
    let e = exp(s, s.sub(s.load_part(rest, f32::NEG_INFINITY), max));
    s.store_part(e, rest);
    // zero in lanes without a position
    s.sum(s.add(total, e))
}

/// The sums of the values, weighted for each row: `N` vectors from `at` on, the last of them up to `at + len`.
#[inline(always)]
fn weighted<S: Simd, const R: usize, const N: usize>(
    s: S,
    weights: [&[f32]; R],
    values: &[&[f32]],
    at: usize,
    len: usize,
) -> [[S::V; N]; R] {
    let mut sums = [[s.splat(0.0); N]; R];
    let most = weights[R - 1].len();
    for (t, value) in values[..most].iter().enumerate() {
        let value = &value[at..at + len];
        let mut lanes = [s.splat(0.0); N];
        for v in 0..N {
            lanes[v] = s.load_part(&value[v * LANES..len.min((v + 1) * LANES)], 0.0);
        }
        for r in 0..R {
            // later rows of a tile see a few more positions, one more each
            if let Some(&weight) = weights[r].get(t) {
                for v in 0..N {
                    sums[r][v] = s.fma(s.splat(weight), lanes[v], sums[r][v]);
                }
            }
        }
    }
    sums
}
