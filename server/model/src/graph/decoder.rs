//! A decoder: its weights, in the order of the residual stream. Its choices are data. Code that reads a run or weights
//! asks here and knows no family.

use super::attention::Attention;
use super::ffn::Ffn;
use super::linear::Linear;
use super::norm::Norm;
use super::plan::Sizes;
use super::position_encoding::PositionEncoding;
use super::vocabulary::Vocabulary;

/// The weights of a model.
pub(crate) struct Decoder {
    pub(crate) sizes: Sizes,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) positions: PositionEncoding,
    pub(crate) blocks: Vec<Block>,
    pub(crate) final_norm: Norm,
}

/// Attention, then the FFN.
pub(crate) struct Block {
    pub(crate) attention: Attention,
    pub(crate) ffn: Ffn,
    /// The FFN reads the stream that attention reads, and not the one with attention's update.
    pub(crate) parallel: bool,
}

impl Decoder {
    /// The bytes of the weights, about: biases and norms are small.
    pub(crate) fn bytes(&self) -> u64 {
        let linear = |block: &Block| {
            let layers = block.attention.layers().into_iter().chain(block.ffn.layers());
            layers.map(Linear::bytes).sum::<usize>()
        };
        let blocks = self.blocks.iter().map(linear).sum::<usize>();
        (self.vocabulary.bytes() + self.positions.bytes() + blocks) as u64
    }

    /// The start of the residual stream: `width` floats.
    pub(crate) fn embed(&self, token: u32, position: usize, out: &mut [f32]) {
        self.vocabulary.embed(token, out);
        self.positions.start(position, out);
    }

    pub(crate) fn ffn(&self, layer: usize) -> &Ffn {
        &self.blocks[layer].ffn
    }

    /// What no part of the stream holds and still adds to a centred logit: the biases of the final norm and of the head.
    /// `direction` is the token's row of E minus the mean row.
    pub(crate) fn bias_along(&self, direction: &[f32]) -> f32 {
        self.final_norm.bias_along(direction) as f32
    }
}
