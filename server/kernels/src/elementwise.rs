//! What happens to a row between two products.

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
    /// One value, with the bits that `activation` gives it.
    pub fn apply(self, x: f32) -> f32 {
        match self {
            Activation::GeluTanh => x / (1.0 + (-2.0 * 0.797_884_6 * (x + 0.044715 * x * x * x)).exp()),
            Activation::GeluErf => x / (1.0 + (-1.702 * x).exp()),
            Activation::Relu => x.max(0.0),
            Activation::Silu => x / (1.0 + (-x).exp()),
            Activation::QuickGelu => x / (1.0 + (-1.702 * x).exp()),
        }
    }
}

/// Applies the activation in place.
pub fn activation(kind: Activation, x: &mut [f32]) {
    x.iter_mut().for_each(|v| *v = kind.apply(*v));
}

/// `out = (x - mean) / sqrt(variance + eps) * weight + bias` for one row.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], eps: f32, out: &mut [f32]) {
    let n = x.len() as f64;
    let mean = x.iter().map(|&v| v as f64).sum::<f64>() / n;
    let variance = x.iter().map(|&v| (v as f64 - mean).powi(2)).sum::<f64>() / n;
    let inverse = 1.0 / (variance + eps as f64).sqrt();
    for (i, y) in out.iter_mut().enumerate() {
        *y = (((x[i] as f64 - mean) * inverse) as f32).mul_add(weight[i], bias[i]);
    }
}

/// `x += y`.
pub fn add(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}

/// The scalar product, summed in float64.
pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| a as f64 * b as f64).sum()
}

/// The Euclidean norm, summed in float64.
pub fn norm(a: &[f32]) -> f64 {
    dot(a, a).sqrt()
}
