//! Sixteen lanes as an array, for processors without a module of their own.

use super::{LANES, Simd};
use crate::half::{Bf16, F16};

/// Plain Rust. The compiler may still use the target's vector instructions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portable;

#[inline(always)]
fn map2<T: Copy>(a: [T; LANES], b: [T; LANES], f: impl Fn(T, T) -> T) -> [T; LANES] {
    std::array::from_fn(|i| f(a[i], b[i]))
}

impl Simd for Portable {
    type V = [f32; LANES];
    type D = [f64; LANES];
    const TILE: (usize, usize) = (6, 1);

    #[inline(always)]
    fn splat(self, x: f32) -> Self::V {
        [x; LANES]
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::V {
        *from
    }

    #[inline(always)]
    fn load_f16(self, from: &[F16; LANES]) -> Self::V {
        from.map(F16::to_f32)
    }

    #[inline(always)]
    fn load_bf16(self, from: &[Bf16; LANES]) -> Self::V {
        from.map(Bf16::to_f32)
    }

    #[inline(always)]
    fn store(self, v: Self::V, to: &mut [f32; LANES]) {
        *to = v;
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |a, b| a / b)
    }

    #[inline(always)]
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        std::array::from_fn(|i| a[i].mul_add(b[i], c[i]))
    }

    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        map2(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn round(self, a: Self::V) -> Self::V {
        a.map(f32::round_ties_even)
    }

    #[inline(always)]
    fn scale(self, a: Self::V, n: Self::V) -> Self::V {
        std::array::from_fn(|i| {
            // two steps, because 2^n alone may not be a normal number; only the second step can round
            let half = (n[i] as i32) >> 1;
            a[i] * pow2(half) * pow2((n[i] as i32) - half)
        })
    }

    #[inline(always)]
    fn ge(self, a: Self::V, b: Self::V) -> u16 {
        (0..LANES).fold(0, |mask, i| mask | u16::from(a[i] >= b[i]) << i)
    }

    #[inline(always)]
    fn gt(self, a: Self::V, b: Self::V) -> u16 {
        (0..LANES).fold(0, |mask, i| mask | u16::from(a[i] > b[i]) << i)
    }

    #[inline(always)]
    fn sum16(self, v: &[Self::V; LANES]) -> Self::V {
        v.map(|lanes| self.sum(lanes))
    }

    #[inline(always)]
    fn widen(self, a: Self::V) -> Self::D {
        a.map(f64::from)
    }

    #[inline(always)]
    fn narrow(self, a: Self::D) -> Self::V {
        a.map(|x| x as f32)
    }

    #[inline(always)]
    fn splat64(self, x: f64) -> Self::D {
        [x; LANES]
    }

    #[inline(always)]
    fn store64(self, v: Self::D) -> [f64; LANES] {
        v
    }

    #[inline(always)]
    fn add64(self, a: Self::D, b: Self::D) -> Self::D {
        map2(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub64(self, a: Self::D, b: Self::D) -> Self::D {
        map2(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul64(self, a: Self::D, b: Self::D) -> Self::D {
        map2(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn fma64(self, a: Self::D, b: Self::D, c: Self::D) -> Self::D {
        std::array::from_fn(|i| a[i].mul_add(b[i], c[i]))
    }

    #[inline(always)]
    fn prefetch<T>(self, _at: *const T) {}
}

/// 2^n for n in -126..=127.
#[inline(always)]
fn pow2(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}
