//! The card of a value vector, as a document.

use base::ValueId;
use lm::{Concepts, Control, Error, LanguageModel};
use syntax::Target;

use crate::card::Knowledge;
use crate::document::VectorDocument;
use crate::resolve::targets;
use crate::words::Cards;
use crate::{Names, Style};

/// The card of `id` with at most `words` words at each end, and what an index knows of it where there is one.
pub fn vector(
    id: ValueId,
    words: usize,
    model: &dyn LanguageModel,
    concepts: Option<&dyn Concepts>,
    names: &Names,
    control: &dyn Control,
) -> Result<VectorDocument, Error> {
    targets(&Target::Id(id), model.info(), names).map_err(|(_, message)| Error::input(message))?;
    let values = model.values(&[id], words, control)?;
    let value = values.first().ok_or_else(|| Error::Model(format!("{id} has no card")))?;
    let known = Knowledge::of(id, model, concepts, names, control)?;
    let nearest = known.similar.iter().map(|similar| similar.id);
    let nearest = Cards::fetch(model, nearest, Style::default().words, control)?;
    Ok(VectorDocument::of(model, value, words, known, &nearest))
}
