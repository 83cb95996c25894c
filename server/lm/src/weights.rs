//! Access to all value vectors and the whole vocabulary, for building a concept index and for exact searches. Value
//! vectors are numbered through the layers: number `layer * f + dim`.

use std::ops::Range;

use base::TokenId;

use crate::{Control, Encoded, Error, Value};

/// The parts of a model's weights that define value vectors and the vocabulary.
pub trait Weights: Send + Sync {
    /// True if a token is undertrained, judged by its row of E (Land and Bartolo 2024, "Fishing for Magikarp"). The
    /// rank of such a token in a value vector's lists carries no meaning.
    fn is_undertrained(&self, id: TokenId) -> bool;

    /// The cards of value vectors by number, with `words` words at each end. The result is not cached.
    fn cards(&self, numbers: Range<usize>, words: usize, control: &dyn Control) -> Result<Vec<Value>, Error>;

    /// v . direction for every value vector, by number. `direction` has d elements.
    fn align(&self, direction: &[f32], control: &dyn Control) -> Result<Vec<f32>, Error>;

    /// ||v|| for every value vector, by number.
    fn norms(&self) -> Vec<f32>;

    /// Copies value vectors by number into `out`, d elements each.
    fn value_vectors(&self, numbers: Range<usize>, out: &mut [f32]) -> Result<(), Error>;

    /// A token's row of E, d elements.
    fn output_row(&self, id: TokenId) -> Result<Vec<f32>, Error>;

    /// Runs a text without interventions and passes `each` the coefficients m of every block at every position:
    /// position, layer, f coefficients. Calls are in order of position, then layer. The result is not cached.
    fn coefficients(
        &self,
        text: &str,
        control: &dyn Control,
        each: &mut dyn FnMut(usize, usize, &[f32]),
    ) -> Result<Encoded, Error>;
}
