//! Diagnostics: the problems of a file that its text and its model show without a run. `expectations` needs runs.

use std::ops::Range;

use base::LineIndex;
use lm::OpenError;
use syntax::{FileKind, Fix, Problem, Severity};

use crate::{File, ModelState, Names, resolve};

const NO_MODEL: &str = "no-model";

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Bytes of the file; may be empty.
    pub range: Range<usize>,
    pub severity: Severity,
    /// A stable name for this kind of problem.
    pub code: &'static str,
    /// One line: what is wrong and what to do.
    pub message: String,
    pub fixes: Vec<Fix>,
    /// The Hugging Face id to fetch, if that fixes the problem.
    pub fetch: Option<String>,
}

/// The diagnostics in file order; without a model only those of the text.
pub fn diagnostics(file: &File, state: &ModelState<'_>) -> Vec<Diagnostic> {
    let mut all: Vec<_> = file.parsed.problems.iter().cloned().map(Diagnostic::from).collect();
    match state {
        ModelState::Ready(model, _) => all.extend(resolve(file, *model).problems.into_iter().map(Diagnostic::from)),
        ModelState::Missing(why) if file.parsed.kind == FileKind::Ours => all.push(missing(file, why)),
        ModelState::Missing(_) | ModelState::Loading(_) => {}
    }
    all.sort_by_key(|d| (d.range.start, d.range.end));
    all
}

pub fn names_diagnostics(names: &Names) -> Vec<Diagnostic> {
    names.file().problems.iter().cloned().map(Diagnostic::from).collect()
}

/// At the model's name; in a file without `model` at the first line.
fn missing(file: &File, why: &OpenError) -> Diagnostic {
    let range = match &file.parsed.model {
        Some(model) => model.range.clone(),
        None => LineIndex::new(&file.text).line(&file.text, 0),
    };
    Diagnostic {
        range,
        severity: Severity::Error,
        code: NO_MODEL,
        message: why.message.clone(),
        fixes: Vec::new(),
        fetch: why.fetch.clone(),
    }
}

impl From<Problem> for Diagnostic {
    fn from(problem: Problem) -> Self {
        let Problem { severity, code, range, message, fix } = problem;
        Self { range, severity, code, message, fixes: fix.into_iter().collect(), fetch: None }
    }
}
