//! The card of a value vector, as a document.

use api::VectorDocument;
use base::ValueId;
use lm::{Concepts, Control, Error, LanguageModel};

use crate::card::Knowledge;
use crate::words::Cards;
use crate::{Names, Style, document};

/// The card of `id` with at most `words` words at each end; with an index also its cluster, neighbours and activations.
pub fn vector(
    id: ValueId,
    words: usize,
    model: &dyn LanguageModel,
    concepts: Option<&dyn Concepts>,
    names: &Names,
    control: &dyn Control,
) -> Result<VectorDocument, Error> {
    model.info().check(id)?;
    let values = model.values(&[id], words, control)?;
    let value = values.first().ok_or_else(|| Error::Model(format!("{id} has no card")))?;
    let known = Knowledge::of(id, model, concepts, names, control)?;
    let nearest = known.similar.iter().map(|similar| similar.id);
    let nearest = Cards::fetch(model, nearest, Style::default().words, control)?;
    Ok(document::vector(model, value, words, known, &nearest))
}
