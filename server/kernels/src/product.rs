//! The register-tiled product of a block of rows with a range of panels, on one thread. `matmul` and `project` divide
//! the rows and panels among threads.
//!
//! The order of summation does not depend on the tile: an element is the sum, block after block, of the sums of `BLOCK`
//! consecutive terms. Each of these is an FMA chain from zero.

use std::ops::Range;

use crate::isa::{LANES, Simd};
use crate::packed::{PANEL, Panels};
use crate::rows::{Rows, blocks};
use crate::weight::Weight;

/// Panels that a block of rows runs over together, so that its values are read once for all of them.
pub(crate) const GROUP: usize = 1;
/// How far ahead weights are prefetched, in bytes.
const AHEAD: usize = 4096;
/// Bytes of a cache line, about.
const CACHE_LINE: usize = 64;

/// Where a product is written: row r starts at `start + r * stride`, with the first panel's first column.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) start: *mut f32,
    pub(crate) stride: usize,
}

// SAFETY: a plain address; code that writes through it guarantees exclusive access.
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

impl Target {
    /// The target that starts this many values later.
    ///
    /// # Safety
    /// It must lie within the same allocation.
    pub(crate) unsafe fn skip(self, values: usize) -> Target {
        // SAFETY: guaranteed by the caller.
        Target { start: unsafe { self.start.add(values) }, ..self }
    }
}

/// `x W` for a range of W's panels.
///
/// # Safety
/// The target must be valid for writes of every row's values of these panels, beyond column n too. No other thread may
/// access them meanwhile.
#[inline(always)]
pub(crate) unsafe fn product<S: Simd, W: Weight>(
    s: S,
    x: &Rows<'_>,
    w: Panels<'_, W>,
    panels: Range<usize>,
    target: Target,
) {
    // a single tile reads the weights in memory order, because its speed depends on that
    let share = if x.tiles() == 1 { 1 } else { GROUP };
    for first in panels.clone().step_by(share) {
        let group = Group {
            k: w.k(),
            w: w.from(first),
            vectors: share.min(panels.end - first) * (PANEL / LANES),
            // SAFETY: inside the target, because the group is inside the panels.
            target: unsafe { target.skip((first - panels.start) * PANEL) },
        };
        for terms in blocks(w.k()) {
            for tile in 0..x.tiles() {
                let (rows, x) = (x.tile(tile), x.part(tile, &terms));
                // SAFETY: guaranteed by the caller.
                unsafe { group.tile(s, x, rows, terms.clone()) };
            }
        }
    }
}

/// A few neighbouring panels and where their products are written.
struct Group<'a, W> {
    k: usize,
    w: &'a [W],
    /// Vectors of columns.
    vectors: usize,
    target: Target,
}

impl<W: Weight> Group<'_, W> {
    /// Adds one block of terms to a tile's rows.
    #[inline(always)]
    unsafe fn tile<S: Simd>(&self, s: S, x: &[f32], rows: Range<usize>, terms: Range<usize>) {
        let (x, first) = (x.as_ptr(), rows.start);
        // As wide as the registers allow: a panel, or half of one.
        // SAFETY: in every arm, `x` holds as many rows as the arm says; the rest is guaranteed by the caller.
        unsafe {
            match (rows.len(), S::TILE) {
                (1, _) => self.columns::<S, 1, 2>(s, x, first, terms),
                (2, _) => self.columns::<S, 2, 2>(s, x, first, terms),
                (3, _) => self.columns::<S, 3, 2>(s, x, first, terms),
                (4, (_, 2)) => self.columns::<S, 4, 2>(s, x, first, terms),
                (5, (_, 2)) => self.columns::<S, 5, 2>(s, x, first, terms),
                (6, (_, 2)) => self.columns::<S, 6, 2>(s, x, first, terms),
                (7, (_, 2)) => self.columns::<S, 7, 2>(s, x, first, terms),
                (8, (_, 2)) => self.columns::<S, 8, 2>(s, x, first, terms),
                (9, (_, 2)) => self.columns::<S, 9, 2>(s, x, first, terms),
                (10, (_, 2)) => self.columns::<S, 10, 2>(s, x, first, terms),
                (11, (_, 2)) => self.columns::<S, 11, 2>(s, x, first, terms),
                (12, (_, 2)) => self.columns::<S, 12, 2>(s, x, first, terms),
                (4, _) => self.columns::<S, 4, 1>(s, x, first, terms),
                (5, _) => self.columns::<S, 5, 1>(s, x, first, terms),
                (6, _) => self.columns::<S, 6, 1>(s, x, first, terms),
                (rows, (most, _)) => unreachable!("a tile of {rows} rows, at most {most} allowed"),
            }
        }
    }

    /// The tile's rows times all columns, `WIDTH` vectors at a time.
    #[inline(always)]
    unsafe fn columns<S: Simd, const HEIGHT: usize, const WIDTH: usize>(
        &self,
        s: S,
        x: *const f32,
        first: usize,
        terms: Range<usize>,
    ) {
        for vector in (0..self.vectors).step_by(WIDTH) {
            // SAFETY: guaranteed by the caller; panels are whole, and so are their halves.
            unsafe { self.cell::<S, HEIGHT, WIDTH>(s, x, first, vector, terms.clone()) };
        }
    }

    /// `HEIGHT` rows from row `first` times `WIDTH` vectors of columns: one block of terms, added to the target.
    #[inline(always)]
    unsafe fn cell<S: Simd, const HEIGHT: usize, const WIDTH: usize>(
        &self,
        s: S,
        x: *const f32,
        first: usize,
        vector: usize,
        terms: Range<usize>,
    ) {
        let mut sums = [[s.splat(0.0); WIDTH]; HEIGHT];
        // SAFETY: vector `vector + v` is in a panel of this group.
        let w: [*const W; WIDTH] = std::array::from_fn(|v| unsafe {
            let (panel, half) = ((vector + v) / 2, (vector + v) % 2);
            self.w.as_ptr().add((panel * self.k + terms.start) * PANEL + half * LANES)
        });
        // Four terms a round: counting single terms costs as much as a product. With few rows only memory bandwidth
        // matters, and an even stream of reads is best.
        const ROUND: usize = 4;
        let whole = if HEIGHT < 4 { 0 } else { terms.len() / ROUND * ROUND };
        for round in (0..whole).step_by(ROUND) {
            for i in round..round + ROUND {
                // SAFETY: one of the block's terms.
                unsafe { term::<S, W, HEIGHT, WIDTH>(s, x, &w, i, &mut sums) };
            }
        }
        for i in whole..terms.len() {
            // SAFETY: one of the block's terms.
            unsafe { term::<S, W, HEIGHT, WIDTH>(s, x, &w, i, &mut sums) };
        }
        for (r, sums) in sums.into_iter().enumerate() {
            for (v, sum) in sums.into_iter().enumerate() {
                // SAFETY: guaranteed by the caller.
                unsafe { self.join(s, sum, first + r, vector + v, &terms) };
            }
        }
    }

    /// Adds the sum of a block of terms to its elements.
    #[inline(always)]
    unsafe fn join<S: Simd>(&self, s: S, sum: S::V, row: usize, vector: usize, terms: &Range<usize>) {
        // SAFETY: sixteen of this row's values inside the group's panels, to which this thread has exclusive access.
        let out = unsafe { &mut *self.target.start.add(row * self.target.stride + vector * LANES).cast() };
        s.store(if terms.start == 0 { sum } else { s.add(s.load(out), sum) }, out);
    }
}

/// Adds term `i` of a block to the sums of a cell.
///
/// # Safety
/// `x` holds `HEIGHT` values for the term, and each panel a line.
#[inline(always)]
unsafe fn term<S: Simd, W: Weight, const HEIGHT: usize, const WIDTH: usize>(
    s: S,
    x: *const f32,
    w: &[*const W; WIDTH],
    i: usize,
    sums: &mut [[S::V; WIDTH]; HEIGHT],
) {
    let mut lanes = [s.splat(0.0); WIDTH];
    for v in 0..WIDTH {
        // Two vectors are a line of a panel, which in 16 bits is one cache line.
        let own = size_of::<W>() * LANES >= CACHE_LINE;
        if HEIGHT < 4 && own || v % 2 == 0 {
            s.prefetch(w[v].wrapping_add(i * PANEL + AHEAD / size_of::<W>()));
        }
        // SAFETY: line i of the block of a panel.
        lanes[v] = W::load(s, unsafe { &*w[v].add(i * PANEL).cast() });
    }
    for (r, sums) in sums.iter_mut().enumerate() {
        // SAFETY: guaranteed by the caller.
        let value = s.splat(unsafe { *x.add(i * HEIGHT + r) });
        for v in 0..WIDTH {
            sums[v] = s.fma(value, lanes[v], sums[v]);
        }
    }
}
