//! A weight matrix, packed in the order in which products read it. The products are in `matmul`.

use crate::memory::Buffer;

/// Columns of a panel.
pub(crate) const PANEL: usize = 32;

/// A k x n matrix W of a product y = x W, in panels of 32 columns: `panel[j / 32][i][j % 32]` is `W[i][j]`. The last
/// panel's padding beyond column n is zero.
pub struct Packed {
    k: usize,
    n: usize,
    values: Buffer,
}

impl Packed {
    /// A k x n matrix of zeros, to be filled by rows or columns.
    pub fn zeros(k: usize, n: usize) -> Packed {
        let len = n.div_ceil(PANEL).checked_mul(PANEL).and_then(|columns| columns.checked_mul(k));
        let len = len.unwrap_or_else(|| panic!("a {k} x {n} matrix is more than memory can hold"));
        Packed { k, n, values: Buffer::zeros(len) }
    }

    /// k: the length of a product's input.
    pub fn k(&self) -> usize {
        self.k
    }

    /// n: the length of a product's output.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Bytes, padding included.
    pub fn bytes(&self) -> usize {
        size_of_val::<[f32]>(&self.values)
    }

    /// All values in storage order, the last panel's padding included.
    pub fn stored(&self) -> &[f32] {
        &self.values
    }

    /// Sets row i; n values.
    pub fn fill_row(&mut self, i: usize, row: &[f32]) {
        assert!(
            i < self.k && row.len() == self.n,
            "row {i} of {} values for a {} x {} matrix",
            row.len(),
            self.k,
            self.n
        );
        for (panel, part) in row.chunks(PANEL).enumerate() {
            let at = (panel * self.k + i) * PANEL;
            self.values[at..at + part.len()].copy_from_slice(part);
        }
    }

    /// Sets column j; k values.
    pub fn fill_column(&mut self, j: usize, column: &[f32]) {
        let (k, n) = (self.k, self.n);
        assert!(j < n && column.len() == k, "column {j} of {} values for a {k} x {n} matrix", column.len());
        let panel = &mut self.values[j / PANEL * k * PANEL..][..k * PANEL];
        for (line, &value) in panel.as_chunks_mut::<PANEL>().0.iter_mut().zip(column) {
            line[j % PANEL] = value;
        }
    }

    /// Copies row i into `out`; n values.
    pub fn row(&self, i: usize, out: &mut [f32]) {
        assert!(i < self.k && out.len() == self.n, "row {i} of a {} x {} matrix into {}", self.k, self.n, out.len());
        for (panel, part) in out.chunks_mut(PANEL).enumerate() {
            let at = (panel * self.k + i) * PANEL;
            part.copy_from_slice(&self.values[at..at + part.len()]);
        }
    }

    /// Copies column j into `out`; k values.
    pub fn column(&self, j: usize, out: &mut [f32]) {
        assert!(out.len() == self.k, "column {j} of a {} x {} matrix into {}", self.k, self.n, out.len());
        for (value, line) in out.iter_mut().zip(self.lines(j)) {
            *value = line[j % PANEL];
        }
    }

    /// The number of panels.
    pub(crate) fn panels(&self) -> usize {
        self.n.div_ceil(PANEL)
    }

    /// All panels from this one on.
    pub(crate) fn panels_from(&self, panel: usize) -> &[f32] {
        &self.values[panel * self.k * PANEL..]
    }

    /// The k lines of the panel that holds column j.
    pub(crate) fn lines(&self, j: usize) -> &[[f32; PANEL]] {
        assert!(j < self.n, "column {j} of a {} x {} matrix", self.k, self.n);
        &self.panels_from(j / PANEL).as_chunks().0[..self.k]
    }
}
