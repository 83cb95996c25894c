//! The effect of each intervention line of a file, for the marks beside the lines, and the next token's distribution in each
//! run. This runs the prompt once for each line.

use api::{Effect, EffectDocument, InterventionsDocument, NextDocument, SCHEMA};
use base::{RunName, Scope, Target};
use lm::{Control, Error, Experiment, Guess, LanguageModel, Positions, TraceQuery};
use syntax::Severity;

use crate::resolve::targets;
use crate::{File, document, resolve};

/// Next tokens listed.
const SHOWN: usize = 10;
/// Next tokens compared. A change moves each of their probabilities, at least in the last bits.
const COMPARED: usize = 64;
/// In a file with more lines the lines are not tested one by one.
const LINES: usize = 64;

/// The state of every intervention line, enabled or not, in file order.
pub fn interventions(
    file: &File,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<InterventionsDocument, Error> {
    file.check_kind()?;
    let resolved = resolve(file, model);
    let runs = match resolved.last() {
        Some(_) => next(&resolved.experiment, model, control)?,
        None => Vec::new(),
    };
    let entries = &file.parsed.interventions;
    let mut interventions = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let (acts, problem) = resolved.interventions(file, entry, model.info());
        let error = problem.as_ref().is_some_and(|p| p.severity == Severity::Error);
        let mut message = problem.map(|p| p.message);
        let effect = match entry.enabled {
            _ if error => Effect::Error,
            false => Effect::Off,
            true if message.is_some() => Effect::None,
            // A line for generated tokens alone does not change the next token.
            true if entry.scope() == Scope::Generated || entries.len() > LINES => Effect::On,
            true => {
                let whole = runs.iter().find(|(run, _)| *run == entry.run).map(|(_, next)| next);
                let without = || next(&resolved.without(&entry.run, index), model, control);
                match whole {
                    Some(whole) if without()?.first().map(|(_, next)| next) == Some(whole) => {
                        message = Some("the next token is the same without this line".to_owned());
                        Effect::None
                    }
                    _ => Effect::On,
                }
            }
        };
        let ids = targets(&entry.target.value, model.info(), &file.names).unwrap_or_default();
        let (coefficient, becomes) = match (&ids[..], resolved.last()) {
            (&[id], Some(last)) if !acts.is_empty() && effect != Effect::Error => {
                let m = |experiment: &Experiment| model.coefficient(experiment, &entry.run, id.into(), last, control);
                let without = m(&resolved.without(&entry.run, index))?;
                (Some(without), entry.enabled.then(|| m(&resolved.experiment)).transpose()?)
            }
            _ => (None, None),
        };
        interventions.push(EffectDocument {
            run: entry.run.clone(),
            line: entry.line,
            target: entry.target.value.to_string(),
            ids: ids.into_iter().map(Target::from).collect(),
            value: written(file.written(&entry.value), entry.enabled),
            enabled: entry.enabled,
            effect,
            message,
            coefficient,
            becomes,
        });
    }
    let shown = |guesses: &[Guess]| guesses.iter().take(SHOWN).map(|g| document::guess(model, g)).collect();
    let next = runs.iter().map(|(run, next)| NextDocument { run: run.clone(), next: shown(next) }).collect();
    Ok(InterventionsDocument { schema: SCHEMA, interventions, next, version: None })
}

/// The likeliest next tokens of every run.
fn next(
    experiment: &Experiment,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<(RunName, Vec<Guess>)>, Error> {
    let query = TraceQuery {
        layers: Some(Vec::new()),
        top: COMPARED,
        updates: 0,
        ..TraceQuery::at(experiment, Positions::Last)
    };
    let runs = model.trace(&query, control)?;
    Ok(runs.into_iter().filter_map(|mut run| Some((run.name, run.positions.pop()?.next))).collect())
}

/// A value as written; of a disabled entry without the `#` of its lines.
fn written(value: &str, enabled: bool) -> String {
    let own = |(n, line): (usize, &str)| match line.trim_start().strip_prefix('#') {
        Some(own) if n > 0 && !enabled => own.to_owned(),
        _ => line.to_owned(),
    };
    value.trim().lines().enumerate().map(own).collect::<Vec<_>>().join("\n")
}
