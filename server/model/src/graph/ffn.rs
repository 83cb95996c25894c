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
    norm: Option<Norm>,
    /// f columns; gated: f of the gate, then f of the up projection.
    up: Linear,
    is_gated: bool,
    activation: Activation,
    down: Linear,
    after: Option<Norm>,
    norms: Vec<f32>,
}

/// What an `Ffn` is made of.
pub(crate) struct Parts {
    pub(crate) norm: Option<Norm>,
    pub(crate) up: Linear,
    pub(crate) is_gated: bool,
    pub(crate) activation: Activation,
    pub(crate) down: Linear,
    pub(crate) after: Option<Norm>,
}

impl Ffn {
    /// `width` is the residual stream's, `count` the number of value vectors. An error if value vectors cannot be read back
    /// from a device.
    pub(crate) fn new(width: usize, count: usize, parts: Parts) -> Result<Self, OpenError> {
        let Parts { norm, up, is_gated, activation, down, after } = parts;
        let mut ffn = Self { width, norm, up, is_gated, activation, down, after, norms: Vec::new() };
        ffn.norms = match &ffn.after {
            None => ffn.down.row_norms()?,
            Some(_) => {
                let mut v = vec![0.0; width];
                let norm_of = |dim| {
                    ffn.value(dim, &mut v);
                    kernels::norm(&v) as f32
                };
                (0..count).map(norm_of).collect()
            }
        };
        Ok(ffn)
    }

    pub(super) fn layers(&self) -> [&Linear; 2] {
        [&self.up, &self.down]
    }

    /// The coefficients m for residual rows, f floats each: the inputs of the down projection.
    pub(crate) fn coefficients(&self, pool: &Pool, x: &[f32], out: &mut [f32]) -> Result<(), Error> {
        let normed = self.norm.as_ref().map(|norm| norm.rows(self.width, x));
        let x = normed.as_deref().unwrap_or(x);
        if !self.is_gated {
            self.up.forward(pool, x, out)?;
            kernels::activation(self.activation, out);
            return Ok(());
        }
        let count = out.len() / (x.len() / self.width);
        let mut both = vec![0.0; 2 * out.len()];
        self.up.forward(pool, x, &mut both)?;
        for (m, row) in out.chunks_exact_mut(count).zip(both.chunks_exact(2 * count)) {
            let (gate, up) = row.split_at(count);
            m.copy_from_slice(gate);
            kernels::activation(self.activation, m);
            kernels::multiply(m, up);
        }
        Ok(())
    }

    /// What the FFN adds to the residual stream for rows of coefficients, bias included, and the r of each row.
    pub(crate) fn update(&self, pool: &Pool, m: &[f32], out: &mut [f32], r: &mut [f32]) -> Result<(), Error> {
        self.down.forward(pool, m, out)?;
        match &self.after {
            None => r.fill(1.0),
            Some(norm) => {
                out.chunks_exact(self.width).zip(r).for_each(|(row, r)| *r = norm.scale(row));
                norm.in_place(out);
            }
        }
        Ok(())
    }

    /// A value vector v: `width` floats.
    pub(crate) fn value(&self, dim: usize, out: &mut [f32]) {
        self.down.row(dim, out);
        self.after.iter().for_each(|norm| kernels::multiply(out, norm.weight()));
    }

    /// v . direction for every value vector, into f floats.
    pub(crate) fn align(&self, pool: &Pool, direction: &[f32], out: &mut [f32]) {
        match &self.after {
            None => self.down.row_dots(pool, direction, out),
            Some(norm) => {
                let mut direction = direction.to_vec();
                kernels::multiply(&mut direction, norm.weight());
                self.down.row_dots(pool, &direction, out);
            }
        }
    }

    /// ||v|| of each value vector.
    pub(crate) fn norms(&self) -> &[f32] {
        &self.norms
    }

    /// The coefficient that `boost` sets in an ungated FFN: act(s + 0.01), with s the block's largest score.
    pub(crate) fn boost(&self, s: f32) -> f32 {
        self.activation.apply(s + 0.01)
    }
}
