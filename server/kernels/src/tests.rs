//! Tests that choose the instruction set, and their helpers.

mod attention;
mod elementwise;
mod matmul;
mod memory;
mod pool;
mod project;
mod row_dots;
mod weight;

use crate::{Packed, Pool};

/// A pool for tests that do not choose the number of threads.
fn pool() -> Pool {
    Pool::new(2)
}

/// Cases of a test: few under an interpreter.
const fn rounds(native: u32) -> u32 {
    if cfg!(miri) { native.div_ceil(100) } else { native }
}

/// Numbers between -1 and 1, determined by the seed.
fn noise(seed: u64, len: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// A k x n matrix of random numbers, packed and row by row.
fn matrix(seed: u64, k: usize, n: usize) -> (Packed, Vec<f32>) {
    let values = noise(seed, k * n);
    let mut packed = Packed::zeros(k, n);
    for i in 0..k {
        packed.fill_row(i, &values[i * n..(i + 1) * n]);
    }
    (packed, values)
}

/// The bits, for exact comparisons.
fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}
