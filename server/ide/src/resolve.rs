//! A file meets a model: ids, names and tokens are looked up, and what only the model can see to be wrong is found.

use lm::{Encoded, Experiment, LanguageModel};
use syntax::Problem;

use crate::File;

/// A file as a model runs it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The valid part of the file.
    pub experiment: Experiment,
    /// For each intervention of `experiment` its index in `Parsed::interventions`.
    pub entries: Vec<usize>,
    /// For each tracked token of `experiment` its index in `Parsed::track`.
    pub track: Vec<usize>,
    /// The prompt as the model reads it; ranges are bytes of the prompt, not of the file.
    pub encoded: Encoded,
    /// What only the model could see to be wrong, in file order. The parser's problems are not repeated.
    pub problems: Vec<Problem>,
}

/// Looks up what the file names. Never fails: what is wrong is in `problems`, what is valid is in the rest.
pub fn resolve(file: &File, model: &dyn LanguageModel) -> Resolved {
    let parsed = &file.parsed;
    let experiment = Experiment { bos: parsed.bos, decoding: parsed.decoding.clone(), ..Experiment::of(file.prompt()) };
    let encoded = model.encode(file.prompt(), parsed.bos);
    Resolved { experiment, entries: Vec::new(), track: Vec::new(), encoded, problems: Vec::new() }
}
