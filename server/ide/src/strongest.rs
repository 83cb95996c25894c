//! The position of a prompt where a value vector has its largest coefficient, without interventions.

use api::PromptDocument;
use base::ValueId;
use lm::{Control, Error, LanguageModel};

use crate::File;

/// The position of the prompt with the largest |m|, without position 0. `None` if there is no other position, or with a `bos`
/// that changes the coefficients. `shown` is the name of the file in the answer.
pub fn strongest(
    file: &File,
    shown: &str,
    id: ValueId,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<PromptDocument>, Error> {
    file.check_kind()?;
    if let Some(bos) = file.parsed.bos
        && model.encode(file.prompt(), Some(bos)).tokens.len() != model.encode(file.prompt(), None).tokens.len()
    {
        return Ok(None);
    }
    let mut best: Option<(usize, f32)> = None;
    let mut each = |position: usize, layer: usize, m: &[f32]| {
        let Some(&m) = m.get(id.dim as usize).filter(|_| layer == id.layer as usize && position > 0) else { return };
        if best.is_none_or(|(_, b)| m.abs() > b.abs()) {
            best = Some((position, m));
        }
    };
    let encoded = model.weights().coefficients(file.prompt(), control, &mut each)?;
    let document = |(position, coefficient): (usize, f32)| {
        let token = encoded.tokens.get(position)?;
        let token = String::from_utf8_lossy(&token.bytes).into_owned();
        Some(PromptDocument { file: shown.to_owned(), position, token, coefficient })
    };
    Ok(best.and_then(document))
}
