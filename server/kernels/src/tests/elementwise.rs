//! Accuracy of the functions, and the same bits in every lane.

use proptest::prelude::*;

use super::{bits, noise};
use crate::elementwise::{
    Activation, activation, activation_with, dot_with, layer_norm_with, rms_norm_with, soft_cap, soft_capped,
};
use crate::functions::exp;
use crate::isa::{Isa, Kernel, LANES, Simd};
use crate::{add, dot, norm};

const KINDS: [Activation; 5] =
    [Activation::GeluTanh, Activation::GeluErf, Activation::Relu, Activation::Silu, Activation::QuickGelu];

struct Exp<'a>(&'a mut [[f32; LANES]]);

impl Kernel for Exp<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for x in self.0 {
            s.store(exp(s, s.load(x)), x);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "millions of values")]
fn exp_is_accurate() {
    // every 97th float32 between the smallest argument with a result and the largest
    let arguments: Vec<f32> =
        (0..u32::MAX).step_by(97).map(f32::from_bits).filter(|x| (-110.0..=90.0).contains(x)).collect();
    let mut reference: Option<Vec<u32>> = None;
    for &isa in Isa::available() {
        let mut values = arguments.clone();
        isa.run(Exp(values.as_chunks_mut().0));
        for (&x, &y) in arguments.iter().zip(&values).take(arguments.len() / LANES * LANES) {
            let exact = f64::from(x).exp();
            let nearest = exact as f32;
            if nearest.is_infinite() {
                assert!(y.is_infinite() || y == f32::MAX, "exp({x}) = {y}");
                continue;
            }
            let unit = f64::from(f32::from_bits(nearest.to_bits() + 1)) - f64::from(nearest);
            assert!((f64::from(y) - exact).abs() <= 1.25 * unit, "exp({x}) = {y}, not {exact}");
        }
        assert_eq!(reference.get_or_insert_with(|| bits(&values)), &bits(&values), "{isa:?}");
    }
}

#[test]
fn exp_overflows_and_underflows_at_its_limits() {
    for &isa in Isa::available() {
        let mut x = [[0.0; LANES]];
        x[0][..7].copy_from_slice(&[0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1e30, -1e30]);
        isa.run(Exp(&mut x));
        assert_eq!(&x[0][..4], &[1.0, 1.0, f32::INFINITY, 0.0], "{isa:?}");
        assert!(x[0][4].is_nan());
        assert_eq!(&x[0][5..7], &[f32::INFINITY, 0.0]);
    }
}

fn reference(kind: Activation, x: f64) -> f64 {
    match kind {
        Activation::GeluTanh => {
            0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x)).tanh())
        }
        Activation::GeluErf => 0.5 * x * libm::erfc(-x / std::f64::consts::SQRT_2),
        Activation::Relu => x.max(0.0),
        Activation::Silu => x / (1.0 + (-x).exp()),
        Activation::QuickGelu => x / (1.0 + (-1.702 * x).exp()),
    }
}

#[test]
#[cfg_attr(miri, ignore = "millions of values")]
fn activations_are_accurate_and_the_same_on_every_instruction_set() {
    let mut arguments: Vec<f32> = (-400_000..400_000).map(|i| i as f32 * 3.7e-5).collect();
    arguments.extend([0.0, -0.0, 1e-30, -1e-30, 50.0, -50.0, 1000.0, -1000.0, 1e10, -1e10]);
    for kind in KINDS {
        let mut first: Option<Vec<u32>> = None;
        for &isa in Isa::available() {
            let mut values = arguments.clone();
            activation_with(isa, kind, &mut values);
            for (&x, &y) in arguments.iter().zip(&values) {
                let error = (f64::from(y) - reference(kind, f64::from(x))).abs();
                assert!(error < 3e-7 * f64::from(x.abs().max(1.0)), "{kind:?}({x}) = {y}: off by {error:e}");
            }
            assert_eq!(first.get_or_insert_with(|| bits(&values)), &bits(&values), "{kind:?} {isa:?}");
        }
    }
}

proptest! {
    #[test]
    fn a_value_does_not_depend_on_its_place(x in -20.0f32..20.0, len in 1usize..70, seed: u64) {
        for kind in KINDS {
            let alone = kind.apply(x);
            let mut values = noise(seed, len);
            let at = seed as usize % len;
            values[at] = x;
            activation(kind, &mut values);
            prop_assert_eq!(values[at].to_bits(), alone.to_bits());
        }
    }

    #[test]
    fn layer_norm_is_accurate(len in 0usize..900, shift in -1000.0f32..1000.0, size in 0.001f32..1000.0, seed: u64) {
        let x: Vec<f32> = noise(seed, len).iter().map(|v| v * size + shift).collect();
        let (w, b) = (noise(seed ^ 1, len), noise(seed ^ 2, len));
        let n = len as f64;
        let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
        let variance = x.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
        let mut first: Option<Vec<u32>> = None;
        for &isa in Isa::available() {
            let mut out = vec![0.0; len];
            layer_norm_with(isa, &x, &w, &b, 1e-5, &mut out);
            for i in 0..len {
                let normal = (f64::from(x[i]) - mean) / (variance + f64::from(1e-5f32)).sqrt();
                let exact = normal * f64::from(w[i]) + f64::from(b[i]);
                prop_assert!((f64::from(out[i]) - exact).abs() < 3e-7 * normal.abs().max(1.0), "{} {exact}", out[i]);
            }
            prop_assert_eq!(first.get_or_insert_with(|| bits(&out)), &bits(&out));
        }
    }

    #[test]
    fn rms_norm_is_accurate(len in 0usize..900, size in 0.001f32..1000.0, seed: u64) {
        let x: Vec<f32> = noise(seed, len).iter().map(|v| v * size).collect();
        let w = noise(seed ^ 1, len);
        let squares = x.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / len as f64;
        let mut first: Option<Vec<u32>> = None;
        for &isa in Isa::available() {
            let mut out = vec![0.0; len];
            rms_norm_with(isa, &x, &w, 1e-6, &mut out);
            for i in 0..len {
                let normal = f64::from(x[i]) / (squares + f64::from(1e-6f32)).sqrt();
                let exact = normal * f64::from(w[i]);
                prop_assert!((f64::from(out[i]) - exact).abs() < 3e-7 * normal.abs().max(1.0), "{} {exact}", out[i]);
            }
            prop_assert_eq!(first.get_or_insert_with(|| bits(&out)), &bits(&out));
        }
    }

    #[test]
    fn a_cap_bends_what_is_near_it(x in -1000.0f32..1000.0, cap in 0.5f32..100.0) {
        let capped = soft_capped(cap, x);
        let exact = f64::from(cap) * (f64::from(x) / f64::from(cap)).tanh();
        prop_assert!((f64::from(capped) - exact).abs() < 1e-6 * f64::from(cap) && capped.abs() <= cap);
        let mut row = [0.0, x];
        soft_cap(cap, &mut row);
        prop_assert_eq!(bits(&row), bits(&[0.0, capped]));
    }

    #[test]
    fn sums_are_accurate(len in 0usize..300, seed: u64) {
        let (a, b) = (noise(seed, len), noise(seed ^ 1, len));
        let exact: f64 = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
        for &isa in Isa::available() {
            prop_assert_eq!(dot_with(isa, &a, &b).to_bits(), dot(&a, &b).to_bits());
        }
        prop_assert!((dot(&a, &b) - exact).abs() < 1e-12);
        prop_assert!((norm(&a).powi(2) - dot(&a, &a)).abs() < 1e-12);
        let mut sum = a.clone();
        add(&mut sum, &b);
        prop_assert!(sum.iter().zip(a.iter().zip(&b)).all(|(s, (a, b))| *s == a + b));
    }
}
