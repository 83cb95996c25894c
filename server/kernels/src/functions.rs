//! exp, the logistic function and erf on sixteen lanes. Each lane's result depends on that lane alone.

use crate::isa::Simd;

/// e^x within 1.25 units in the last place, subnormal results included.
#[inline(always)]
pub(crate) fn exp<S: Simd>(s: S, x: S::V) -> S::V {
    // Beyond these bounds the result is 0 or infinite. NaN passes through: it is the second operand each time.
    let x = s.min(s.splat(89.0), s.max(s.splat(-104.0), x));
    // x = n ln 2 + r, ln 2 in two parts so that the difference is exact
    let n = s.round(s.mul(x, s.splat(std::f32::consts::LOG2_E)));
    let r = s.fma(n, s.splat(-0.693_359_4), x);
    let r = s.fma(n, s.splat(2.121_944_4e-4), r);
    // e^r on |r| <= ln 2 / 2, the polynomial of the Cephes library
    let p = [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let p = p.iter().fold(s.splat(1.987_569_1e-4), |p, &c| s.fma(p, r, s.splat(c)));
    let p = s.add(s.fma(p, s.mul(r, r), r), s.splat(1.0));
    s.scale(p, n)
}

/// x / (1 + e^-u).
#[inline(always)]
pub(crate) fn gated<S: Simd>(s: S, x: S::V, u: S::V) -> S::V {
    s.div(x, s.add(s.splat(1.0), exp(s, s.sub(s.splat(0.0), u))))
}

/// erf(x) within 2e-7: an odd rational function, clamped where erf is 1 in float32.
#[inline(always)]
pub(crate) fn erf<S: Simd>(s: S, x: S::V) -> S::V {
    let x = s.min(s.splat(4.0), s.max(s.splat(-4.0), x));
    let x2 = s.mul(x, x);
    let over = [2.770_681_4e-8, -2.101_024e-6, -5.692_506_4e-5, -7.349_906_3e-4, -2.954_6e-3, -1.609_603_2e-2];
    let under = [-2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    let over = over.iter().fold(s.splat(-2.726_142_3e-10), |p, &c| s.fma(p, x2, s.splat(c)));
    let under = under.iter().fold(s.splat(-1.456_607_2e-5), |p, &c| s.fma(p, x2, s.splat(c)));
    s.div(s.mul(x, over), under)
}
