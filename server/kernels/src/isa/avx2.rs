//! Sixteen lanes in two registers.

#![expect(
    clippy::undocumented_unsafe_blocks,
    reason = "one comment, above the first impl, covers every block after it"
)]

use std::arch::x86_64::*;

use super::{Kernel, LANES, Simd};
use crate::half::{Bf16, F16};

/// Proof that the processor has AVX2, FMA and F16C.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Avx2> {
        let has =
            is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c");
        has.then_some(Avx2(()))
    }

    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx2,fma,f16c")]
        fn compiled<K: Kernel>(s: Avx2, kernel: K) -> K::Output {
            kernel.run(s)
        }
        // SAFETY: `self` exists only where `detect` found these features.
        unsafe { compiled(self, kernel) }
    }
}

// SAFETY of every block below: `self` exists only where `detect` found the features that the instructions need; loads
// and stores stay within references to arrays of sixteen.
impl Simd for Avx2 {
    type V = [__m256; 2];
    type D = [__m256d; 4];
    const TILE: (usize, usize) = (6, 1);

    #[inline(always)]
    fn splat(self, x: f32) -> Self::V {
        unsafe { [_mm256_set1_ps(x); 2] }
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::V {
        unsafe { [_mm256_loadu_ps(from.as_ptr()), _mm256_loadu_ps(from.as_ptr().add(8))] }
    }

    #[inline(always)]
    fn load_f16(self, from: &[F16; LANES]) -> Self::V {
        unsafe {
            let at: *const __m128i = from.as_ptr().cast();
            [_mm256_cvtph_ps(_mm_loadu_si128(at)), _mm256_cvtph_ps(_mm_loadu_si128(at.add(1)))]
        }
    }

    #[inline(always)]
    fn load_bf16(self, from: &[Bf16; LANES]) -> Self::V {
        unsafe {
            let at: *const __m128i = from.as_ptr().cast();
            [self.bf16(_mm_loadu_si128(at)), self.bf16(_mm_loadu_si128(at.add(1)))]
        }
    }

    #[inline(always)]
    fn store(self, v: Self::V, to: &mut [f32; LANES]) {
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr(), v[0]);
            _mm256_storeu_ps(to.as_mut_ptr().add(8), v[1]);
        }
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn div(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_div_ps(a[0], b[0]), _mm256_div_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        unsafe { [_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])] }
    }

    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_max_ps(a[0], b[0]), _mm256_max_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { [_mm256_min_ps(a[0], b[0]), _mm256_min_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn round(self, a: Self::V) -> Self::V {
        const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        unsafe { [_mm256_round_ps::<NEAREST>(a[0]), _mm256_round_ps::<NEAREST>(a[1])] }
    }

    #[inline(always)]
    fn scale(self, a: Self::V, n: Self::V) -> Self::V {
        [self.scale8(a[0], n[0]), self.scale8(a[1], n[1])]
    }

    #[inline(always)]
    fn ge(self, a: Self::V, b: Self::V) -> u16 {
        let one = |i: usize| unsafe { _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(a[i], b[i])) as u16 };
        one(0) | one(1) << 8
    }

    #[inline(always)]
    fn gt(self, a: Self::V, b: Self::V) -> u16 {
        let one = |i: usize| unsafe { _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(a[i], b[i])) as u16 };
        one(0) | one(1) << 8
    }

    #[inline(always)]
    fn sum16(self, v: &[Self::V; LANES]) -> Self::V {
        [self.sum8(v, 0), self.sum8(v, 8)]
    }

    #[inline(always)]
    fn widen(self, a: Self::V) -> Self::D {
        let low = |a| unsafe { _mm256_cvtps_pd(_mm256_castps256_ps128(a)) };
        let high = |a| unsafe { _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(a)) };
        [low(a[0]), high(a[0]), low(a[1]), high(a[1])]
    }

    #[inline(always)]
    fn narrow(self, a: Self::D) -> Self::V {
        let one = |a, b| unsafe { _mm256_set_m128(_mm256_cvtpd_ps(b), _mm256_cvtpd_ps(a)) };
        [one(a[0], a[1]), one(a[2], a[3])]
    }

    #[inline(always)]
    fn splat64(self, x: f64) -> Self::D {
        unsafe { [_mm256_set1_pd(x); 4] }
    }

    #[inline(always)]
    fn store64(self, v: Self::D) -> [f64; LANES] {
        let mut out = [0.0; LANES];
        for (i, v) in v.into_iter().enumerate() {
            unsafe { _mm256_storeu_pd(out.as_mut_ptr().add(4 * i), v) }
        }
        out
    }

    #[inline(always)]
    fn add64(self, a: Self::D, b: Self::D) -> Self::D {
        std::array::from_fn(|i| unsafe { _mm256_add_pd(a[i], b[i]) })
    }

    #[inline(always)]
    fn sub64(self, a: Self::D, b: Self::D) -> Self::D {
        std::array::from_fn(|i| unsafe { _mm256_sub_pd(a[i], b[i]) })
    }

    #[inline(always)]
    fn mul64(self, a: Self::D, b: Self::D) -> Self::D {
        std::array::from_fn(|i| unsafe { _mm256_mul_pd(a[i], b[i]) })
    }

    #[inline(always)]
    fn fma64(self, a: Self::D, b: Self::D, c: Self::D) -> Self::D {
        std::array::from_fn(|i| unsafe { _mm256_fmadd_pd(a[i], b[i], c[i]) })
    }

    #[inline(always)]
    fn prefetch<T>(self, at: *const T) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
    }
}

// Functions, because a closure that is used twice may be compiled separately, without the instructions.
impl Avx2 {
    /// Eight bfloat16.
    #[inline(always)]
    fn bf16(self, halves: __m128i) -> __m256 {
        unsafe { _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(halves))) }
    }

    #[inline(always)]
    fn scale8(self, a: __m256, n: __m256) -> __m256 {
        // two steps, because 2^n alone may not be a normal number; only the second step can round
        unsafe {
            let n = _mm256_cvtps_epi32(n);
            let half = _mm256_srai_epi32::<1>(n);
            _mm256_mul_ps(_mm256_mul_ps(a, self.pow2(half)), self.pow2(_mm256_sub_epi32(n, half)))
        }
    }

    /// 2^n for n in -126..=127.
    #[inline(always)]
    fn pow2(self, n: __m256i) -> __m256 {
        unsafe { _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_add_epi32(n, _mm256_set1_epi32(127)))) }
    }

    /// The sums of eight vectors. Each step halves the lanes of each sum. The order of combination leaves each sum
    /// in its own lane at the end.
    #[inline(always)]
    fn sum8(self, v: &[[__m256; 2]; LANES], first: usize) -> __m256 {
        let four = [self.join4(v, first), self.join4(v, first + 1), self.join4(v, first + 2), self.join4(v, first + 3)];
        let (a, b) = (self.join2(four[0], four[1]), self.join2(four[2], four[3]));
        unsafe { _mm256_add_ps(_mm256_shuffle_ps::<0x88>(a, b), _mm256_shuffle_ps::<0xDD>(a, b)) }
    }

    /// Four lanes each of vectors i and i + 4.
    #[inline(always)]
    fn join4(self, v: &[[__m256; 2]; LANES], i: usize) -> __m256 {
        unsafe {
            let (a, b) = (_mm256_add_ps(v[i][0], v[i][1]), _mm256_add_ps(v[i + 4][0], v[i + 4][1]));
            _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b))
        }
    }

    /// Two lanes each of four vectors.
    #[inline(always)]
    fn join2(self, a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_add_ps(_mm256_shuffle_ps::<0x44>(a, b), _mm256_shuffle_ps::<0xEE>(a, b)) }
    }
}
