//! A block's attention around the kernel: the norm before it, queries, keys and values, and the projection back.

use kernels::{Heads, Pool, Scoring};
use lm::Error;

use super::linear::Linear;
use super::norm::Norm;
use super::plan::Sizes;
use super::position_encoding::PositionEncoding;

/// The weights of a block's attention.
pub(crate) struct Attention {
    pub(crate) norm: Option<Norm>,
    /// To queries, keys and values, in this order; one matrix.
    pub(crate) projection: Linear,
    /// Of the queries and of the keys, before they are turned.
    pub(crate) inner_norms: Option<[Norm; 2]>,
    pub(crate) merge: Linear,
    /// Of what is added to the stream.
    pub(crate) after: Option<Norm>,
    pub(crate) scoring: Scoring,
    pub(crate) sizes: Sizes,
}

impl Attention {
    pub(super) fn layers(&self) -> [&Linear; 2] {
        [&self.projection, &self.merge]
    }

    /// Queries, keys and values of residual rows; the first row is at position `first`. A row of `out` holds the
    /// queries, then the keys, then the values.
    pub(crate) fn project(
        &self,
        pool: &Pool,
        positions: &PositionEncoding,
        first: usize,
        x: &[f32],
        out: &mut [f32],
    ) -> Result<(), Error> {
        match &self.norm {
            Some(norm) => self.projection.forward(pool, &norm.rows(self.sizes.width, x), out)?,
            None => self.projection.forward(pool, x, out)?,
        }
        let (width, is_local) = (self.sizes.head_width, self.scoring.window.is_some());
        for (i, row) in out.chunks_exact_mut(self.sizes.projected_width()).enumerate() {
            let (queries, rest) = row.split_at_mut(self.sizes.query_width());
            let keys = &mut rest[..self.sizes.key_width()];
            if let Some([query, key]) = &self.inner_norms {
                query.in_place(queries);
                key.in_place(keys);
            }
            positions.turn(first + i, is_local, width, queries);
            positions.turn(first + i, is_local, width, keys);
        }
        Ok(())
    }

    /// The output of the heads for the last positions: a row of queries and of `out` for each position from `first` on.
    /// A position attends to itself and to all before it.
    pub(crate) fn attend(
        &self,
        pool: &Pool,
        queries: &[f32],
        first: usize,
        keys: &[&[f32]],
        values: &[&[f32]],
        out: &mut [f32],
    ) {
        let heads = Heads { queries: self.sizes.heads, keys: self.sizes.key_heads };
        kernels::attend_rows(pool, queries, first, keys, values, heads, self.scoring, out);
    }

    /// What the block's attention adds to the residual stream, from the output of the heads.
    pub(crate) fn update(&self, pool: &Pool, heads: &[f32], out: &mut [f32]) -> Result<(), Error> {
        self.merge.forward(pool, heads, out)?;
        self.after.iter().for_each(|norm| norm.in_place(out));
        Ok(())
    }
}
