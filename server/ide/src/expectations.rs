//! Checks expectations against what the model answers: in the run `intervened` if the file has it, else in the baseline.

use api::ExpectDocument;
use base::{Expectation, TokenId, visible};
use lm::{
    Continuation, Control, Error, Experiment, Guess, LanguageModel, PositionTrace, Positions, TraceQuery, Tracked,
};
use syntax::{FileKind, Severity};

use crate::number::probability;
use crate::resolve::{Resolved, one_token};
use crate::token::{quoted, shorten, shown_id};
use crate::{Diagnostic, File, resolve};

/// An expectation does not hold.
const FAILED: &str = "expectation-failed";
/// Tokens that a failed expectation names instead.
const SHOWN: usize = 3;

/// A diagnostic for every expectation that fails, with what came instead. An expectation that cannot be checked has another
/// diagnostic, which says why.
pub fn expectations(file: &File, model: &dyn LanguageModel, control: &dyn Control) -> Result<Vec<Diagnostic>, Error> {
    let parsed = &file.parsed;
    if parsed.kind != FileKind::Ours || parsed.expect.is_empty() {
        return Ok(Vec::new());
    }
    let resolved = resolve(file, model);
    if resolved.encoded.tokens.is_empty() {
        return Ok(Vec::new());
    }
    let wants_text = parsed.expect.iter().any(|e| matches!(e.expectation.value, Expectation::Contains { .. }));
    let runs = match wants_text {
        true => model.generate(&main_run(&resolved), control, &mut |_| {})?,
        false => Vec::new(),
    };
    let outcomes = check(file, &resolved, runs.first(), model, control)?;
    let failed = parsed.expect.iter().zip(outcomes).filter_map(|(entry, outcome)| match outcome? {
        Outcome { ok: true, .. } => None,
        Outcome { message, .. } => Some(Diagnostic {
            range: entry.expectation.range.clone(),
            severity: Severity::Warning,
            code: FAILED,
            message,
            fixes: Vec::new(),
            fetch: None,
        }),
    });
    Ok(failed.collect())
}

/// The same for a document, one for each expectation.
pub(crate) fn documents(
    file: &File,
    resolved: &Resolved,
    runs: &[Continuation],
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<ExpectDocument>, Error> {
    let main = resolved.experiment.main_run().and_then(|plan| runs.iter().find(|run| run.name == plan.name));
    let outcomes = check(file, resolved, main, model, control)?;
    let document = |(entry, outcome): (&syntax::ExpectEntry, Option<Outcome>)| {
        let unchecked = || Outcome { ok: false, message: "not checked: see problems".to_owned() };
        let Outcome { ok, message } = outcome.unwrap_or_else(unchecked);
        ExpectDocument { ok, line: entry.line, message }
    };
    Ok(file.parsed.expect.iter().zip(outcomes).map(document).collect())
}

/// Whether an expectation holds, and one line about it.
struct Outcome {
    ok: bool,
    message: String,
}

/// For each expectation; `None` where it cannot be checked.
fn check(
    file: &File,
    resolved: &Resolved,
    main: Option<&Continuation>,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Vec<Option<Outcome>>, Error> {
    let expected: Vec<&Expectation> = file.parsed.expect.iter().map(|e| &e.expectation.value).collect();
    let tokens: Vec<TokenId> = expected.iter().filter_map(|e| next_token(model, e)).collect();
    let trace = match tokens.is_empty() {
        true => None,
        false => next(resolved, tokens, model, control)?,
    };
    let outcome = |expectation: &&Expectation| match expectation {
        Expectation::Next { next, rank } => {
            let token = next_token(model, expectation)?;
            let trace = trace.as_ref()?;
            let tracked = trace.tracked.iter().find(|t| t.id == token)?;
            Some(check_next(next, *rank, tracked, &trace.next, model))
        }
        Expectation::Contains { contains } => main.map(|run| check_contains(run, contains)),
    };
    Ok(expected.iter().map(outcome).collect())
}

fn next_token(model: &dyn LanguageModel, expectation: &Expectation) -> Option<TokenId> {
    match expectation {
        Expectation::Next { next, .. } => one_token(model, next).ok(),
        Expectation::Contains { .. } => None,
    }
}

/// The experiment with only the run that expectations are about.
fn main_run(resolved: &Resolved) -> Experiment {
    let main: Vec<_> = resolved.experiment.main_run().map(|plan| plan.name.clone()).into_iter().collect();
    resolved.experiment.clone().only(&main)
}

/// The last prompt position of the run that expectations are about, with the tokens of `track`.
fn next(
    resolved: &Resolved,
    track: Vec<TokenId>,
    model: &dyn LanguageModel,
    control: &dyn Control,
) -> Result<Option<PositionTrace>, Error> {
    let Some(last) = resolved.last() else { return Ok(None) };
    let experiment = Experiment { track, ..main_run(resolved) };
    let query = TraceQuery {
        layers: Some(Vec::new()),
        top: SHOWN,
        updates: 0,
        ..TraceQuery::at(&experiment, Positions::List(vec![last]))
    };
    let run = model.trace(&query, control)?.pop();
    Ok(run.and_then(|mut run| run.positions.pop()))
}

fn check_next(next: &str, rank: usize, tracked: &Tracked, top: &[Guess], model: &dyn LanguageModel) -> Outcome {
    let ok = tracked.rank <= rank;
    let place = format!("rank {}, p {}", tracked.rank, probability(tracked.p));
    let message = match ok {
        true => format!("{} comes next: {place}", quoted(next)),
        false => {
            let wanted = if rank == 1 { "next".to_owned() } else { format!("among the {rank} most likely") };
            let came = top.iter().map(|g| format!("`{}` {}", shown_id(model, g.id), probability(g.p)));
            let came = came.collect::<Vec<_>>().join(", ");
            format!("expected {} {wanted}, but it has {place}; most likely: {came}", quoted(next))
        }
    };
    Outcome { ok, message }
}

fn check_contains(run: &Continuation, contains: &str) -> Outcome {
    let text = run.text();
    let ok = text.contains(contains);
    let message = match ok {
        true => format!("the continuation contains {}", quoted(contains)),
        false => format!(
            "expected the continuation to contain {}, but it is `{}`",
            quoted(contains),
            shorten(&visible(text.as_bytes()), 60)
        ),
    };
    Outcome { ok, message }
}
