//! Element-wise work on a row between two products: activations, layer norm, sums.

use crate::functions::{erf, gated};
use crate::isa::{Isa, Kernel, LANES, Simd};

/// The non-linearity of a feed-forward block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`, `gelu_new`.
    GeluTanh,
    /// `0.5 x (1 + erf(x / sqrt 2))`.
    GeluErf,
    /// `max(x, 0)`.
    Relu,
    /// `x / (1 + exp(-x))`.
    Silu,
    /// `x / (1 + exp(-1.702 x))`.
    QuickGelu,
}

impl Activation {
    /// One value. Same bits as `activation`.
    pub fn apply(self, x: f32) -> f32 {
        let mut one = [x];
        activation(self, &mut one);
        one[0]
    }

    #[inline(always)]
    fn of<S: Simd>(self, s: S, x: S::V) -> S::V {
        match self {
            Activation::GeluTanh => {
                // (1 + tanh u) / 2 = 1 / (1 + e^-2u), with 2u = sqrt(8 / pi) x (1 + 0.044715 x^2)
                const SQRT_8_PI: f32 = 1.595_769_2;
                let inner = s.fma(s.mul(x, x), s.splat(0.044715 * SQRT_8_PI), s.splat(SQRT_8_PI));
                gated(s, x, s.mul(x, inner))
            }
            Activation::GeluErf => {
                let erf = erf(s, s.mul(x, s.splat(std::f32::consts::FRAC_1_SQRT_2)));
                s.mul(s.mul(x, s.splat(0.5)), s.add(s.splat(1.0), erf))
            }
            Activation::Relu => s.max(s.splat(0.0), x),
            Activation::Silu => gated(s, x, x),
            Activation::QuickGelu => gated(s, x, s.mul(x, s.splat(1.702))),
        }
    }
}

/// Applies the activation to each value, in place.
pub fn activation(kind: Activation, x: &mut [f32]) {
    activation_with(Isa::best(), kind, x);
}

pub(crate) fn activation_with(isa: Isa, kind: Activation, x: &mut [f32]) {
    isa.run(Activate { kind, x });
}

struct Activate<'a> {
    kind: Activation,
    x: &'a mut [f32],
}

impl Kernel for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (whole, rest) = self.x.as_chunks_mut::<LANES>();
        for x in whole {
            s.store(self.kind.of(s, s.load(x)), x);
        }
        s.store_part(self.kind.of(s, s.load_part(rest, 0.0)), rest);
    }
}

/// `out = (x - mean) / sqrt(variance + eps) * weight + bias` for one row. The statistics take two passes in float64.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], eps: f32, out: &mut [f32]) {
    layer_norm_with(Isa::best(), x, weight, bias, eps, out);
}

pub(crate) fn layer_norm_with(isa: Isa, x: &[f32], weight: &[f32], bias: &[f32], eps: f32, out: &mut [f32]) {
    let n = x.len();
    assert!(weight.len() == n && bias.len() == n && out.len() == n, "a layer norm of {n} values into {}", out.len());
    isa.run(Norm { x, weight, bias, eps, out });
}

struct Norm<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    eps: f32,
    out: &'a mut [f32],
}

impl Kernel for Norm<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        if self.x.is_empty() {
            return;
        }
        let n = self.x.len() as f64;
        let (whole, rest) = self.x.as_chunks::<LANES>();
        let sum = whole.iter().fold(s.splat64(0.0), |sum, x| s.add64(sum, s.widen(s.load(x))));
        let mean = rest.iter().fold(s.sum64(sum), |sum, &x| sum + f64::from(x)) / n;
        let centre = s.splat64(mean);
        let squares = whole.iter().fold(s.splat64(0.0), |sum, x| {
            let d = s.sub64(s.widen(s.load(x)), centre);
            s.fma64(d, d, sum)
        });
        let squares = rest.iter().fold(s.sum64(squares), |sum, &x| {
            let d = f64::from(x) - mean;
            d.mul_add(d, sum)
        });
        let inverse = s.splat64(1.0 / (squares / n + f64::from(self.eps)).sqrt());

        let (w, w_rest) = self.weight.as_chunks::<LANES>();
        let (b, b_rest) = self.bias.as_chunks::<LANES>();
        let (out, out_rest) = self.out.as_chunks_mut::<LANES>();
        for (((x, w), b), out) in whole.iter().zip(w).zip(b).zip(out) {
            s.store(s.fma(scaled(s, s.load(x), centre, inverse), s.load(w), s.load(b)), out);
        }
        let part = scaled(s, s.load_part(rest, 0.0), centre, inverse);
        s.store_part(s.fma(part, s.load_part(w_rest, 0.0), s.load_part(b_rest, 0.0)), out_rest);
    }
}

/// `out = x / sqrt(mean of squares + eps) * weight` for one row. The statistic is in float64.
pub fn rms_norm(x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    rms_norm_with(Isa::best(), x, weight, eps, out);
}

pub(crate) fn rms_norm_with(isa: Isa, x: &[f32], weight: &[f32], eps: f32, out: &mut [f32]) {
    let n = x.len();
    assert!(weight.len() == n && out.len() == n, "an RMS norm of {n} values into {}", out.len());
    isa.run(RmsNorm { x, weight, eps, out });
}

struct RmsNorm<'a> {
    x: &'a [f32],
    weight: &'a [f32],
    eps: f32,
    out: &'a mut [f32],
}

impl Kernel for RmsNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        if self.x.is_empty() {
            return;
        }
        let n = self.x.len() as f64;
        let (whole, rest) = self.x.as_chunks::<LANES>();
        let squares = whole.iter().fold(s.splat64(0.0), |sum, x| {
            let x = s.widen(s.load(x));
            s.fma64(x, x, sum)
        });
        let squares = rest.iter().fold(s.sum64(squares), |sum, &x| f64::from(x).mul_add(f64::from(x), sum));
        let (inverse, zero) = (s.splat64(1.0 / (squares / n + f64::from(self.eps)).sqrt()), s.splat64(0.0));

        let (w, w_rest) = self.weight.as_chunks::<LANES>();
        let (out, out_rest) = self.out.as_chunks_mut::<LANES>();
        for ((x, w), out) in whole.iter().zip(w).zip(out) {
            s.store(s.mul(scaled(s, s.load(x), zero, inverse), s.load(w)), out);
        }
        let part = scaled(s, s.load_part(rest, 0.0), zero, inverse);
        s.store_part(s.mul(part, s.load_part(w_rest, 0.0)), out_rest);
    }
}

/// (x - centre) * factor, rounded once.
#[inline(always)]
fn scaled<S: Simd>(s: S, x: S::V, centre: S::D, factor: S::D) -> S::V {
    s.narrow(s.mul64(s.sub64(s.widen(x), centre), factor))
}

/// `x += y`.
pub fn add(x: &mut [f32], y: &[f32]) {
    assert_eq!(x.len(), y.len());
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}

/// `x *= y`.
pub fn multiply(x: &mut [f32], y: &[f32]) {
    assert_eq!(x.len(), y.len());
    x.iter_mut().zip(y).for_each(|(x, y)| *x *= y);
}

/// `cap tanh(x / cap)` of each value, in place.
pub fn soft_cap(cap: f32, x: &mut [f32]) {
    x.iter_mut().for_each(|x| *x = soft_capped(cap, *x));
}

/// `cap tanh(x / cap)`
pub fn soft_capped(cap: f32, x: f32) -> f32 {
    cap * (x / cap).tanh()
}

/// The scalar product, summed in float64.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    dot_with(Isa::best(), a, b)
}

pub(crate) fn dot_with(isa: Isa, a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    isa.run(Dot { a, b })
}

struct Dot<'a> {
    a: &'a [f32],
    b: &'a [f32],
}

impl Kernel for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> f64 {
        let (a, a_rest) = self.a.as_chunks::<LANES>();
        let (b, b_rest) = self.b.as_chunks::<LANES>();
        let wide = |x| s.widen(s.load(x));
        let sum = a.iter().zip(b).fold(s.splat64(0.0), |sum, (a, b)| s.fma64(wide(a), wide(b), sum));
        let rest = a_rest.iter().zip(b_rest);
        rest.fold(s.sum64(sum), |sum, (&a, &b)| f64::from(a).mul_add(f64::from(b), sum))
    }
}

/// The Euclidean norm, summed in float64.
pub fn norm(a: &[f32]) -> f64 {
    dot(a, a).sqrt()
}
