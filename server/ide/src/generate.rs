//! The continuations of a file, as a document.

use api::{GenerateDocument, SCHEMA};
use lm::{Control, Error, Generated, LanguageModel};
use syntax::{Problem, Severity};

use crate::resolve::Resolved;
use crate::{File, document, expectations, resolve};

/// Generates each run of a file and checks its expectations. `each` gets the new tokens of each step. `name` is the model as
/// the user named it. A file with errors is refused, because some of its interventions would be missing.
pub fn generate(
    file: &File,
    name: &str,
    model: &dyn LanguageModel,
    control: &dyn Control,
    each: &mut dyn FnMut(Generated<'_>),
) -> Result<GenerateDocument, Error> {
    file.check_kind()?;
    let resolved = resolve(file, model);
    if let Some(refusal) = refusal(file, &resolved) {
        return Err(Error::input(refusal));
    }
    let runs = model.generate(&resolved.experiment, control, each)?;
    Ok(GenerateDocument {
        schema: SCHEMA,
        experiment: document::experiment(file, name, &resolved),
        problems: document::problems(file, &resolved),
        prompt_ids: resolved.encoded.tokens.iter().map(|t| t.id).collect(),
        runs: runs.iter().map(|run| document::continuation(model, run)).collect(),
        expect: expectations::documents(file, &resolved, &runs, model, control)?,
    })
}

/// The first error with its line, and the number of others.
fn refusal(file: &File, resolved: &Resolved) -> Option<String> {
    let problems = file.parsed.problems.iter().chain(&resolved.problems);
    let errors: Vec<&Problem> = problems.filter(|p| p.severity == Severity::Error).collect();
    let first = errors.iter().min_by_key(|p| p.range.start)?;
    let more = match errors.len() - 1 {
        0 => String::new(),
        1 => " (and 1 more error)".to_owned(),
        n => format!(" (and {n} more errors)"),
    };
    Some(format!("{}: {}{more}", file.origin(first.range.start), first.message))
}
