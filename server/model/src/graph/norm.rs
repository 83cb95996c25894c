//! Norms: what divides the residual stream before a block's part, or the head, reads it.

/// A norm with its weights. The methods have an answer for every kind.
pub(crate) enum Norm {
    /// (x - mean) / sqrt(variance + epsilon) * weight + bias
    Layer { weight: Vec<f32>, bias: Vec<f32>, epsilon: f32 },
    /// x / sqrt(mean of squares + epsilon) * weight
    Rms { weight: Vec<f32>, epsilon: f32 },
}

impl Norm {
    /// One row.
    pub(crate) fn apply(&self, x: &[f32], out: &mut [f32]) {
        match self {
            Self::Layer { weight, bias, epsilon } => kernels::layer_norm(x, weight, bias, *epsilon, out),
            Self::Rms { weight, epsilon } => kernels::rms_norm(x, weight, *epsilon, out),
        }
    }

    /// Rows of `width` numbers.
    pub(crate) fn rows(&self, width: usize, x: &[f32]) -> Vec<f32> {
        let mut out = vec![0.0; x.len()];
        x.chunks_exact(width).zip(out.chunks_exact_mut(width)).for_each(|(x, out)| self.apply(x, out));
        out
    }

    /// Rows of any number of widths of the weight, in place.
    pub(crate) fn in_place(&self, x: &mut [f32]) {
        let width = self.weight().len();
        let mut row = vec![0.0; width];
        for x in x.chunks_exact_mut(width) {
            row.copy_from_slice(x);
            self.apply(&row, x);
        }
    }

    /// s, the divisor of one row.
    pub(crate) fn scale(&self, x: &[f32]) -> f32 {
        match self {
            Self::Layer { epsilon, .. } => {
                let n = x.len() as f64;
                let mean = x.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
                let variance = x.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n;
                (variance + f64::from(*epsilon)).sqrt() as f32
            }
            Self::Rms { epsilon, .. } => (kernels::dot(x, x) / x.len() as f64 + f64::from(*epsilon)).sqrt() as f32,
        }
    }

    /// g, the weight.
    pub(crate) fn weight(&self) -> &[f32] {
        match self {
            Self::Layer { weight, .. } | Self::Rms { weight, .. } => weight,
        }
    }

    /// b . direction; 0 for a norm without bias.
    pub(crate) fn bias_along(&self, direction: &[f32]) -> f64 {
        match self {
            Self::Layer { bias, .. } => kernels::dot(bias, direction),
            Self::Rms { .. } => 0.0,
        }
    }

    /// Whether it subtracts a row's mean. If so, effects subtract it too.
    pub(crate) fn centres(&self) -> bool {
        match self {
            Self::Layer { .. } => true,
            Self::Rms { .. } => false,
        }
    }
}
