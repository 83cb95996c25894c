//! Linear layers: on the CPU by `kernels`, in float32, of weights as they are stored; quantised, or on a GPU, by mistralrs-quant (cargo feature
//! `mistralrs`).

#[cfg(feature = "mistralrs")]
mod mistral;

use kernels::{Packed, Pool, matmul};
use lm::{Error, OpenError};

use super::placement::Placement;

#[cfg(feature = "mistralrs")]
use mistral::MistralLinear;

/// y = x W + b
pub(crate) enum Linear {
    Float {
        weight: Packed,
        bias: Option<Vec<f32>>,
    },
    #[cfg(feature = "mistralrs")]
    Mistral(MistralLinear),
}

impl Linear {
    /// Takes the weight, in any format.
    pub(super) fn place(weight: Packed, bias: Option<Vec<f32>>, placement: &Placement) -> Result<Self, OpenError> {
        match placement {
            Placement::Float => Ok(Self::Float { weight, bias }),
            #[cfg(feature = "mistralrs")]
            Placement::Quantised(device, quantize) => {
                MistralLinear::place(weight, bias, device, *quantize).map(Self::Mistral).map_err(OpenError::new)
            }
        }
    }

    /// The bytes of the weight.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Float { weight, .. } => weight.bytes(),
            #[cfg(feature = "mistralrs")]
            Self::Mistral(layer) => layer.bytes(),
        }
    }

    /// Rows of `x` to rows of `out`.
    pub(super) fn forward(&self, pool: &Pool, x: &[f32], out: &mut [f32]) -> Result<(), Error> {
        match self {
            Self::Float { weight, bias } => matmul(pool, x, weight, bias.as_deref(), out),
            #[cfg(feature = "mistralrs")]
            Self::Mistral(layer) => layer.forward(x, out).map_err(Error::Model)?,
        }
        Ok(())
    }

    /// Row i of W as the layer applies it: one number for each output.
    pub(super) fn row(&self, i: usize, out: &mut [f32]) {
        match self {
            Self::Float { weight, .. } => weight.row(i, out),
            #[cfg(feature = "mistralrs")]
            Self::Mistral(layer) => layer.row(i, out),
        }
    }

    /// row . direction for each row of W, into one number for each input.
    pub(super) fn row_dots(&self, pool: &Pool, direction: &[f32], out: &mut [f32]) {
        match self {
            Self::Float { weight, .. } => kernels::row_dots(pool, weight, direction, out),
            #[cfg(feature = "mistralrs")]
            Self::Mistral(layer) => {
                let mut row = vec![0.0; direction.len()];
                for (i, out) in out.iter_mut().enumerate() {
                    layer.row(i, &mut row);
                    *out = kernels::dot(&row, direction) as f32;
                }
            }
        }
    }

    /// ||row|| of each row of W as the layer applies it.
    pub(super) fn row_norms(&self) -> Result<Vec<f32>, OpenError> {
        match self {
            Self::Float { weight, .. } => {
                let mut row = vec![0.0; weight.n()];
                let norm_of = |i| {
                    weight.row(i, &mut row);
                    kernels::norm(&row) as f32
                };
                Ok((0..weight.k()).map(norm_of).collect())
            }
            #[cfg(feature = "mistralrs")]
            Self::Mistral(layer) => layer.row_norms().map_err(OpenError::new),
        }
    }
}
