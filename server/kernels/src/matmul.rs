//! y = x W + b for any number of rows: how the work is divided among threads. The arithmetic is in `product`.

use std::ops::Range;

use crate::isa::{Isa, Kernel, Simd};
use crate::packed::{PANEL, Panels, for_each_format};
use crate::product::{GROUP, Target, product};
use crate::rows::{Rows, blocks};
use crate::weight::Weight;
use crate::{Packed, Pool};

/// The most rows that run over a group of panels together: their part of a block of terms stays in the second-level
/// cache.
const ROWS: usize = 192;

/// `out[r] = x[r] W + bias` for every row r. An element's bits depend only on its row of x and its column of W.
pub fn matmul(pool: &Pool, x: &[f32], w: &Packed, bias: Option<&[f32]>, out: &mut [f32]) {
    matmul_with(Isa::best(), pool, x, w, bias, out);
}

pub(crate) fn matmul_with(isa: Isa, pool: &Pool, x: &[f32], w: &Packed, bias: Option<&[f32]>, out: &mut [f32]) {
    for_each_format!(w, panels => matmul_of(isa, pool, x, panels, bias, out));
}

fn matmul_of<W: Weight>(isa: Isa, pool: &Pool, x: &[f32], w: Panels<'_, W>, bias: Option<&[f32]>, out: &mut [f32]) {
    let (k, n) = (w.k(), w.n());
    if n == 0 || out.is_empty() {
        return;
    }
    let rows = out.len() / n;
    assert!(out.len() == rows * n && x.len() == rows * k, "{} by {k} x {n} into {}", x.len(), out.len());
    assert!(bias.is_none_or(|bias| bias.len() == n), "the bias does not have {n} values");

    let share = rows.div_ceil(rows.div_ceil(ROWS));
    let height = isa.tile_height();
    let blocks: Vec<Rows<'_>> = (0..rows)
        .step_by(share)
        .map(|first| first..(first + share).min(rows))
        .map(|rows| Rows::new(pool, &x[rows.start * k..rows.end * k], rows.len(), k, height))
        .collect();
    // a few equal ranges of panels for each thread
    let panels = n.div_ceil(PANEL);
    let ranges = pool.threads() * (panels / (pool.threads() * GROUP)).clamp(1, 64);
    let out = Target { start: out.as_mut_ptr(), stride: n };
    pool.run(ranges * blocks.len(), &|task| {
        let (range, block) = (task / blocks.len(), task % blocks.len());
        let (first, end) = (panels * range / ranges, panels * (range + 1) / ranges);
        if first < end {
            isa.run(Product {
                x: &blocks[block],
                w,
                panels: first..end,
                bias: bias.map(|bias| &bias[first * PANEL..]),
                // SAFETY: within `out`.
                target: unsafe { out.skip(block * share * n + first * PANEL) },
            });
        }
    });
}

/// Rows times a range of panels.
struct Product<'a, W> {
    x: &'a Rows<'a>,
    w: Panels<'a, W>,
    panels: Range<usize>,
    /// Starts at these panels' first column.
    bias: Option<&'a [f32]>,
    target: Target,
}

impl<W: Weight> Kernel for Product<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let stride = self.panels.len() * PANEL;
        let columns = stride.min(self.w.n() - self.panels.start * PANEL);
        // the last panel's padding beyond column n is not written to `out`
        let mut spare = if columns < stride { vec![0.0; self.x.rows() * stride] } else { Vec::new() };
        let target = if spare.is_empty() { self.target } else { Target { start: spare.as_mut_ptr(), stride } };
        // SAFETY: tasks have different rows or different panels, so no two write the same part of `out`.
        unsafe { product(s, self.x, self.w, self.panels, target) };
        for row in 0..self.x.rows() {
            // SAFETY: this row's values of these panels, as above.
            let out =
                unsafe { std::slice::from_raw_parts_mut(self.target.start.add(row * self.target.stride), columns) };
            if !spare.is_empty() {
                out.copy_from_slice(&spare[row * stride..][..columns]);
            }
            if let Some(bias) = self.bias {
                out.iter_mut().zip(bias).for_each(|(out, bias)| *out += bias);
            }
        }
    }
}

/// One element of a product without bias. Same bits as `matmul`.
pub fn dot_column(x: &[f32], w: &Packed, j: usize) -> f32 {
    assert_eq!(x.len(), w.k());
    for_each_format!(w, panels => Isa::best().run(Element { x, w: panels, j }))
}

struct Element<'a, W> {
    x: &'a [f32],
    w: Panels<'a, W>,
    j: usize,
}

impl<W: Weight> Kernel for Element<'_, W> {
    type Output = f32;

    #[inline(always)]
    fn run<S: Simd>(self, _: S) -> f32 {
        let lines = self.w.lines(self.j);
        let sum = |terms: Range<usize>| {
            let terms = self.x[terms.clone()].iter().zip(&lines[terms]);
            terms.fold(0.0f32, |sum, (x, line)| x.mul_add(line[self.j % PANEL].widen(), sum))
        };
        blocks(self.w.k()).map(sum).reduce(|total, sum| total + sum).unwrap_or_default()
    }
}
