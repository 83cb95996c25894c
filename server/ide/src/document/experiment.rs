//! The fields that most documents share: the resolved experiment and its problems.

use api::{ExperimentDocument, InterventionDocument, ProblemDocument};
use syntax::{Problem, Severity};

use crate::File;
use crate::resolve::Resolved;

pub(crate) fn experiment(file: &File, model: &str, resolved: &Resolved) -> ExperimentDocument {
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
    ExperimentDocument {
        model: model.to_owned(),
        bos: resolved.begins_with_bos,
        config: experiment.decoding.clone(),
        interventions: experiment.runs.iter().flat_map(of_run).collect(),
        track: resolved.track.iter().map(|&t| parsed.track[t].value.clone()).collect(),
        expect: parsed.expect.iter().map(|e| e.expectation.value.clone()).collect(),
    }
}

/// The problems of the parser and of `resolve`, in file order.
pub(crate) fn problems(file: &File, resolved: &Resolved) -> Vec<ProblemDocument> {
    let origins = file.origins();
    let mut problems: Vec<&Problem> = file.parsed.problems.iter().chain(&resolved.problems).collect();
    problems.sort_by_key(|p| (p.range.start, p.severity));
    let document = |p: &&Problem| {
        let origin = origins.of(p.range.start);
        ProblemDocument { severity: severity(p.severity), message: origin.message(&p.message), line: origin.line() }
    };
    problems.iter().map(document).collect()
}

fn severity(severity: Severity) -> api::Severity {
    match severity {
        Severity::Error => api::Severity::Error,
        Severity::Warning => api::Severity::Warning,
        Severity::Information => api::Severity::Information,
        Severity::Hint => api::Severity::Hint,
    }
}
