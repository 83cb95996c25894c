//! The instruction sets: sixteen lanes, the same bits on each. This module does not know what is computed with them.
//!
//! A value of a type that is `Simd` exists only if the processor has the instructions. So its methods are safe.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;

use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use {avx2::Avx2, avx512::Avx512};

use portable::Portable;

use crate::half::{Bf16, F16};

/// Lanes of a vector.
pub(crate) const LANES: usize = 16;

/// Sixteen lanes of float32 and of float64. Every operation rounds once, to nearest, in each lane separately.
pub(crate) trait Simd: Copy + Send + Sync {
    /// Sixteen float32.
    type V: Copy;
    /// Sixteen float64.
    type D: Copy;
    /// Rows of a product's register tile, and vectors in each row.
    const TILE: (usize, usize);

    fn splat(self, x: f32) -> Self::V;
    fn load(self, from: &[f32; LANES]) -> Self::V;
    /// Sixteen float16, widened.
    fn load_f16(self, from: &[F16; LANES]) -> Self::V;
    /// Sixteen bfloat16, widened.
    fn load_bf16(self, from: &[Bf16; LANES]) -> Self::V;
    fn store(self, v: Self::V, to: &mut [f32; LANES]);
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// a * b + c.
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// The larger value; b if either is NaN.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// The smaller value; b if either is NaN.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// Rounds to the nearest integer, halves to even.
    fn round(self, a: Self::V) -> Self::V;
    /// a * 2^n for an integral n in -150..=129 and a between 0.5 and 2.
    fn scale(self, a: Self::V, n: Self::V) -> Self::V;
    /// A bit mask of the lanes where a >= b; the lowest bit is the first lane.
    fn ge(self, a: Self::V, b: Self::V) -> u16;
    /// A bit mask of the lanes where a > b.
    fn gt(self, a: Self::V, b: Self::V) -> u16;
    /// Lane j is the sum of v[j]'s lanes, added in the order of `sum`.
    fn sum16(self, v: &[Self::V; LANES]) -> Self::V;
    fn widen(self, a: Self::V) -> Self::D;
    fn narrow(self, a: Self::D) -> Self::V;
    fn splat64(self, x: f64) -> Self::D;
    fn store64(self, v: Self::D) -> [f64; LANES];
    fn add64(self, a: Self::D, b: Self::D) -> Self::D;
    fn sub64(self, a: Self::D, b: Self::D) -> Self::D;
    fn mul64(self, a: Self::D, b: Self::D) -> Self::D;
    fn fma64(self, a: Self::D, b: Self::D, c: Self::D) -> Self::D;
    /// Prefetches the cache line at this address. Any address is allowed.
    fn prefetch<T>(self, at: *const T);

    /// Loads up to sixteen values; the remaining lanes hold `fill`.
    #[inline(always)]
    fn load_part(self, from: &[f32], fill: f32) -> Self::V {
        if let Some(whole) = from.as_array() {
            return self.load(whole);
        }
        let mut lanes = [fill; LANES];
        lanes[..from.len()].copy_from_slice(from);
        self.load(&lanes)
    }

    /// Stores the first lanes, as many as `to` has room for.
    #[inline(always)]
    fn store_part(self, v: Self::V, to: &mut [f32]) {
        if let Some(whole) = to.as_mut_array() {
            return self.store(v, whole);
        }
        let mut lanes = [0.0; LANES];
        self.store(v, &mut lanes);
        to.copy_from_slice(&lanes[..to.len()]);
    }

    /// The largest lane, compared in the order of `halve`.
    #[inline(always)]
    fn max_lane(self, v: Self::V) -> f32 {
        let mut lanes = [0.0; LANES];
        self.store(v, &mut lanes);
        halve(lanes, |a, b| if a > b { a } else { b })
    }

    /// The sum of the lanes, added in the order of `halve`.
    #[inline(always)]
    fn sum(self, v: Self::V) -> f32 {
        let mut lanes = [0.0; LANES];
        self.store(v, &mut lanes);
        halve(lanes, |a, b| a + b)
    }

    /// The sum of the lanes, added in the order of `halve`.
    #[inline(always)]
    fn sum64(self, v: Self::D) -> f64 {
        halve(self.store64(v), |a, b| a + b)
    }
}

/// Combines lane i with lane i + 8, then i with i + 4, and so on.
#[inline(always)]
fn halve<T: Copy>(mut lanes: [T; LANES], join: impl Fn(T, T) -> T) -> T {
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            lanes[i] = join(lanes[i], lanes[i + half]);
        }
    }
    lanes[0]
}

/// A computation on vectors. `run` and the functions that it calls with vectors must be `#[inline(always)]`, so that
/// they are compiled for the instruction set. A closure that is used twice cannot be; write a function instead.
pub(crate) trait Kernel {
    type Output;
    fn run<S: Simd>(self, s: S) -> Self::Output;
}

/// An instruction set that this processor has.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Isa {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    Portable(Portable),
}

impl Isa {
    /// All that this processor has, best first.
    pub(crate) fn available() -> &'static [Isa] {
        static AVAILABLE: OnceLock<Vec<Isa>> = OnceLock::new();
        AVAILABLE.get_or_init(|| {
            // Miri supports none of the instructions.
            if cfg!(miri) {
                return vec![Isa::Portable(Portable)];
            }
            vec![
                #[cfg(target_arch = "x86_64")]
                Avx512::detect().map(Isa::Avx512),
                #[cfg(target_arch = "x86_64")]
                Avx2::detect().map(Isa::Avx2),
                Some(Isa::Portable(Portable)),
            ]
            .into_iter()
            .flatten()
            .collect()
        })
    }

    /// The best that this processor has.
    pub(crate) fn best() -> Isa {
        Isa::available()[0]
    }

    /// Rows of a product's register tile.
    pub(crate) fn tile_height(self) -> usize {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512(_) => Avx512::TILE.0,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2(_) => Avx2::TILE.0,
            Isa::Portable(_) => Portable::TILE.0,
        }
    }

    /// Runs a kernel compiled for this instruction set.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512(s) => s.run(kernel),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2(s) => s.run(kernel),
            Isa::Portable(s) => kernel.run(s),
        }
    }
}
