//! Loads a checkpoint's tensors into the layouts of `kernels` and hashes them on the way.

use kernels::Packed;
use lm::OpenError;

use super::checkpoint::Checkpoint;
use super::fingerprint::Fingerprint;

/// Reads each tensor once, by canonical name.
pub(crate) struct WeightReader<'a> {
    checkpoint: &'a Checkpoint,
    fingerprint: &'a mut Fingerprint,
}

impl<'a> WeightReader<'a> {
    pub(crate) fn new(checkpoint: &'a Checkpoint, fingerprint: &'a mut Fingerprint) -> Self {
        Self { checkpoint, fingerprint }
    }

    fn read(&mut self, name: &str, shape: &[usize], each: &mut dyn FnMut(usize, &[f32])) -> Result<(), OpenError> {
        self.fingerprint.tensor(name, shape);
        self.checkpoint.read(name, shape, &mut |first, rows| {
            self.fingerprint.data(rows);
            each(first, rows);
        })
    }

    /// k x n, stored as k x n.
    pub(crate) fn rows(&mut self, name: &str, k: usize, n: usize) -> Result<Packed, OpenError> {
        let mut packed = Packed::zeros(k, n);
        self.read(name, &[k, n], &mut |first, rows| {
            rows.chunks_exact(n).enumerate().for_each(|(i, row)| packed.fill_row(first + i, row));
        })?;
        Ok(packed)
    }

    /// k x n, stored as n x k.
    pub(crate) fn columns(&mut self, name: &str, k: usize, n: usize) -> Result<Packed, OpenError> {
        let mut packed = Packed::zeros(k, n);
        self.read(name, &[n, k], &mut |first, rows| {
            rows.chunks_exact(k).enumerate().for_each(|(j, row)| packed.fill_column(first + j, row));
        })?;
        Ok(packed)
    }

    /// Columns of a matrix of k rows, stored as n x k: `column` says where a stored row goes.
    pub(crate) fn columns_to(
        &mut self,
        packed: &mut Packed,
        name: &str,
        n: usize,
        column: &dyn Fn(usize) -> usize,
    ) -> Result<(), OpenError> {
        let k = packed.k();
        self.read(name, &[n, k], &mut |first, rows| {
            rows.chunks_exact(k).enumerate().for_each(|(j, row)| packed.fill_column(column(first + j), row));
        })
    }

    pub(crate) fn flat(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, OpenError> {
        let mut all = Vec::with_capacity(shape.iter().product());
        self.read(name, shape, &mut |_, rows| all.extend_from_slice(rows))?;
        Ok(all)
    }
}
