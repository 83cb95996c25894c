//! The rows of a product's input in the order in which its register tiles read them.

use std::borrow::Cow;
use std::ops::Range;

use crate::Pool;

/// Terms that are summed separately before they are added to the total.
pub(crate) const BLOCK: usize = 256;

/// Rows of k values, stored by block of terms, then by tile, then by term: the tile's rows of that term.
pub(crate) struct Rows<'a> {
    values: Cow<'a, [f32]>,
    rows: usize,
    tiles: usize,
}

impl<'a> Rows<'a> {
    /// As few tiles of at most `height` rows as possible, of nearly equal size.
    pub(crate) fn new(pool: &Pool, x: &'a [f32], rows: usize, k: usize, height: usize) -> Rows<'a> {
        assert_eq!(x.len(), rows * k);
        let tiles = rows.div_ceil(height);
        if rows == 1 {
            return Rows { values: Cow::Borrowed(x), rows, tiles };
        }
        let mut values = vec![0.0; x.len()];
        let packed = Rows { values: Cow::Borrowed(&[]), rows, tiles };
        pool.run_chunks(&mut values, rows * BLOCK, &|block, mut values| {
            let terms = block * BLOCK..((block + 1) * BLOCK).min(k);
            for tile in 0..tiles {
                let rows = packed.tile(tile);
                let part;
                (part, values) = values.split_at_mut(rows.len() * terms.len());
                for (at, row) in rows.clone().enumerate() {
                    let x = &x[row * k..][terms.clone()];
                    part.chunks_exact_mut(rows.len()).zip(x).for_each(|(part, &x)| part[at] = x);
                }
            }
        });
        Rows { values: Cow::Owned(values), ..packed }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn tiles(&self) -> usize {
        self.tiles
    }

    /// The rows of a tile.
    pub(crate) fn tile(&self, tile: usize) -> Range<usize> {
        self.rows * tile / self.tiles..self.rows * (tile + 1) / self.tiles
    }

    /// A tile's values in a block of terms: the first term of each of its rows, then the second, and so on.
    pub(crate) fn part(&self, tile: usize, terms: &Range<usize>) -> &[f32] {
        let rows = self.tile(tile);
        let start = self.rows * terms.start + rows.start * terms.len();
        &self.values[start..start + rows.len() * terms.len()]
    }
}

/// The blocks of k terms; one empty block if k is 0.
pub(crate) fn blocks(k: usize) -> impl Iterator<Item = Range<usize>> {
    (0..k.max(1)).step_by(BLOCK).map(move |start| start..(start + BLOCK).min(k))
}
