//! Where a prompt makes a value vector act most, as the model is.

use api::PromptDocument;
use base::ValueId;
use lm::{Control, Error, LanguageModel};

use crate::File;

/// The position of a file's prompt with the largest |m|, position 0 left out; `None` where there is no other, or where the
/// file is run behind a beginning-of-text token, without which its coefficients are others. `shown` is what the file is
/// called in the answer.
pub fn strongest(
    file: &File,
    shown: &str,
    id: ValueId,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<PromptDocument>, Error> {
    file.check_kind()?;
    if file.parsed.bos && model.info().bos.is_some() {
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
