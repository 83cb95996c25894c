//! A block's FFN as a sum of sub-updates: coefficients, value vectors, and how the sum is added to the stream.
//!
//! For a value vector v with coefficient m the sub-update is m v / r. v is the vector as the residual stream receives
//! it: with the weight of a norm after the FFN, if there is one. r is that norm's divisor, or 1 without such a norm.

use kernels::{Activation, Pool};
use lm::{Error, OpenError};

use super::linear::Linear;
use super::norm::Norm;

/// The weights of a block's FFN.
pub(crate) struct Ffn {
    width: usize,
    norm: Norm,
    up: Linear,
    activation: Activation,
    down: Linear,
    norms: Vec<f32>,
}

impl Ffn {
    /// `width` is the residual stream's. An error if value vectors cannot be read back from a device.
    pub(crate) fn new(
        width: usize,
        norm: Norm,
        up: Linear,
        activation: Activation,
        down: Linear,
    ) -> Result<Self, OpenError> {
        let norms = down.row_norms()?;
        Ok(Self { width, norm, up, activation, down, norms })
    }

    /// The coefficients m for residual rows, f floats each: the inputs of the down projection.
    pub(crate) fn coefficients(&self, pool: &Pool, x: &[f32], out: &mut [f32]) -> Result<(), Error> {
        self.up.forward(pool, &self.norm.rows(self.width, x), out)?;
        kernels::activation(self.activation, out);
        Ok(())
    }

    /// What the FFN adds to the residual stream for rows of coefficients, bias included, and the r of each row.
    pub(crate) fn update(&self, pool: &Pool, m: &[f32], out: &mut [f32], r: &mut [f32]) -> Result<(), Error> {
        r.fill(1.0);
        self.down.forward(pool, m, out)
    }

    /// A value vector v: `width` floats.
    pub(crate) fn value(&self, dim: usize, out: &mut [f32]) {
        self.down.row(dim, out);
    }

    /// v . direction for every value vector, into f floats.
    pub(crate) fn align(&self, pool: &Pool, direction: &[f32], out: &mut [f32]) {
        self.down.row_dots(pool, direction, out);
    }

    /// ||v|| of each value vector.
    pub(crate) fn norms(&self) -> &[f32] {
        &self.norms
    }

    /// The coefficient that `boost` sets: act(s + 0.01), with s the block's largest score. An error if the FFN cannot be
    /// boosted (a gated one).
    pub(crate) fn boost(&self, s: f32) -> Result<f32, Error> {
        Ok(self.activation.apply(s + 0.01))
    }
}
