//! Weights in 16 bits: every kernel gives the bits that it gives for the same weights in float32.

use proptest::prelude::*;

use super::{bits, noise, pool, rounds};
use crate::isa::Isa;
use crate::matmul::matmul_with;
use crate::project::project_with;
use crate::row_dots::row_dots_with;
use crate::{Bf16, F16, Format, Numbers, Packed, Pool, Question, dot_column};

const SHORT: [Format; 2] = [Format::F16, Format::Bf16];

/// Numbers in 16 bits.
enum Short {
    F16(Vec<F16>),
    Bf16(Vec<Bf16>),
}

impl Short {
    /// Numbers between -1 and 1, a few of them zero or subnormal.
    fn noise(format: Format, seed: u64, len: usize) -> Short {
        let rare = noise(seed ^ 77, len);
        let numbers = noise(seed, len).into_iter().zip(rare).map(|(x, rare)| {
            let bits = x.to_bits();
            let (sign, fraction) = ((bits >> 31 << 15) as u16, (bits >> 13 & 0x3FF) as u16);
            (sign, (bits >> 16) as u16, fraction, rare > 0.9)
        });
        match format {
            // with an exponent of 5 bits, none of an infinity
            Format::F16 => Short::F16(
                numbers
                    .map(|(sign, upper, fraction, rare)| {
                        let exponent = if rare { 0 } else { 1 + (upper >> 7) % 15 };
                        F16(sign | exponent << 10 | fraction)
                    })
                    .collect(),
            ),
            Format::Bf16 => Short::Bf16(
                numbers
                    .map(|(sign, upper, fraction, rare)| Bf16(if rare { sign | (fraction % 128) } else { upper }))
                    .collect(),
            ),
            Format::F32 => unreachable!("not 16 bits"),
        }
    }

    fn numbers(&self) -> Numbers<'_> {
        match self {
            Short::F16(numbers) => Numbers::F16(numbers),
            Short::Bf16(numbers) => Numbers::Bf16(numbers),
        }
    }
}

/// A k x n matrix in 16 bits, and the same in float32.
fn matrices(format: Format, seed: u64, k: usize, n: usize) -> (Packed, Packed) {
    let short = Short::noise(format, seed, k * n);
    let mut wide = vec![0.0; k * n];
    short.numbers().widen(&mut wide);
    let (mut packed, mut expected) = (Packed::zeros_in(format, k, n), Packed::zeros(k, n));
    for i in 0..k {
        packed.fill_row(i, short.numbers().part(i * n, n));
        expected.fill_row(i, &wide[i * n..][..n]);
    }
    (packed, expected)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(rounds(60)))]

    #[test]
    fn products_have_the_bits_of_float32(
        rows in 1usize..40, k in 0usize..600, n in 1usize..150, threads in 1usize..4, bias: bool, seed: u64,
    ) {
        let (pool, x, bias) = (Pool::new(threads), noise(seed ^ 2, rows * k), bias.then(|| noise(seed ^ 3, n)));
        for format in SHORT {
            let (short, wide) = matrices(format, seed, k, n);
            for &isa in Isa::available() {
                let run = |w: &Packed| {
                    let mut out = vec![f32::NAN; rows * n];
                    matmul_with(isa, &pool, &x, w, bias.as_deref(), &mut out);
                    bits(&out)
                };
                prop_assert_eq!(run(&short), run(&wide), "{:?} {:?}", format, isa);
            }
            let elements = |w: &Packed| (0..n).map(|j| dot_column(&x[..k], w, j)).collect::<Vec<f32>>();
            prop_assert_eq!(bits(&elements(&short)), bits(&elements(&wide)));
        }
    }

    #[test]
    fn row_dots_have_the_bits_of_float32(k in 0usize..700, n in 1usize..300, threads in 1usize..4, seed: u64) {
        let direction = noise(seed ^ 5, n);
        for format in SHORT {
            let (short, wide) = matrices(format, seed, k, n);
            for &isa in Isa::available() {
                let run = |w: &Packed| {
                    let mut out = vec![f32::NAN; k];
                    row_dots_with(isa, &Pool::new(threads), w, &direction, &mut out);
                    bits(&out)
                };
                prop_assert_eq!(run(&short), run(&wide), "{:?} {:?}", format, isa);
            }
        }
    }

    #[test]
    fn projections_have_the_bits_of_float32(
        pairs in 1usize..8, k in 1usize..80, n in 1usize..2500, capped: bool, seed: u64,
    ) {
        let rows: Vec<f32> = noise(seed ^ 1, 2 * pairs * k).iter().map(|x| x * 5.0).collect();
        let watch = [(0, 0), (1, n as u32 / 2)];
        let cap = capped.then_some(3.0);
        let question =
            Question { top: 9, bottom: 9, watch: &watch, moments: true, pairs: true, cap, ..Question::default() };
        for format in SHORT {
            let (short, wide) = matrices(format, seed, k, n);
            for &isa in Isa::available() {
                let run = |head: &Packed| project_with(isa, &pool(), &rows, head, &question, &|| false);
                prop_assert_eq!(run(&short), run(&wide), "{:?} {:?}", format, isa);
            }
        }
    }

    #[test]
    fn rows_and_columns_come_back_widened(k in 1usize..50, n in 1usize..100, seed: u64) {
        for format in SHORT {
            let (by_rows, wide) = matrices(format, seed, k, n);
            let stored = Short::noise(format, seed ^ 9, k);
            let mut column = vec![0.0; k];
            stored.numbers().widen(&mut column);
            // a matrix in float32 takes both formats
            let mut as_wide = Packed::zeros(k, n);
            let mut by_columns = Packed::zeros_in(format, k, n);
            for j in 0..n {
                as_wide.fill_column(j, stored.numbers());
                by_columns.fill_column(j, stored.numbers());
            }
            let (mut row, mut expected, mut back) = (vec![0.0; n], vec![0.0; n], vec![0.0; k]);
            for i in 0..k {
                by_rows.row(i, &mut row);
                wide.row(i, &mut expected);
                prop_assert_eq!(bits(&row), bits(&expected));
            }
            for j in 0..n {
                for packed in [&as_wide, &by_columns] {
                    packed.column(j, &mut back);
                    prop_assert_eq!(bits(&back), bits(&column));
                }
            }
            prop_assert_eq!(by_rows.format(), format);
            prop_assert_eq!(by_rows.bytes(), n.div_ceil(32) * 32 * k * 2);
        }
    }
}

/// A float16's value, from its definition.
fn defined(half: u16) -> f64 {
    let (exponent, fraction) = (i32::from(half >> 10 & 31), f64::from(half & 0x3FF) / 1024.0);
    let size = match exponent {
        0 => fraction * 2f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2f64.powi(exponent - 15),
    };
    if half >> 15 == 1 { -size } else { size }
}

#[test]
fn every_number_in_16_bits_is_widened_exactly() {
    let halves: Vec<F16> = (0..=u16::MAX).map(F16).collect();
    let brains: Vec<Bf16> = (0..=u16::MAX).map(Bf16).collect();
    for &isa in Isa::available() {
        // sixteen at a time, and single ones at the end
        for len in [halves.len(), halves.len() - 1] {
            let mut wide = vec![0.0; len];
            Numbers::F16(&halves[..len]).widen_with(isa, &mut wide);
            for (half, wide) in halves.iter().zip(&wide) {
                let (found, expected) = (f64::from(*wide), defined(half.0));
                assert!(
                    found.is_nan() && expected.is_nan() || found.to_bits() == expected.to_bits(),
                    "{isa:?} {half:?}: {found} for {expected}"
                );
            }
            Numbers::Bf16(&brains[..len]).widen_with(isa, &mut wide);
            assert!(
                brains.iter().zip(&wide).all(|(brain, wide)| wide.to_bits() == u32::from(brain.0) << 16),
                "{isa:?}"
            );
        }
    }
}

#[test]
#[should_panic(expected = "Bf16 numbers for a matrix of F16")]
fn a_matrix_in_16_bits_takes_its_own_format() {
    Packed::zeros_in(Format::F16, 1, 1).fill_row(0, Numbers::Bf16(&[Bf16(0)]));
}
