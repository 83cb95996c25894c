//! Attention: correct, and the same bits alone and in a block.

use proptest::prelude::*;

use super::{bits, noise, rounds};
use crate::attention::attend_with;
use crate::isa::Isa;
use crate::{Heads, Pool, Scoring, attend_rows, soft_capped};

fn naive(q: &[f32], keys: &[&[f32]], values: &[&[f32]], heads: usize, scale: f32) -> Vec<f64> {
    let dim = q.len() / heads;
    let mut out = vec![0.0; q.len()];
    for h in 0..heads {
        let at = h * dim..(h + 1) * dim;
        let score = |key: &&[f32]| {
            let terms = q[at.clone()].iter().zip(&key[at.clone()]);
            terms.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>() * f64::from(scale)
        };
        let scores: Vec<f64> = keys.iter().map(score).collect();
        let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = scores.iter().map(|s| (s - max).exp()).sum();
        for (s, value) in scores.iter().zip(values) {
            let weight = (s - max).exp() / total;
            out[at.clone()].iter_mut().zip(&value[at.clone()]).for_each(|(o, &v)| *o += weight * f64::from(v));
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(rounds(80)))]

    #[test]
    fn attention_is_right_alone_and_in_a_block(
        heads in 1usize..5, dim in 1usize..140, positions in 1usize..70, first in 0usize..70, threads in 1usize..4,
        seed: u64,
    ) {
        let first = first % positions;
        let (width, rows) = (heads * dim, positions - first);
        let scale = 4.0 / (dim as f32).sqrt();
        let (k, v) = (noise(seed, positions * width), noise(seed ^ 1, positions * width));
        let q = noise(seed ^ 2, rows * width);
        let keys: Vec<&[f32]> = k.chunks(width).collect();
        let values: Vec<&[f32]> = v.chunks(width).collect();
        let mut block = vec![f32::NAN; rows * width];
        attend_rows(&Pool::new(threads), &q, first, &keys, &values, heads.into(), scale, &mut block);
        for r in 0..rows {
            let seen = first + r + 1;
            let (q, out) = (&q[r * width..(r + 1) * width], &block[r * width..(r + 1) * width]);
            let exact = naive(q, &keys[..seen], &values[..seen], heads, scale);
            prop_assert!(out.iter().zip(&exact).all(|(&y, e)| (f64::from(y) - e).abs() < 3e-6), "{out:?} {exact:?}");
            for &isa in Isa::available() {
                let mut alone = vec![f32::NAN; width];
                attend_with(isa, q, &keys[..seen], &values[..seen], heads.into(), scale, &mut alone);
                prop_assert_eq!(bits(&alone), bits(out), "{:?}, row {}", isa, r);
            }
        }
    }
}

#[test]
fn large_scores_do_not_overflow() {
    let (keys, values) = (noise(1, 64), noise(2, 64));
    let (keys, values): (Vec<&[f32]>, Vec<&[f32]>) = (keys.chunks(16).collect(), values.chunks(16).collect());
    let mut out = vec![0.0; 16];
    attend_with(Isa::best(), &[1e4; 16], &keys, &values, 1.into(), 1.0, &mut out);
    assert!(out.iter().all(|v| v.is_finite()));
}

/// Query heads that share a key head give the same bits as with a copy of it each.
#[test]
fn shared_key_heads_are_copies() {
    const DIM: usize = 20;
    let (positions, first, shared) = (40, 9, Heads { queries: 6, keys: 2 });
    let narrow = |seed| noise(seed, positions * shared.keys * DIM);
    let copied = |x: &[f32]| -> Vec<f32> {
        let group = shared.queries / shared.keys;
        x.chunks(DIM).flat_map(|head| std::iter::repeat_n(head, group)).flatten().copied().collect()
    };
    let q = noise(3, (positions - first) * shared.queries * DIM);
    let run = |k: &[f32], v: &[f32], heads: Heads| {
        let keys: Vec<&[f32]> = k.chunks(heads.keys * DIM).collect();
        let values: Vec<&[f32]> = v.chunks(heads.keys * DIM).collect();
        let mut out = vec![f32::NAN; q.len()];
        attend_rows(&Pool::new(2), &q, first, &keys, &values, heads, 0.3, &mut out);
        bits(&out)
    };
    let (k, v) = (narrow(1), narrow(2));
    assert_eq!(run(&k, &v, shared), run(&copied(&k), &copied(&v), shared.queries.into()));
}

/// With a window, a position sees its last keys alone; with a cap, its scores are bent before the softmax.
#[test]
fn windows_and_caps_change_the_scores() {
    const WIDTH: usize = 24;
    let (positions, window, cap) = (30, 7, 0.8);
    let (k, v, q) = (noise(1, positions * WIDTH), noise(2, positions * WIDTH), noise(3, positions * WIDTH));
    let keys: Vec<&[f32]> = k.chunks(WIDTH).collect();
    let values: Vec<&[f32]> = v.chunks(WIDTH).collect();
    let run = |scoring: Scoring| {
        let mut out = vec![f32::NAN; q.len()];
        attend_rows(&Pool::new(2), &q, 0, &keys, &values, 1.into(), scoring, &mut out);
        out
    };
    let windowed = run(Scoring { scale: 0.5, cap: None, window: Some(window) });
    let both = run(Scoring { scale: 0.5, cap: Some(cap), window: Some(window) });
    for (at, q) in q.chunks(WIDTH).enumerate() {
        let seen = (at + 1).saturating_sub(window)..at + 1;
        let exact = naive(q, &keys[seen.clone()], &values[seen.clone()], 1, 0.5);
        let ours = &windowed[at * WIDTH..][..WIDTH];
        assert!(ours.iter().zip(&exact).all(|(&y, e)| (f64::from(y) - e).abs() < 3e-6), "{at}: {ours:?} {exact:?}");
        let score = |key: &&[f32]| soft_capped(cap, q.iter().zip(*key).map(|(a, b)| a * b).sum::<f32>() * 0.5).exp();
        let weights: Vec<f32> = keys[seen.clone()].iter().map(score).collect();
        let total: f32 = weights.iter().sum();
        for (n, &y) in both[at * WIDTH..][..WIDTH].iter().enumerate() {
            let exact: f32 =
                weights.iter().zip(&values[seen.clone()]).map(|(w, value)| w * value[n]).sum::<f32>() / total;
            assert!((y - exact).abs() < 1e-5, "{at}: {y} {exact}");
        }
    }
}
