//! The one graph: tokens to residuals, with everything kept that a trace looks at. A position's numbers depend on its
//! token, the positions before it and the edits that act there, never on how many positions ran together; so positions
//! are shared between runs wherever those are the same.

use std::sync::{Arc, Mutex};

use kernels::{Pool, add, attend_rows};
use lm::{Control, Error};

use crate::graph::edits::{Edit, Edits};
use crate::graph::family::{Family, Sizes};
use crate::read::lens::{Lens, Score};

/// Positions that run through a layer together: enough for the products to be limited by arithmetic, few enough for a
/// checkpoint to come soon.
const TOGETHER: usize = 64;

/// One position of a run, after the forward pass. Residuals are d floats, coefficients f.
pub(crate) struct Position {
    pub(crate) token: u32,
    /// What was changed here.
    pub(crate) edits: Arc<[Edit]>,
    data: Box<[f32]>,
    sizes: Sizes,
    /// The vocabulary projections that somebody asked for so far.
    pub(crate) lens: Mutex<Option<Arc<Lens>>>,
    /// What was asked of single next tokens so far.
    pub(crate) scores: Mutex<Vec<Score>>,
}

impl Position {
    pub(crate) fn new(token: u32, edits: Arc<[Edit]>, sizes: Sizes) -> Self {
        let data = vec![0.0; sizes.width + sizes.layers * Self::stride(sizes)].into();
        Self { token, edits, data, sizes, lens: Mutex::new(None), scores: Mutex::default() }
    }

    fn stride(sizes: Sizes) -> usize {
        4 * sizes.width + sizes.ffn
    }

    /// Where a part of a block starts: keys, values, before, after (d floats each), then coefficients.
    fn at(&self, layer: usize, part: usize) -> usize {
        self.sizes.width + layer * Self::stride(self.sizes) + part * self.sizes.width
    }

    fn part(&self, layer: usize, part: usize) -> &[f32] {
        let start = self.at(layer, part);
        &self.data[start..start + self.sizes.width]
    }

    fn set(&mut self, layer: usize, part: usize, from: &[f32]) {
        let start = self.at(layer, part);
        self.data[start..start + from.len()].copy_from_slice(from);
    }

    /// Token plus position embedding.
    pub(crate) fn embedding(&self) -> &[f32] {
        &self.data[..self.sizes.width]
    }

    fn keys(&self, layer: usize) -> &[f32] {
        self.part(layer, 0)
    }

    fn values(&self, layer: usize) -> &[f32] {
        self.part(layer, 1)
    }

    /// The residual entering `ln_2`.
    pub(crate) fn before(&self, layer: usize) -> &[f32] {
        self.part(layer, 2)
    }

    /// The residual leaving the block.
    pub(crate) fn after(&self, layer: usize) -> &[f32] {
        self.part(layer, 3)
    }

    /// The residual that the final norm sees.
    pub(crate) fn last(&self) -> &[f32] {
        self.after(self.sizes.layers - 1)
    }

    /// m of every value vector of a block, as it acts.
    pub(crate) fn coefficients(&self, layer: usize) -> &[f32] {
        let start = self.at(layer, 4);
        &self.data[start..start + self.sizes.ffn]
    }

    /// Bytes held.
    pub(crate) fn bytes(sizes: Sizes) -> usize {
        (sizes.width + sizes.layers * Self::stride(sizes)) * size_of::<f32>()
    }
}

/// The positions of a run so far.
pub(crate) type Positions = Vec<Arc<Position>>;

/// Runs `tokens` after `done`, which grows by them. On `Err` it has grown by whole positions or not at all.
pub(crate) fn extend(
    family: &dyn Family,
    pool: &Pool,
    done: &mut Positions,
    tokens: &[u32],
    edits: &Edits,
    control: &dyn Control,
) -> Result<(), Error> {
    for chunk in tokens.chunks(TOGETHER) {
        let sizes = family.sizes();
        let first = done.len();
        let new = |(i, &token): (usize, &u32)| Position::new(token, edits.at(first + i), sizes);
        let mut new: Vec<Position> = chunk.iter().enumerate().map(new).collect();
        block_of_positions(family, pool, done, &mut new, control)?;
        done.extend(new.into_iter().map(Arc::new));
    }
    Ok(())
}

fn block_of_positions(
    family: &dyn Family,
    pool: &Pool,
    done: &[Arc<Position>],
    new: &mut [Position],
    control: &dyn Control,
) -> Result<(), Error> {
    let Sizes { layers, width: d, ffn: f, heads, .. } = family.sizes();
    let rows = new.len();
    let mut x = vec![0.0; rows * d];
    let mut qkv = vec![0.0; rows * 3 * d];
    let mut mixed = vec![0.0; rows * d];
    let mut update = vec![0.0; rows * d];
    let mut m = vec![0.0; rows * f];
    for (i, (position, x)) in new.iter_mut().zip(x.chunks_exact_mut(d)).enumerate() {
        family.embed(position.token, done.len() + i, x);
        position.data[..d].copy_from_slice(x);
    }
    for layer in 0..layers {
        control.checkpoint()?;
        family.project_attention(pool, layer, &x, &mut qkv).map_err(Error::Model)?;
        let mut queries = vec![0.0; rows * d];
        for ((position, qkv), q) in new.iter_mut().zip(qkv.chunks_exact(3 * d)).zip(queries.chunks_exact_mut(d)) {
            q.copy_from_slice(&qkv[..d]);
            position.set(layer, 0, &qkv[d..2 * d]);
            position.set(layer, 1, &qkv[2 * d..]);
        }
        let all = || done.iter().map(AsRef::as_ref).chain(new.iter());
        let keys: Vec<&[f32]> = all().map(|p| p.keys(layer)).collect();
        let values: Vec<&[f32]> = all().map(|p| p.values(layer)).collect();
        let scale = family.attention_scale(layer);
        attend_rows(pool, &queries, done.len(), &keys, &values, heads.into(), scale, &mut mixed);
        family.merge_attention(pool, layer, &mixed, &mut update).map_err(Error::Model)?;
        add(&mut x, &update);
        family.coefficients(pool, layer, &x, &mut m).map_err(Error::Model)?;
        for (i, position) in new.iter_mut().enumerate() {
            position.set(layer, 2, &x[i * d..(i + 1) * d]);
            let m = &mut m[i * f..(i + 1) * f];
            for edit in position.edits.iter().filter(|e| e.layer == layer) {
                m[edit.dim] = edit.operation.apply(m[edit.dim]);
            }
            position.set(layer, 4, m);
        }
        family.update(pool, layer, &m, &mut update).map_err(Error::Model)?;
        add(&mut x, &update);
        for (position, x) in new.iter_mut().zip(x.chunks_exact(d)) {
            position.set(layer, 3, x);
        }
    }
    Ok(())
}
