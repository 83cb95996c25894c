//! The card of a value vector, as a document.

use base::ValueId;
use lm::{Control, Error, LanguageModel};

use crate::document::VectorDocument;

/// The card of `id` with at most `words` words at each end.
pub fn vector(
    id: ValueId,
    words: usize,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<VectorDocument, Error> {
    let values = model.values(&[id], words, control)?;
    let value = values.first().ok_or_else(|| Error::Model(format!("{id} has no card")))?;
    Ok(VectorDocument::of(model, value, words))
}
