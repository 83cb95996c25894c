//! Value vectors projected onto the vocabulary, independent of any input.

use base::{TokenId, ValueId};

/// Words of a whole card at each end: as many as an index keeps, so that a card from an index and one from the model agree.
pub const CARD_WORDS: usize = 50;

/// The card of a value vector v: its logits z = E v, without norm, bias or coefficient.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    pub id: ValueId,
    /// ||v||
    pub norm: f32,
    /// The mean of z over the vocabulary.
    pub mean: f32,
    /// The population standard deviation of z over the vocabulary.
    pub deviation: f32,
    /// The tokens with the largest z, largest first.
    pub top: Vec<Word>,
    /// The tokens with the smallest z, smallest first.
    pub bottom: Vec<Word>,
    /// Like `top`, without undertrained tokens (`Weights::is_undertrained`). Views and search use this list.
    pub trained_top: Vec<Word>,
    /// Like `bottom`, without undertrained tokens.
    pub trained_bottom: Vec<Word>,
}

/// One end of a value vector's logits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum End {
    /// The tokens that a positive coefficient promotes.
    Top,
    /// The tokens that a negative coefficient promotes.
    Bottom,
}

impl End {
    /// The end whose words a sub-update with this coefficient promotes.
    pub fn acting(coefficient: f32) -> Self {
        if coefficient < 0.0 { Self::Bottom } else { Self::Top }
    }
}

impl Value {
    /// The list of one end without undertrained tokens.
    pub fn trained(&self, end: End) -> &[Word] {
        match end {
            End::Top => &self.trained_top,
            End::Bottom => &self.trained_bottom,
        }
    }

    /// (logit - mean) / deviation, which is comparable across value vectors; 0 if all logits are equal.
    pub fn z(&self, logit: f32) -> f32 {
        if self.deviation > 0.0 { (logit - self.mean) / self.deviation } else { 0.0 }
    }
}

/// A token that a value vector promotes or suppresses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Word {
    pub id: TokenId,
    /// z of this token.
    pub logit: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_coefficient_makes_the_bottom_act() {
        assert_eq!([-0.1, -0.0, 0.0, 2.0].map(End::acting), [End::Bottom, End::Top, End::Top, End::Top]);
    }
}
