//! The vectors as clustering reads them: scaled to length 1, in blocks, never kept.

use std::sync::OnceLock;

use kernels::{Packed, Pool, Question, norm, project};
use lm::{Control, Error, Weights};

/// Vectors in memory together.
const BLOCK: usize = 1024;
/// Vectors that a thread reads in one task.
const SHARE: usize = 64;

/// The source of the vectors, and what computes with them.
pub(super) struct Points<'a> {
    pub(super) weights: &'a dyn Weights,
    /// The number of vectors.
    pub(super) vectors: usize,
    /// Floats of a vector.
    pub(super) width: usize,
    pub(super) pool: &'a Pool,
    pub(super) control: &'a dyn Control,
}

impl Points<'_> {
    /// Calls `each` with the unit vectors of these numbers, in this order, a block at a time: the block's numbers, and
    /// `width` floats for each of them.
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
                        // Report one of several errors.
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

    /// For every row, the `count` columns of `head` with the largest product, with that product.
    pub(super) fn nearest(&self, rows: &[f32], head: &Packed, count: usize) -> Result<Vec<Vec<(u32, f32)>>, Error> {
        let question = Question { top: count, no_sum: true, ..Question::default() };
        let cancelled = || self.control.checkpoint().is_err();
        let found = project(self.pool, rows, head, &question, &cancelled).ok_or(Error::Cancelled)?;
        Ok(found.into_iter().map(|summary| summary.top).collect())
    }
}

/// A value vector scaled to length 1, and whether it has a direction. A vector of zeros, or with a number that is not
/// finite, has none and becomes zero. Zero is at right angles to everything and adds nothing to a sum.
pub(super) fn unit(weights: &dyn Weights, number: u32, out: &mut [f32]) -> Result<bool, Error> {
    let number = number as usize;
    weights.value_vectors(number..number + 1, out)?;
    Ok(scale(norm(out), out))
}

/// Divides by the length, or returns zeros if there is no length.
pub(super) fn scale(length: f64, out: &mut [f32]) -> bool {
    let has_direction = length > 0.0 && length.is_finite();
    if has_direction {
        out.iter_mut().for_each(|x| *x = (f64::from(*x) / length) as f32);
    } else {
        out.fill(0.0);
    }
    has_direction
}
