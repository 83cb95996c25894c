//! What every document begins with: the file as resolved, and its problems.

use base::{Change, Decoding, Expectation, Scope, ValueId};
use serde::Serialize;
use syntax::{Problem, Severity};

use crate::File;
use crate::resolve::Resolved;

/// The file as resolved: what was run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExperimentDocument {
    /// The model as the user names it.
    pub model: String,
    /// Whether the run begins with the model's beginning-of-text token.
    pub bos: bool,
    /// How it is continued.
    pub config: Decoding,
    /// The enabled interventions that are valid, in file order.
    pub interventions: Vec<InterventionDocument>,
    /// The tokens to follow, as written.
    pub track: Vec<String>,
    /// What should come out.
    pub expect: Vec<Expectation>,
}

/// One intervention.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InterventionDocument {
    /// Of which value vector.
    pub id: ValueId,
    /// What its coefficient becomes.
    pub change: Change,
    /// Where.
    pub at: Scope,
    /// The file's line, from 1; 0 for what stands in none of its lines.
    pub line: usize,
}

/// One thing that is wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemDocument {
    /// `error`, `warning`, `information` or `hint`.
    pub severity: &'static str,
    /// One line; of what stands in none of the file's lines it says what it is about.
    pub message: String,
    /// The file's line, from 1; 0 for what stands in none.
    pub line: usize,
}

impl ExperimentDocument {
    pub(crate) fn of(file: &File, model: &str, resolved: &Resolved) -> Self {
        let parsed = &file.parsed;
        let experiment = &resolved.experiment;
        let interventions = experiment.interventions.iter().zip(&resolved.entries).map(|(intervention, &entry)| {
            let lm::Target::Value(id) = intervention.target;
            let line = parsed.interventions[entry].line;
            InterventionDocument { id, change: intervention.change, at: intervention.at.clone(), line }
        });
        Self {
            model: model.to_owned(),
            bos: experiment.bos,
            config: experiment.decoding.clone(),
            interventions: interventions.collect(),
            track: resolved.track.iter().map(|&t| parsed.track[t].value.clone()).collect(),
            expect: parsed.expect.iter().map(|e| e.expectation.value.clone()).collect(),
        }
    }
}

impl ProblemDocument {
    /// The file's own problems and those that only the model could see, in file order.
    pub(crate) fn all(file: &File, resolved: &Resolved) -> Vec<Self> {
        let origins = file.origins();
        let mut problems: Vec<&Problem> = file.parsed.problems.iter().chain(&resolved.problems).collect();
        problems.sort_by_key(|p| (p.range.start, p.severity));
        let document = |p: &&Problem| {
            let origin = origins.of(p.range.start);
            Self { severity: severity_name(p.severity), message: origin.message(&p.message), line: origin.line() }
        };
        problems.iter().map(document).collect()
    }
}

/// As JSON has it.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "information",
        Severity::Hint => "hint",
    }
}
