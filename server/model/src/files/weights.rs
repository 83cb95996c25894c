//! Loads a checkpoint's tensors into the layouts of `kernels` and hashes them on the way. A matrix stays in the format in
//! which it is stored; the hash is of float32.

use kernels::{Format, Packed};
use lm::OpenError;

use super::checkpoint::{Checkpoint, Piece};
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

    fn read(&mut self, name: &str, shape: &[usize], each: &mut dyn FnMut(Piece<'_>)) -> Result<(), OpenError> {
        self.fingerprint.tensor(name, shape);
        self.checkpoint.read(name, shape, &mut |piece| {
            self.fingerprint.data(piece.wide);
            each(piece);
        })
    }

    /// The format of a matrix that holds these tensors: theirs, or float32 if they differ.
    pub(crate) fn format(&self, names: &[String]) -> Format {
        let mut formats = names.iter().map(|name| self.checkpoint.format(name));
        let first = formats.next().unwrap_or(Format::F32);
        if formats.all(|format| format == first) { first } else { Format::F32 }
    }

    /// k x n, stored as k x n.
    pub(crate) fn rows(&mut self, name: &str, k: usize, n: usize) -> Result<Packed, OpenError> {
        let mut packed = Packed::zeros_in(self.checkpoint.format(name), k, n);
        self.read(name, &[k, n], &mut |piece| {
            (0..piece.stored.len() / n).for_each(|i| packed.fill_row(piece.first + i, piece.stored.part(i * n, n)));
        })?;
        Ok(packed)
    }

    /// k x n, stored as n x k.
    pub(crate) fn columns(&mut self, name: &str, k: usize, n: usize) -> Result<Packed, OpenError> {
        let mut packed = Packed::zeros_in(self.checkpoint.format(name), k, n);
        self.columns_to(&mut packed, name, n, &|row| row)?;
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
        self.read(name, &[n, k], &mut |piece| {
            let stored = |j: usize| piece.stored.part(j * k, k);
            (0..piece.stored.len() / k).for_each(|j| packed.fill_column(column(piece.first + j), stored(j)));
        })
    }

    /// A tensor in float32.
    pub(crate) fn flat(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, OpenError> {
        let mut all = Vec::with_capacity(shape.iter().product());
        self.read(name, shape, &mut |piece| all.extend_from_slice(piece.wide))?;
        Ok(all)
    }
}
