//! What every document begins with: the file as resolved, and its problems.

use base::{Change, Decoding, Expectation, RunName, Scope, Target};
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
    /// The enabled interventions that are valid, run by run, in file order.
    pub interventions: Vec<InterventionDocument>,
    /// The tokens to follow, as written.
    pub track: Vec<String>,
    /// What should come out.
    pub expect: Vec<Expectation>,
}

/// One intervention.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InterventionDocument {
    /// The run that it is part of.
    pub run: RunName,
    /// What it acts on.
    pub id: Target,
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
        let of_run = |plan: &'_ lm::RunPlan| {
            let one = |(intervention, entry): (&lm::Intervention, usize)| InterventionDocument {
                run: plan.name.clone(),
                id: intervention.target,
                change: intervention.change,
                at: intervention.at.clone(),
                line: parsed.interventions[entry].line,
            };
            resolved.plan(&plan.name).map(one).collect::<Vec<_>>()
        };
        let interventions = experiment.runs.iter().flat_map(of_run);
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
