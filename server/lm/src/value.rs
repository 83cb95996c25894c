//! Value vectors in the vocabulary: what they promote whatever the input.

use base::{TokenId, ValueId};

/// The card of a value vector v: z = E v, with no norm, no bias and no coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Which.
    pub id: ValueId,
    /// ||v||
    pub norm: f32,
    /// The mean of z over the vocabulary.
    pub mean: f32,
    /// The population standard deviation of z over the vocabulary.
    pub deviation: f32,
    /// The largest of z, largest first.
    pub top: Vec<Word>,
    /// The smallest of z, smallest first.
    pub bottom: Vec<Word>,
}

impl Value {
    /// (logit - mean) / deviation, which makes value vectors comparable; 0 where all logits are equal.
    pub fn z(&self, logit: f32) -> f32 {
        if self.deviation > 0.0 { (logit - self.mean) / self.deviation } else { 0.0 }
    }
}

/// A token that a value vector promotes or suppresses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word {
    /// In the vocabulary.
    pub id: TokenId,
    /// z at this token.
    pub logit: f32,
}
