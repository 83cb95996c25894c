//! The card of a value vector, as a document.

use base::ValueId;
use lm::{Control, Error, LanguageModel};
use syntax::Target;

use crate::document::VectorDocument;
use crate::resolve::target;

/// The card of `id` with at most `words` words at each end.
pub fn vector(
    id: ValueId,
    words: usize,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<VectorDocument, Error> {
    let id = target(&Target::Id(id), model.info()).map_err(|(_, message)| Error::Input(message))?;
    let values = model.values(&[id], words, control)?;
    let value = values.first().ok_or_else(|| Error::Model(format!("{id} has no card")))?;
    Ok(VectorDocument::of(model, value, words))
}
