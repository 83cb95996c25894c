//! Sixteen lanes in one register.

#![expect(
    clippy::undocumented_unsafe_blocks,
    reason = "one comment, above the first impl, covers every block after it"
)]

use std::arch::x86_64::*;

use super::{Kernel, LANES, Simd};
use crate::half::{Bf16, F16};

/// Proof that the processor has AVX-512 (F, VL, DQ, BW) and FMA.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Avx512> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("fma");
        has.then_some(Avx512(()))
    }

    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,fma")]
        fn compiled<K: Kernel>(s: Avx512, kernel: K) -> K::Output {
            kernel.run(s)
        }
        // SAFETY: `self` exists only where `detect` found these features.
        unsafe { compiled(self, kernel) }
    }
}

// SAFETY of every block below: `self` exists only where `detect` found the features that the instructions need; loads
// and stores go through references to arrays of exactly their size.
impl Simd for Avx512 {
    type V = __m512;
    type D = [__m512d; 2];
    const TILE: (usize, usize) = (12, 2);

    #[inline(always)]
    fn splat(self, x: f32) -> Self::V {
        unsafe { _mm512_set1_ps(x) }
    }

    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::V {
        unsafe { _mm512_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn load_f16(self, from: &[F16; LANES]) -> Self::V {
        unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(from.as_ptr().cast())) }
    }

    #[inline(always)]
    fn load_bf16(self, from: &[Bf16; LANES]) -> Self::V {
        unsafe {
            let halves = _mm256_loadu_si256(from.as_ptr().cast());
            _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(halves)))
        }
    }

    #[inline(always)]
    fn store(self, v: Self::V, to: &mut [f32; LANES]) {
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), v) }
    }

    #[inline(always)]
    fn add(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { _mm512_add_ps(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { _mm512_sub_ps(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    fn div(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { _mm512_div_ps(a, b) }
    }

    #[inline(always)]
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V {
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn max(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { _mm512_max_ps(a, b) }
    }

    #[inline(always)]
    fn min(self, a: Self::V, b: Self::V) -> Self::V {
        unsafe { _mm512_min_ps(a, b) }
    }

    #[inline(always)]
    fn round(self, a: Self::V) -> Self::V {
        unsafe { _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
    }

    #[inline(always)]
    fn scale(self, a: Self::V, n: Self::V) -> Self::V {
        unsafe { _mm512_scalef_ps(a, n) }
    }

    #[inline(always)]
    fn ge(self, a: Self::V, b: Self::V) -> u16 {
        unsafe { _mm512_cmp_ps_mask::<_CMP_GE_OQ>(a, b) }
    }

    #[inline(always)]
    fn gt(self, a: Self::V, b: Self::V) -> u16 {
        unsafe { _mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b) }
    }

    #[inline(always)]
    fn sum16(self, v: &[Self::V; LANES]) -> Self::V {
        // Each step halves the lanes of each sum, and the vectors that hold them. Vectors are combined in an order that
        // leaves each sum in its own lane at the end.
        let (a, b) = (self.join2(self.join4(v, 0), self.join4(v, 1)), self.join2(self.join4(v, 2), self.join4(v, 3)));
        unsafe { _mm512_add_ps(_mm512_shuffle_ps::<0x88>(a, b), _mm512_shuffle_ps::<0xDD>(a, b)) }
    }

    #[inline(always)]
    fn widen(self, a: Self::V) -> Self::D {
        unsafe { [_mm512_cvtps_pd(_mm512_castps512_ps256(a)), _mm512_cvtps_pd(_mm512_extractf32x8_ps::<1>(a))] }
    }

    #[inline(always)]
    fn narrow(self, a: Self::D) -> Self::V {
        unsafe {
            let low = _mm512_castps256_ps512(_mm512_cvtpd_ps(a[0]));
            _mm512_insertf32x8::<1>(low, _mm512_cvtpd_ps(a[1]))
        }
    }

    #[inline(always)]
    fn splat64(self, x: f64) -> Self::D {
        unsafe { [_mm512_set1_pd(x); 2] }
    }

    #[inline(always)]
    fn store64(self, v: Self::D) -> [f64; LANES] {
        let mut out = [0.0; LANES];
        unsafe {
            _mm512_storeu_pd(out.as_mut_ptr(), v[0]);
            _mm512_storeu_pd(out.as_mut_ptr().add(8), v[1]);
        }
        out
    }

    #[inline(always)]
    fn add64(self, a: Self::D, b: Self::D) -> Self::D {
        unsafe { [_mm512_add_pd(a[0], b[0]), _mm512_add_pd(a[1], b[1])] }
    }

    #[inline(always)]
    fn sub64(self, a: Self::D, b: Self::D) -> Self::D {
        unsafe { [_mm512_sub_pd(a[0], b[0]), _mm512_sub_pd(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul64(self, a: Self::D, b: Self::D) -> Self::D {
        unsafe { [_mm512_mul_pd(a[0], b[0]), _mm512_mul_pd(a[1], b[1])] }
    }

    #[inline(always)]
    fn fma64(self, a: Self::D, b: Self::D, c: Self::D) -> Self::D {
        unsafe { [_mm512_fmadd_pd(a[0], b[0], c[0]), _mm512_fmadd_pd(a[1], b[1], c[1])] }
    }

    #[inline(always)]
    fn load_part(self, from: &[f32], fill: f32) -> Self::V {
        assert!(from.len() <= LANES);
        unsafe { _mm512_mask_loadu_ps(_mm512_set1_ps(fill), first(from.len()), from.as_ptr()) }
    }

    #[inline(always)]
    fn store_part(self, v: Self::V, to: &mut [f32]) {
        assert!(to.len() <= LANES);
        unsafe { _mm512_mask_storeu_ps(to.as_mut_ptr(), first(to.len()), v) }
    }

    #[inline(always)]
    fn prefetch<T>(self, at: *const T) {
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
    }
}

/// A mask of the first lanes.
#[inline(always)]
fn first(lanes: usize) -> __mmask16 {
    ((1u32 << lanes) - 1) as __mmask16
}

// Steps of `sum16`. Functions, because a closure that is used twice may be compiled separately, without the
// instructions.
impl Avx512 {
    /// Eight lanes each of a and b.
    #[inline(always)]
    fn join8(self, a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_add_ps(_mm512_shuffle_f32x4::<0x44>(a, b), _mm512_shuffle_f32x4::<0xEE>(a, b)) }
    }

    /// Four lanes each of every fourth vector.
    #[inline(always)]
    fn join4(self, v: &[__m512; LANES], i: usize) -> __m512 {
        let (a, b) = (self.join8(v[i], v[i + 4]), self.join8(v[i + 8], v[i + 12]));
        unsafe { _mm512_add_ps(_mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0xDD>(a, b)) }
    }

    /// Two lanes each of eight vectors.
    #[inline(always)]
    fn join2(self, a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_add_ps(_mm512_shuffle_ps::<0x44>(a, b), _mm512_shuffle_ps::<0xEE>(a, b)) }
    }
}
