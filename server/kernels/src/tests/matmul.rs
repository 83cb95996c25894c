//! Products: correct, and the same bits for any other rows, threads and instruction sets.

use proptest::prelude::*;

use super::{bits, matrix, noise, pool, rounds};
use crate::isa::Isa;
use crate::matmul::matmul_with;
use crate::{Packed, Pool, dot_column, matmul};

/// The product in float64, and for each element the sum of its terms' magnitudes.
fn naive(x: &[f32], rows: usize, w: &[f32], k: usize, n: usize, bias: Option<&[f32]>) -> Vec<(f64, f64)> {
    let element = |r: usize, j: usize| {
        let terms = (0..k).map(|i| f64::from(x[r * k + i]) * f64::from(w[i * n + j]));
        let bias = bias.map_or(0.0, |bias| f64::from(bias[j]));
        terms.fold((bias, bias.abs()), |(sum, size), term| (sum + term, size + term.abs()))
    };
    (0..rows).flat_map(|r| (0..n).map(move |j| (r, j))).map(|(r, j)| element(r, j)).collect()
}

fn check(rows: usize, k: usize, n: usize, threads: usize, with_bias: bool) {
    let pool = Pool::new(threads);
    let (w, values) = matrix(1, k, n);
    let (x, bias) = (noise(2, rows * k), noise(3, n));
    let bias = with_bias.then_some(&bias[..]);
    let expected = naive(&x, rows, &values, k, n, bias);
    let mut first: Option<Vec<u32>> = None;
    for &isa in Isa::available() {
        let mut out = vec![f32::NAN; rows * n];
        matmul_with(isa, &pool, &x, &w, bias, &mut out);
        for (at, (y, (sum, size))) in out.iter().zip(&expected).enumerate() {
            // an FMA chain of 256, then the blocks
            let allowed = size * 300.0 * f64::from(f32::EPSILON) / 2.0 + 1e-30;
            assert!((f64::from(*y) - sum).abs() <= allowed, "{isa:?} {rows}x{k}x{n} at {at}: {y} for {sum}");
        }
        assert_eq!(first.get_or_insert_with(|| bits(&out)), &bits(&out), "{isa:?} {rows}x{k}x{n}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(rounds(60)))]

    #[test]
    fn products_are_right_on_every_instruction_set(
        rows in 1usize..40, k in 0usize..600, n in 1usize..150, threads in 1usize..4, bias: bool,
    ) {
        check(rows, k, n, threads, bias);
    }
}

#[test]
fn products_are_correct_at_the_edges() {
    for (rows, k, n) in
        [(1, 1, 1), (1, 256, 32), (2, 257, 33), (13, 512, 128), (193, 300, 31), (3, 0, 5), (400, 17, 65)]
    {
        check(rows, k, n, 2, true);
    }
    matmul(&pool(), &[], &Packed::zeros(3, 4), None, &mut []);
    matmul(&pool(), &[1.0, 2.0], &Packed::zeros(2, 0), None, &mut []);
}

#[test]
#[cfg_attr(miri, ignore = "millions of values")]
fn a_rows_bits_depend_on_the_row_alone() {
    let (k, n) = (700, 101);
    let (w, _) = matrix(4, k, n);
    let bias = noise(5, n);
    let row = noise(6, k);
    let mut alone = vec![0.0; n];
    matmul(&Pool::new(1), &row, &w, Some(&bias), &mut alone);
    for threads in [1, 2, 3, 5] {
        let pool = Pool::new(threads);
        for rows in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 23, 25, 31, 97, 200, 385] {
            let mut x = noise(7, rows * k);
            for at in (0..rows).step_by(rows.div_ceil(25)) {
                x[at * k..(at + 1) * k].copy_from_slice(&row);
            }
            let mut out = vec![0.0; rows * n];
            matmul(&pool, &x, &w, Some(&bias), &mut out);
            for at in (0..rows).step_by(rows.div_ceil(25)) {
                assert_eq!(bits(&out[at * n..(at + 1) * n]), bits(&alone), "row {at} of {rows}, {threads} threads");
            }
        }
    }
}

#[test]
fn one_element_has_the_products_bits() {
    for k in [1, 64, 256, 257, 1000] {
        let n = 70;
        let (w, _) = matrix(8, k, n);
        let x = noise(9, k);
        let mut out = vec![0.0; n];
        matmul(&pool(), &x, &w, None, &mut out);
        let elements: Vec<f32> = (0..n).map(|j| dot_column(&x, &w, j)).collect();
        assert_eq!(bits(&elements), bits(&out), "k = {k}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(rounds(40)))]

    #[test]
    fn rows_and_columns_come_back(k in 1usize..50, n in 1usize..100) {
        let (by_rows, values) = matrix(10, k, n);
        let mut by_columns = Packed::zeros(k, n);
        let column = |j: usize| (0..k).map(|i| values[i * n + j]).collect::<Vec<f32>>();
        for j in 0..n {
            by_columns.fill_column(j, &column(j));
        }
        for packed in [&by_rows, &by_columns] {
            let (mut row, mut back) = (vec![0.0; n], vec![0.0; k]);
            for i in 0..k {
                packed.row(i, &mut row);
                prop_assert_eq!(&row[..], &values[i * n..(i + 1) * n]);
            }
            for j in 0..n {
                packed.column(j, &mut back);
                prop_assert_eq!(&back, &column(j));
            }
            prop_assert_eq!(packed.bytes(), n.div_ceil(32) * 32 * k * 4);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "millions of values")]
fn a_large_matrix_begins_as_zeros() {
    let w = Packed::zeros(1000, 1000);
    let mut out = vec![1.0; 1000];
    for i in [0, 500, 999] {
        w.row(i, &mut out);
        assert!(out.iter().all(|v| v.to_bits() == 0));
    }
}
