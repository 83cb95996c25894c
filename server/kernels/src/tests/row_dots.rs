//! A direction against every row: correct, and the same bits on every instruction set and any number of threads.

use proptest::prelude::*;

use super::{bits, matrix, noise, rounds};
use crate::Pool;
use crate::isa::Isa;
use crate::row_dots::row_dots_with;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(rounds(60)))]

    #[test]
    fn every_row_is_right(k in 0usize..700, n in 1usize..300, threads in 1usize..4, seed: u64) {
        let (w, values) = matrix(seed, k, n);
        let direction = noise(seed ^ 5, n);
        let mut first: Option<Vec<u32>> = None;
        for &isa in Isa::available() {
            let mut out = vec![f32::NAN; k];
            row_dots_with(isa, &Pool::new(threads), &w, &direction, &mut out);
            for (i, y) in out.iter().enumerate() {
                let terms = || values[i * n..(i + 1) * n].iter().zip(&direction);
                let sum: f64 = terms().map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                let size: f64 = terms().map(|(a, b)| f64::from((a * b).abs())).sum();
                let allowed = size * 40.0 * f64::from(f32::EPSILON) + 1e-30;
                prop_assert!((f64::from(*y) - sum).abs() <= allowed, "{isa:?} {k}x{n} row {i}: {y} for {sum}");
            }
            prop_assert_eq!(first.get_or_insert_with(|| bits(&out)), &bits(&out), "{:?}", isa);
        }
    }
}
