//! A weight matrix, packed in the order in which products read it. The products are in `matmul`.

use crate::half::{Bf16, F16};
use crate::isa::{Isa, Kernel, LANES, Simd};
use crate::memory::Buffer;
use crate::weight::{Format, Numbers, Weight};

/// Columns of a panel.
pub(crate) const PANEL: usize = 32;

/// A k x n matrix W of a product y = x W, in panels of 32 columns: `panel[j / 32][i][j % 32]` is `W[i][j]`. The last
/// panel's padding beyond column n is zero.
pub struct Packed {
    k: usize,
    n: usize,
    values: Values,
}

enum Values {
    F32(Buffer<f32>),
    F16(Buffer<F16>),
    Bf16(Buffer<Bf16>),
}

/// Runs one expression for a matrix of any format; `$panels` are its `Panels`.
macro_rules! for_each_format {
    ($packed:expr, $panels:ident => $body:expr) => {
        match $packed.any() {
            $crate::packed::AnyPanels::F32($panels) => $body,
            $crate::packed::AnyPanels::F16($panels) => $body,
            $crate::packed::AnyPanels::Bf16($panels) => $body,
        }
    };
}
pub(crate) use for_each_format;

impl Packed {
    /// A k x n matrix of zeros in float32, to be filled by rows or columns.
    pub fn zeros(k: usize, n: usize) -> Packed {
        Packed::zeros_in(Format::F32, k, n)
    }

    /// A k x n matrix of zeros in this format, to be filled by rows or columns.
    pub fn zeros_in(format: Format, k: usize, n: usize) -> Packed {
        let len = n.div_ceil(PANEL).checked_mul(PANEL).and_then(|columns| columns.checked_mul(k));
        let len = len.unwrap_or_else(|| panic!("a {k} x {n} matrix is more than memory can hold"));
        let values = match format {
            Format::F32 => Values::F32(Buffer::zeros(len)),
            Format::F16 => Values::F16(Buffer::zeros(len)),
            Format::Bf16 => Values::Bf16(Buffer::zeros(len)),
        };
        Packed { k, n, values }
    }

    /// k: the length of a product's input.
    pub fn k(&self) -> usize {
        self.k
    }

    /// n: the length of a product's output.
    pub fn n(&self) -> usize {
        self.n
    }

    /// How its values are stored.
    pub fn format(&self) -> Format {
        self.stored().format()
    }

    /// Bytes, padding included.
    pub fn bytes(&self) -> usize {
        self.stored().len() * self.format().bytes()
    }

    /// All values in storage order, the last panel's padding included.
    pub fn stored(&self) -> Numbers<'_> {
        match &self.values {
            Values::F32(values) => Numbers::F32(values),
            Values::F16(values) => Numbers::F16(values),
            Values::Bf16(values) => Numbers::Bf16(values),
        }
    }

    /// Sets row i; n values in the matrix's format. A matrix in float32 takes any format.
    pub fn fill_row<'a>(&mut self, i: usize, row: impl Into<Numbers<'a>>) {
        let (k, n, row) = (self.k, self.n, row.into());
        assert!(i < k && row.len() == n, "row {i} of {} values for a {k} x {n} matrix", row.len());
        self.fill(row, Row { k, i });
    }

    /// Sets column j; k values in the matrix's format. A matrix in float32 takes any format.
    pub fn fill_column<'a>(&mut self, j: usize, column: impl Into<Numbers<'a>>) {
        let (k, n, column) = (self.k, self.n, column.into());
        assert!(j < n && column.len() == k, "column {j} of {} values for a {k} x {n} matrix", column.len());
        self.fill(column, Column { k, j });
    }

    /// Copies row i into `out`; n values.
    pub fn row(&self, i: usize, out: &mut [f32]) {
        assert!(i < self.k && out.len() == self.n, "row {i} of a {} x {} matrix into {}", self.k, self.n, out.len());
        for_each_format!(self, panels => Isa::best().run(ReadRow { panels, i, out }));
    }

    /// Copies column j into `out`; k values.
    pub fn column(&self, j: usize, out: &mut [f32]) {
        assert!(out.len() == self.k, "column {j} of a {} x {} matrix into {}", self.k, self.n, out.len());
        for_each_format!(self, panels => for (value, line) in out.iter_mut().zip(panels.lines(j)) {
            *value = line[j % PANEL].widen();
        });
    }

    /// The number of panels.
    pub(crate) fn panels(&self) -> usize {
        self.n.div_ceil(PANEL)
    }

    /// The panels with the type of their values. `for_each_format` matches it.
    pub(crate) fn any(&self) -> AnyPanels<'_> {
        let (k, n) = (self.k, self.n);
        match &self.values {
            Values::F32(values) => AnyPanels::F32(Panels { k, n, values }),
            Values::F16(values) => AnyPanels::F16(Panels { k, n, values }),
            Values::Bf16(values) => AnyPanels::Bf16(Panels { k, n, values }),
        }
    }

    fn fill(&mut self, numbers: Numbers<'_>, place: impl Place) {
        match (&mut self.values, numbers) {
            (Values::F32(values), Numbers::F32(numbers)) => place.fill(values, numbers, |x| x),
            (Values::F32(values), Numbers::F16(numbers)) => place.fill(values, numbers, F16::widen),
            (Values::F32(values), Numbers::Bf16(numbers)) => place.fill(values, numbers, Bf16::widen),
            (Values::F16(values), Numbers::F16(numbers)) => place.fill(values, numbers, |x| x),
            (Values::Bf16(values), Numbers::Bf16(numbers)) => place.fill(values, numbers, |x| x),
            (_, numbers) => panic!("{:?} numbers for a matrix of {:?}", numbers.format(), self.format()),
        }
    }
}

/// The panels of a matrix of each format.
pub(crate) enum AnyPanels<'a> {
    F32(Panels<'a, f32>),
    F16(Panels<'a, F16>),
    Bf16(Panels<'a, Bf16>),
}

/// A view of a packed matrix whose values are of one type.
#[derive(Clone, Copy)]
pub(crate) struct Panels<'a, W> {
    k: usize,
    n: usize,
    values: &'a [W],
}

impl<'a, W: Weight> Panels<'a, W> {
    pub(crate) fn k(&self) -> usize {
        self.k
    }

    pub(crate) fn n(&self) -> usize {
        self.n
    }

    /// All panels from this one on.
    pub(crate) fn from(&self, panel: usize) -> &'a [W] {
        &self.values[panel * self.k * PANEL..]
    }

    /// The k lines of the panel that holds column j.
    pub(crate) fn lines(&self, j: usize) -> &'a [[W; PANEL]] {
        assert!(j < self.n, "column {j} of a {} x {} matrix", self.k, self.n);
        &self.from(j / PANEL).as_chunks().0[..self.k]
    }
}

/// Widens a row.
struct ReadRow<'a, 'o, W> {
    panels: Panels<'a, W>,
    i: usize,
    out: &'o mut [f32],
}

impl<W: Weight> Kernel for ReadRow<'_, '_, W> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let stride = self.panels.k * PANEL;
        let panels = self.panels.values[self.i * PANEL..].chunks(stride);
        for (panel, out) in panels.zip(self.out.chunks_mut(PANEL)) {
            for (from, out) in panel.as_chunks().0.iter().zip(out.chunks_mut(LANES)) {
                let values = W::load(s, from);
                match out.as_mut_array() {
                    Some(out) => s.store(values, out),
                    None => {
                        let mut lanes = [0.0; LANES];
                        s.store(values, &mut lanes);
                        out.copy_from_slice(&lanes[..out.len()]);
                    }
                }
            }
        }
    }
}

/// Where numbers go.
trait Place {
    fn fill<W: Copy, N: Copy>(self, values: &mut [W], numbers: &[N], as_stored: impl Fn(N) -> W);
}

struct Row {
    k: usize,
    i: usize,
}

impl Place for Row {
    fn fill<W: Copy, N: Copy>(self, values: &mut [W], row: &[N], as_stored: impl Fn(N) -> W) {
        for (panel, part) in row.chunks(PANEL).enumerate() {
            let at = (panel * self.k + self.i) * PANEL;
            values[at..].iter_mut().zip(part).for_each(|(value, &number)| *value = as_stored(number));
        }
    }
}

struct Column {
    k: usize,
    j: usize,
}

impl Place for Column {
    fn fill<W: Copy, N: Copy>(self, values: &mut [W], column: &[N], as_stored: impl Fn(N) -> W) {
        let panel = &mut values[self.j / PANEL * self.k * PANEL..][..self.k * PANEL];
        for (line, &number) in panel.as_chunks_mut::<PANEL>().0.iter_mut().zip(column) {
            line[self.j % PANEL] = as_stored(number);
        }
    }
}
