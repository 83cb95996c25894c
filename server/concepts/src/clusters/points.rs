//! The vectors as what is clustered: of length 1, read in blocks and never kept.

use std::sync::OnceLock;

use kernels::{Packed, Pool, Question, norm, project};
use lm::{Control, Error, Weights};

/// Vectors in memory together.
const BLOCK: usize = 1024;
/// Vectors that a thread reads at a time.
const SHARE: usize = 64;

/// Where vectors come from, and what computes with them.
pub(super) struct Points<'a> {
    pub(super) weights: &'a dyn Weights,
    /// How many there are.
    pub(super) vectors: usize,
    /// Numbers in one.
    pub(super) width: usize,
    pub(super) pool: &'a Pool,
    pub(super) control: &'a dyn Control,
}

impl Points<'_> {
    /// Shows `each` the unit vectors of these numbers, in this order, a block at a time: the block's numbers, and `width`
    /// numbers for each of them.
    pub(super) fn blocks(
        &self,
        numbers: &[u32],
        mut each: impl FnMut(&[u32], &[f32]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let (weights, width) = (self.weights, self.width);
        let mut rows = vec![0.0; numbers.len().min(BLOCK) * width];
        for block in numbers.chunks(BLOCK) {
            self.control.checkpoint()?;
            let rows = &mut rows[..block.len() * width];
            let failed = OnceLock::new();
            self.pool.run_chunks(rows, SHARE * width, &|share, rows| {
                for (row, &number) in rows.chunks_exact_mut(width).zip(&block[share * SHARE..]) {
                    if let Err(error) = unit(weights, number, row) {
                        // One of several errors is enough.
                        let _ = failed.set(error);
                    }
                }
            });
            if let Some(error) = failed.into_inner() {
                return Err(error);
            }
            each(block, rows)?;
        }
        Ok(())
    }

    /// Of every row, the `count` columns of `head` with the largest product, that product with them.
    pub(super) fn nearest(&self, rows: &[f32], head: &Packed, count: usize) -> Result<Vec<Vec<(u32, f32)>>, Error> {
        let question = Question { top: count, no_sum: true, ..Question::default() };
        let cancelled = || self.control.checkpoint().is_err();
        let found = project(self.pool, rows, head, &question, &cancelled).ok_or(Error::Cancelled)?;
        Ok(found.into_iter().map(|summary| summary.top).collect())
    }
}

/// A value vector scaled to length 1, and whether it could be: one without a direction, of zeros or with a number that is
/// not finite, becomes zero. That is at right angles to everything and pulls at nothing.
pub(super) fn unit(weights: &dyn Weights, number: u32, out: &mut [f32]) -> Result<bool, Error> {
    let number = number as usize;
    weights.value_vectors(number..number + 1, out)?;
    Ok(scale(norm(out), out))
}

/// Divides by the length, or makes zero what has none.
pub(super) fn scale(length: f64, out: &mut [f32]) -> bool {
    let has_direction = length > 0.0 && length.is_finite();
    if has_direction {
        out.iter_mut().for_each(|x| *x = (f64::from(*x) / length) as f32);
    } else {
        out.fill(0.0);
    }
    has_direction
}
