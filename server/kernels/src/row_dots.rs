//! A direction against every row of a matrix: `out[i] = W[i] . direction`. Limited by memory bandwidth, so the weights
//! are read once, in long stretches. This module divides the work and fixes the order in which a row is summed.

use crate::isa::{Isa, Kernel, LANES, Simd};
use crate::packed::{PANEL, Panels, for_each_format};
use crate::weight::Weight;
use crate::{Packed, Pool};

/// Rows that are summed together: their part of a panel is one stretch of memory, their sums stay in the first-level
/// cache.
const ROWS: usize = 256;

/// The dot product of `direction` (n values) with every row of `w`, into `out` (k values). A row's bits depend only on
/// the row and the direction.
pub fn row_dots(pool: &Pool, w: &Packed, direction: &[f32], out: &mut [f32]) {
    row_dots_with(Isa::best(), pool, w, direction, out);
}

pub(crate) fn row_dots_with(isa: Isa, pool: &Pool, w: &Packed, direction: &[f32], out: &mut [f32]) {
    let (k, n) = (w.k(), w.n());
    assert!(direction.len() == n && out.len() == k, "{} values against {k} x {n} into {}", direction.len(), out.len());
    // The last panel's padding beyond column n is zero.
    let mut padded = direction.to_vec();
    padded.resize(n.next_multiple_of(PANEL), 0.0);
    pool.run_chunks(out, ROWS, &|block, out| {
        for_each_format!(w, panels => isa.run(Rows { w: panels, direction: &padded, first: block * ROWS, out }));
    });
}

struct Rows<'a, W> {
    w: Panels<'a, W>,
    direction: &'a [f32],
    first: usize,
    out: &'a mut [f32],
}

impl<W: Weight> Kernel for Rows<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut sums = [[0.0f32; LANES]; ROWS];
        let sums = &mut sums[..self.out.len()];
        for (panel, direction) in self.direction.as_chunks::<PANEL>().0.iter().enumerate() {
            let lines = &self.w.from(panel).as_chunks::<PANEL>().0[self.first..][..sums.len()];
            let halves = direction.as_chunks::<LANES>().0;
            let (a, b) = (s.load(&halves[0]), s.load(&halves[1]));
            for (line, sum) in lines.iter().zip(sums.iter_mut()) {
                let line = line.as_chunks::<LANES>().0;
                let total = s.fma(W::load(s, &line[0]), a, s.load(sum));
                s.store(s.fma(W::load(s, &line[1]), b, total), sum);
            }
        }
        for (out, sum) in self.out.iter_mut().zip(sums) {
            *out = s.sum(s.load(sum));
        }
    }
}
