//! What one family of decoders must say for itself, so that one graph, one trace and one generation serve all. Rows are
//! float32, row-major: `rows` times the width named. RMS norms and gated FFNs fit behind these methods.

use kernels::{Packed, Pool};

/// Sizes that the graph needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) layers: usize,
    /// d
    pub(crate) width: usize,
    /// f
    pub(crate) ffn: usize,
    pub(crate) heads: usize,
    /// What attention logits are multiplied by is the family's: `attention_scale`.
    pub(crate) context: usize,
    /// V
    pub(crate) vocab: usize,
}

/// The weights of a decoder and what is special to its architecture.
pub(crate) trait Family: Send + Sync {
    fn sizes(&self) -> Sizes;

    /// The residual stream's start: token and position embedding, `width` floats.
    fn embed(&self, token: u32, position: usize, out: &mut [f32]);

    /// Queries, keys and values of a block for residual `rows`, in that order in each row: 3 * width floats.
    fn project_attention(&self, pool: &Pool, layer: usize, x: &[f32], out: &mut [f32]) -> Result<(), String>;

    /// What attention logits of a block are multiplied by.
    fn attention_scale(&self, layer: usize) -> f32;

    /// Heads' outputs back into the residual stream.
    fn merge_attention(&self, pool: &Pool, layer: usize, heads: &[f32], out: &mut [f32]) -> Result<(), String>;

    /// The coefficients m of a block for residual `rows`: `ffn` floats each. In a gated FFN what enters the down
    /// projection.
    fn coefficients(&self, pool: &Pool, layer: usize, x: &[f32], out: &mut [f32]) -> Result<(), String>;

    /// The FFN's update for coefficients: their sub-updates' sum and the bias.
    fn update(&self, pool: &Pool, layer: usize, m: &[f32], out: &mut [f32]) -> Result<(), String>;

    /// The value vector v of a block: `width` floats.
    fn value(&self, layer: usize, dim: usize, out: &mut [f32]);

    /// v . direction for every value vector of a block, into `ffn` floats.
    fn align(&self, pool: &Pool, layer: usize, direction: &[f32], out: &mut [f32]);

    /// ||v|| of each value vector of a block.
    fn norms(&self, layer: usize) -> &[f32];

    /// The coefficient that `boost` sets: the activation of a pre-activation value.
    fn activate(&self, x: f32) -> f32;

    /// The final norm of one residual.
    fn final_norm(&self, x: &[f32], out: &mut [f32]);

    /// s, the scale that the final norm divides one residual by.
    fn final_scale(&self, x: &[f32]) -> f32;

    /// The final norm's weight g and bias b.
    fn final_norm_parts(&self) -> (&[f32], &[f32]);

    /// E, the output head: width x V.
    fn head(&self) -> &Packed;
}
