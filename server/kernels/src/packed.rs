//! A weight matrix in the order in which products read it.

/// Columns of a panel.
pub(crate) const PANEL: usize = 32;

/// A k x n matrix W of a product y = x W, in panels of 32 columns: `panel[j / 32][i][j % 32]` is W[i][j].
pub struct Packed {
    k: usize,
    n: usize,
    values: Vec<f32>,
}

impl Packed {
    /// A k x n matrix of zeros.
    pub fn zeros(k: usize, n: usize) -> Packed {
        Packed { k, n, values: vec![0.0; n.div_ceil(PANEL) * k * PANEL] }
    }

    /// Rows: the length of a product's input.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Columns: the length of a product's output.
    pub fn n(&self) -> usize {
        self.n
    }

    /// The memory it takes.
    pub fn bytes(&self) -> usize {
        self.values.len() * 4
    }

    fn at(&self, i: usize, j: usize) -> usize {
        assert!(i < self.k && j < self.n, "element ({i}, {j}) of a {} x {} matrix", self.k, self.n);
        (j / PANEL * self.k + i) * PANEL + j % PANEL
    }

    /// Sets row i: n values.
    pub fn fill_row(&mut self, i: usize, row: &[f32]) {
        assert_eq!(row.len(), self.n);
        for (j, &v) in row.iter().enumerate() {
            let at = self.at(i, j);
            self.values[at] = v;
        }
    }

    /// Sets column j: k values.
    pub fn fill_column(&mut self, j: usize, column: &[f32]) {
        assert_eq!(column.len(), self.k);
        for (i, &v) in column.iter().enumerate() {
            let at = self.at(i, j);
            self.values[at] = v;
        }
    }

    /// Copies row i out: n values.
    pub fn row(&self, i: usize, out: &mut [f32]) {
        assert_eq!(out.len(), self.n);
        for (j, v) in out.iter_mut().enumerate() {
            *v = self.values[self.at(i, j)];
        }
    }

    /// Copies column j out: k values.
    pub fn column(&self, j: usize, out: &mut [f32]) {
        assert_eq!(out.len(), self.k);
        for (i, v) in out.iter_mut().enumerate() {
            *v = self.values[self.at(i, j)];
        }
    }

    pub(crate) fn get(&self, i: usize, j: usize) -> f32 {
        self.values[self.at(i, j)]
    }
}
