//! Looks up the ids, names and tokens of a file in a model, and finds the problems that only the model can show.

use std::ops::Range;

use base::{Change, Expectation, RunName, Scope, Target, TokenId, ValueId};
use lm::{Encoded, Experiment, InputError, Intervention, LanguageModel, ModelInfo, RunPlan};
use syntax::{Entry, FileKind, Problem, Severity, TargetRef, in_order};

use crate::errors::{NotOneToken, TargetError};
use crate::names::Meaning;
use crate::token::{quoted, split};
use crate::{File, Names};

/// The codes of the problems found here.
pub mod code {
    /// A value vector that the model does not have.
    pub const NO_SUCH_VECTOR: &str = "no-such-vector";
    pub const UNKNOWN_NAME: &str = "unknown-name";
    /// A name for another model only.
    pub const OTHER_MODEL: &str = "other-models-name";
    pub const BEYOND_CONTEXT: &str = "beyond-context";
    /// A position or a text that the run does not have.
    pub const NOWHERE: &str = "acts-nowhere";
    /// Text of no token or of several, where one token is needed.
    pub const NOT_ONE_TOKEN: &str = "not-one-token";
    /// A prompt longer than the context.
    pub const TOO_LONG: &str = "prompt-too-long";
    pub const EMPTY: &str = "empty-prompt";
    /// `bos: true` for a model without such a token.
    pub const NO_BOS: &str = "no-bos";
    /// `boost` in a model whose FFN is gated.
    pub const NO_BOOST: &str = "no-boost";
}

/// A file as a model runs it.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The valid part of the file.
    pub experiment: Experiment,
    /// For each run of `experiment` and each of its interventions, the index in `Parsed::interventions`.
    pub entries: Vec<Vec<usize>>,
    /// For each tracked token of `experiment` its index in `Parsed::track`.
    pub track: Vec<usize>,
    /// The prompt as the model reads it; ranges are bytes of the prompt, not of the file.
    pub encoded: Encoded,
    /// Whether the beginning-of-text token is position 0.
    pub begins_with_bos: bool,
    /// The problems that need the model, in file order; without the parser's.
    pub problems: Vec<Problem>,
}

/// Never fails: invalid parts become `problems`, valid parts the experiment.
pub fn resolve(file: &File, model: &dyn LanguageModel) -> Resolved {
    let parsed = &file.parsed;
    let bos = parsed.bos.filter(|bos| !bos || model.info().bos.is_some());
    let experiment = Experiment { bos, decoding: parsed.decoding.clone(), ..Experiment::of(file.prompt()) };
    let encoded = model.encode(file.prompt(), bos);
    let first = encoded.tokens.first().filter(|token| token.span.is_none());
    let begins_with_bos = first.is_some_and(|token| Some(token.id) == model.info().bos);
    let entries = vec![Vec::new(); experiment.runs.len()];
    let mut resolved =
        Resolved { experiment, entries, track: Vec::new(), encoded, begins_with_bos, problems: Vec::new() };
    if parsed.kind == FileKind::Ours {
        resolved.bos(file, model.info());
        resolved.run(file, RunName::intervened(), model.info());
        parsed.runs.iter().for_each(|list| resolved.run(file, list.name.clone(), model.info()));
        resolved.follow(file, model);
        resolved.expect(file, model);
        resolved.prompt(file, model.info());
        resolved.problems = in_order(resolved.problems);
    }
    resolved
}

/// The value vectors of an intervention's target, at least one.
pub(crate) fn targets(target: &TargetRef, info: &ModelInfo, names: &Names) -> Result<Vec<ValueId>, TargetError> {
    let name = match target {
        TargetRef::Id(Target::Value(id)) => {
            info.check(*id).map_err(TargetError::NoSuchVector)?;
            return Ok(vec![*id]);
        }
        TargetRef::Name(name) => name,
    };
    match names.meaning(name, info) {
        Meaning::Vectors(ids) => {
            let wrong = ids.iter().find_map(|id| info.check(*id).err());
            wrong.map_or(Ok(ids), |error| Err(TargetError::NamedVectorMissing { name: name.clone(), error }))
        }
        Meaning::OtherModel => Err(TargetError::OtherModel { name: name.clone(), model: info.name.clone() }),
        Meaning::Unknown => Err(TargetError::Unknown { name: name.clone(), names_error: names.first_error() }),
    }
}

impl Resolved {
    /// The last position of the prompt, whose trace predicts the first new token.
    pub(crate) fn last(&self) -> Option<usize> {
        self.encoded.tokens.len().checked_sub(1)
    }

    /// Adds a run with the enabled and valid entries of its list. Without entries there is no run `intervened`.
    fn run(&mut self, file: &File, name: RunName, info: &ModelInfo) {
        let (mut interventions, mut entries) = (Vec::new(), Vec::new());
        for (index, entry) in file.parsed.interventions.iter().enumerate() {
            if entry.enabled && entry.run == name {
                let (own, problem) = self.interventions(file, entry, info);
                self.problems.extend(problem);
                entries.extend(own.iter().map(|_| index));
                interventions.extend(own);
            }
        }
        if !interventions.is_empty() || name != RunName::intervened() {
            self.experiment.runs.push(RunPlan { name, interventions });
            self.entries.push(entries);
        }
    }

    /// The interventions of a run, each with the index of its entry; empty for an unknown run.
    pub(crate) fn plan(&self, name: &RunName) -> impl Iterator<Item = (&Intervention, usize)> {
        let run = self.experiment.runs.iter().zip(&self.entries).find(|(plan, _)| plan.name == *name);
        run.into_iter().flat_map(|(plan, entries)| plan.interventions.iter().zip(entries.iter().copied()))
    }

    /// The experiment with this run alone, without the interventions of one entry.
    pub(crate) fn without(&self, name: &RunName, index: usize) -> Experiment {
        let left = self.plan(name).filter(|(_, entry)| *entry != index).map(|(intervention, _)| intervention.clone());
        self.alone(name, left.collect())
    }

    /// The experiment with this run alone, with these interventions.
    pub(crate) fn alone(&self, name: &RunName, interventions: Vec<Intervention>) -> Experiment {
        let plan = RunPlan { name: name.clone(), interventions };
        Experiment { runs: vec![plan], ..self.experiment.clone() }
    }

    /// The interventions of an entry, enabled or not, one for each vector of a group; and its problem.
    pub(crate) fn interventions(
        &self,
        file: &File,
        entry: &Entry,
        info: &ModelInfo,
    ) -> (Vec<Intervention>, Option<Problem>) {
        let ids = match targets(&entry.target.value, info, &file.names) {
            Ok(ids) => ids,
            Err(wrong) => return (Vec::new(), Some(error(wrong.code(), &entry.target.range, wrong.to_string()))),
        };
        let problem = no_boost(entry, info).or_else(|| self.scope(entry, info));
        if problem.as_ref().is_some_and(|p| p.severity == Severity::Error) {
            return (Vec::new(), problem);
        }
        let intervention =
            |id| Intervention { target: Target::Value(id), change: entry.change.value, at: entry.scope() };
        (ids.into_iter().map(intervention).collect(), problem)
    }

    /// A position beyond the context is an error; a position or text that the run does not have is a warning.
    fn scope(&self, entry: &Entry, info: &ModelInfo) -> Option<Problem> {
        let at = entry.at.as_ref()?;
        match &at.value {
            &Scope::Position(position) if position >= info.context => {
                let (model, context) = (info.name.clone(), info.context);
                let wrong = InputError::BeyondContext { position, model, context };
                Some(error(code::BEYOND_CONTEXT, &at.range, wrong.to_string()))
            }
            &Scope::Position(position) => {
                let prompt = self.encoded.tokens.len();
                let new = self.experiment.decoding.max_output_tokens;
                let message = format!(
                    "position {position} is never reached: the prompt has {prompt} tokens and {new} more are generated"
                );
                (position >= prompt.saturating_add(new)).then(|| warning(code::NOWHERE, &at.range, message))
            }
            Scope::Text(text) => {
                let found = if text.is_empty() { None } else { self.experiment.prompt.find(text.as_str()) };
                let fits = found.is_some_and(|at| self.encoded.cut.is_none_or(|cut| at < cut));
                let prompt = &self.experiment.prompt;
                let has_crlf = text.contains('\n') && prompt.contains("\r\n") && !text.contains('\r');
                let message = match has_crlf && prompt.replace("\r\n", "\n").contains(text.as_str()) {
                    true => format!("{} is not in the prompt, whose line ends are CRLF: write \\r\\n", quoted(text)),
                    false => format!("{} is not in the prompt: this changes nothing", quoted(text)),
                };
                (!fits).then(|| warning(code::NOWHERE, &at.range, message))
            }
            Scope::All | Scope::Prompt | Scope::Last | Scope::Generated => None,
        }
    }

    fn bos(&mut self, file: &File, info: &ModelInfo) {
        if file.parsed.bos == Some(true) && info.bos.is_none() {
            let key = file.parsed.keys.iter().find(|k| k.name.value == "bos");
            let range = key.map_or(0..0, |k| k.name.range.clone());
            self.problems.push(error(
                code::NO_BOS,
                &range,
                format!("{} has no beginning-of-text token: remove `bos`", info.name),
            ));
        }
    }

    fn follow(&mut self, file: &File, model: &dyn LanguageModel) {
        for (index, word) in file.parsed.track.iter().enumerate() {
            let tokens = model.tokens_within(&word.value);
            let Some(first) = tokens.first() else {
                self.problems.push(error(
                    code::NOT_ONE_TOKEN,
                    &word.range,
                    "no token to track: write the text of one token".to_owned(),
                ));
                continue;
            };
            if tokens.len() > 1 {
                let message = format!(
                    "{} is {} tokens, {}: only the first is tracked",
                    quoted(&word.value),
                    tokens.len(),
                    split(&tokens)
                );
                self.problems.push(warning(code::NOT_ONE_TOKEN, &word.range, message));
            }
            self.experiment.track.push(first.id);
            self.track.push(index);
        }
    }

    fn expect(&mut self, file: &File, model: &dyn LanguageModel) {
        for entry in &file.parsed.expect {
            let Expectation::Next { next, .. } = &entry.expectation.value else { continue };
            if let Err(wrong) = one_token(model, next) {
                self.problems.push(error(code::NOT_ONE_TOKEN, &entry.expectation.range, wrong.to_string()));
            }
        }
    }

    fn prompt(&mut self, file: &File, info: &ModelInfo) {
        let prompt = &file.parsed.prompt;
        if let Some(cut) = self.encoded.cut {
            let message = format!(
                "the prompt is longer than the context of {} ({} tokens): the model does not read the rest",
                info.name, info.context
            );
            // A token may end inside a character, which then does not fit.
            let cut = file.text.floor_char_boundary(prompt.start + cut);
            self.problems.push(warning(code::TOO_LONG, &(cut..prompt.end), message));
        }
        if self.encoded.tokens.is_empty() {
            self.problems.push(error(code::EMPTY, prompt, "the prompt is empty: write some text".to_owned()));
        }
    }
}

/// An error where the model has no `boost`.
pub(crate) fn no_boost(entry: &Entry, info: &ModelInfo) -> Option<Problem> {
    let wrong = InputError::NoBoost(info.name.clone());
    (info.gated && entry.change.value == Change::Boost)
        .then(|| error(code::NO_BOOST, &entry.change.range, wrong.to_string()))
}

fn error(code: &'static str, range: &Range<usize>, message: String) -> Problem {
    Problem { severity: Severity::Error, code, range: range.clone(), message, fix: None }
}

fn warning(code: &'static str, range: &Range<usize>, message: String) -> Problem {
    Problem { severity: Severity::Warning, code, range: range.clone(), message, fix: None }
}

/// The only token of a text.
pub(crate) fn one_token(model: &dyn LanguageModel, text: &str) -> Result<TokenId, NotOneToken> {
    let tokens = model.tokens_within(text);
    match tokens.as_slice() {
        [token] => Ok(token.id),
        [] => Err(NotOneToken::Empty),
        _ => Err(NotOneToken::Several { text: text.to_owned(), tokens }),
    }
}
