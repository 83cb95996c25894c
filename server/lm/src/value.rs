//! Value vectors in the vocabulary: what they promote whatever the input.

use base::{TokenId, ValueId};

/// Words of a whole card at each end: as many as an index keeps, so that a card from an index and one from the model agree.
pub const CARD_WORDS: usize = 50;

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
    /// The largest of z among tokens that were trained (`Weights::is_undertrained`): what people read and search.
    pub trained_top: Vec<Word>,
    /// The smallest of z among them.
    pub trained_bottom: Vec<Word>,
}

/// The two ends of a value vector's logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// What a positive coefficient promotes.
    Top,
    /// What a negative coefficient promotes.
    Bottom,
}

impl Value {
    /// The words of an end that people read.
    pub fn trained(&self, end: End) -> &[Word] {
        match end {
            End::Top => &self.trained_top,
            End::Bottom => &self.trained_bottom,
        }
    }

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
