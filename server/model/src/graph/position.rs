//! One position of a run after the forward pass, and everything that is kept of it.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::edits::Edit;
use super::plan::Sizes;
use super::readings::{Lens, Score};

/// Residuals are d floats, keys and values a key width, coefficients f.
pub(crate) struct Position {
    pub(crate) token: u32,
    /// The edits on this position.
    pub(crate) edits: Arc<[Edit]>,
    /// The embedding, then the parts of each block.
    data: Box<[f32]>,
    sizes: Sizes,
    /// The vocabulary projections that were computed so far.
    pub(crate) lens: Mutex<Option<Arc<Lens>>>,
    /// The scores of single next tokens that were computed so far.
    pub(crate) scores: Mutex<Vec<Score>>,
}

/// The positions of a run so far.
pub(crate) type Positions = Vec<Arc<Position>>;

/// The floats that a position keeps of a block, in memory order.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Keys,
    Values,
    /// The residual after attention.
    Before,
    /// The residual after the block.
    After,
    Coefficients,
    /// r, one number.
    Divisor,
}

impl Part {
    fn lengths(sizes: Sizes) -> [usize; 6] {
        [sizes.key_width(), sizes.key_width(), sizes.width, sizes.width, sizes.ffn, 1]
    }

    /// Within the floats of one block.
    fn range(self, sizes: Sizes) -> Range<usize> {
        let (lengths, at) = (Self::lengths(sizes), self as usize);
        let start = lengths[..at].iter().sum();
        start..start + lengths[at]
    }
}

impl Position {
    pub(crate) fn new(token: u32, edits: Arc<[Edit]>, sizes: Sizes) -> Self {
        let data = vec![0.0; Self::numbers(sizes)].into();
        Self { token, edits, data, sizes, lens: Mutex::new(None), scores: Mutex::default() }
    }

    /// Size in bytes.
    pub(crate) fn bytes(sizes: Sizes) -> usize {
        Self::numbers(sizes) * size_of::<f32>()
    }

    fn numbers(sizes: Sizes) -> usize {
        sizes.width + sizes.layers * Self::stride(sizes)
    }

    fn stride(sizes: Sizes) -> usize {
        Part::lengths(sizes).iter().sum()
    }

    fn range(&self, layer: usize, part: Part) -> Range<usize> {
        let block = self.sizes.width + layer * Self::stride(self.sizes);
        let Range { start, end } = part.range(self.sizes);
        block + start..block + end
    }

    fn part(&self, layer: usize, part: Part) -> &[f32] {
        &self.data[self.range(layer, part)]
    }

    pub(super) fn set(&mut self, layer: usize, part: Part, from: &[f32]) {
        let range = self.range(layer, part);
        self.data[range].copy_from_slice(from);
    }

    pub(super) fn set_embedding(&mut self, from: &[f32]) {
        self.data[..self.sizes.width].copy_from_slice(from);
    }

    /// The start of the residual stream.
    pub(crate) fn embedding(&self) -> &[f32] {
        &self.data[..self.sizes.width]
    }

    pub(super) fn keys(&self, layer: usize) -> &[f32] {
        self.part(layer, Part::Keys)
    }

    pub(super) fn values(&self, layer: usize) -> &[f32] {
        self.part(layer, Part::Values)
    }

    /// The residual after attention: the residual after the block without the FFN's update.
    pub(crate) fn before(&self, layer: usize) -> &[f32] {
        self.part(layer, Part::Before)
    }

    /// The residual after the block.
    pub(crate) fn after(&self, layer: usize) -> &[f32] {
        self.part(layer, Part::After)
    }

    /// The residual that the final norm reads.
    pub(crate) fn last(&self) -> &[f32] {
        self.after(self.sizes.layers - 1)
    }

    /// m of every value vector of a block, after edits.
    pub(crate) fn coefficients(&self, layer: usize) -> &[f32] {
        self.part(layer, Part::Coefficients)
    }

    /// r, the divisor of every sub-update of a block: m v / r.
    pub(crate) fn divisor(&self, layer: usize) -> f32 {
        self.part(layer, Part::Divisor)[0]
    }

    /// |m| ||v|| / r of every value vector of a block; `norms` has the block's ||v||.
    pub(crate) fn scores<'a>(&'a self, layer: usize, norms: &'a [f32]) -> impl Iterator<Item = f32> + 'a {
        let r = self.divisor(layer);
        self.coefficients(layer).iter().zip(norms).map(move |(m, n)| m.abs() * n / r)
    }
}
