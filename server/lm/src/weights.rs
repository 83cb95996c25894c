//! All value vectors and the whole vocabulary at once: what a concept index is built from, and what exact searches over
//! every vector read. Value vectors are counted through the layers: number `layer * f + dim`.

use std::ops::Range;

use base::TokenId;

use crate::{Control, Encoded, Error, Value};

/// A model's weights as far as value vectors and the vocabulary go.
pub trait Weights: Send + Sync {
    /// Whether a token of the vocabulary was hardly ever trained, as its row of E tells (Land and Bartolo 2024, "Fishing
    /// for Magikarp"): its place in a value vector's lists says nothing of what the vector stands for.
    fn is_undertrained(&self, id: TokenId) -> bool;

    /// The cards of value vectors by number, with `words` words at each end. Nothing is kept.
    fn cards(&self, numbers: Range<usize>, words: usize, control: &dyn Control) -> Result<Vec<Value>, Error>;

    /// v . direction for every value vector, by number. `direction` has d numbers.
    fn align(&self, direction: &[f32], control: &dyn Control) -> Result<Vec<f32>, Error>;

    /// ||v|| of every value vector, by number.
    fn norms(&self) -> Vec<f32>;

    /// Value vectors by number: d numbers each, into `out`.
    fn value_vectors(&self, numbers: Range<usize>, out: &mut [f32]) -> Result<(), Error>;

    /// The row of E of a token: d numbers.
    fn output_row(&self, id: TokenId) -> Result<Vec<f32>, Error>;

    /// Runs a text as the model is and shows `each` the coefficients m of every block at every position: position,
    /// layer, f numbers. Positions come in order, and within one the layers do. Nothing is kept for other questions.
    fn coefficients(
        &self,
        text: &str,
        control: &dyn Control,
        each: &mut dyn FnMut(usize, usize, &[f32]),
    ) -> Result<Encoded, Error>;
}
