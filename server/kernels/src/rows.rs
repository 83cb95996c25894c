//! The rows of a product's input in the order in which its register tiles read them.

use std::borrow::Cow;
use std::ops::Range;

/// Terms that are summed on their own before they join the total.
pub(crate) const BLOCK: usize = 256;

/// A few rows of k values: block of terms after block, in it tile after tile, in it term after term the tile's rows.
pub(crate) struct Rows<'a> {
    values: Cow<'a, [f32]>,
    rows: usize,
    tiles: usize,
}

impl<'a> Rows<'a> {
    /// As few tiles of at most `height` rows as there must be, as equal as they can be.
    pub(crate) fn new(x: &'a [f32], rows: usize, k: usize, height: usize) -> Rows<'a> {
        assert_eq!(x.len(), rows * k);
        let tiles = rows.div_ceil(height);
        if rows == 1 {
            return Rows { values: Cow::Borrowed(x), rows, tiles };
        }
        let mut packed = Rows { values: Cow::Owned(Vec::new()), rows, tiles };
        let mut values = Vec::with_capacity(x.len());
        for terms in blocks(k) {
            for tile in 0..tiles {
                let rows = packed.tile(tile);
                for i in terms.clone() {
                    values.extend(rows.clone().map(|r| x[r * k + i]));
                }
            }
        }
        packed.values = Cow::Owned(values);
        packed
    }

    /// How many rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// How many tiles.
    pub(crate) fn tiles(&self) -> usize {
        self.tiles
    }

    /// A tile's rows.
    pub(crate) fn tile(&self, tile: usize) -> Range<usize> {
        self.rows * tile / self.tiles..self.rows * (tile + 1) / self.tiles
    }

    /// A tile's values in a block of terms: its first row's first term, then its second row's first term, and so on.
    pub(crate) fn part(&self, tile: usize, terms: &Range<usize>) -> &[f32] {
        let rows = self.tile(tile);
        let start = self.rows * terms.start + rows.start * terms.len();
        &self.values[start..start + rows.len() * terms.len()]
    }
}

/// The blocks of k terms; one empty block where there are no terms.
pub(crate) fn blocks(k: usize) -> impl Iterator<Item = Range<usize>> {
    (0..k.max(1)).step_by(BLOCK).map(move |start| start..(start + BLOCK).min(k))
}
