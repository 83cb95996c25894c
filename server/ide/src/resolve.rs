//! A file meets a model: ids, names and tokens are looked up, and what only the model can see to be wrong is found.

use std::ops::Range;

use base::{Expectation, Scope, TokenId, ValueId};
use lm::{Encoded, Experiment, Intervention, LanguageModel, ModelInfo};
use syntax::{Entry, FileKind, Problem, Severity, Target};

use crate::File;
use crate::token::{quoted, split};

/// The kinds of problems that are found here.
pub mod code {
    /// A value vector that the model does not have.
    pub const NO_SUCH_VECTOR: &str = "no-such-vector";
    /// A name that nothing has.
    pub const UNKNOWN_NAME: &str = "unknown-name";
    /// A position that the model's context does not have.
    pub const BEYOND_CONTEXT: &str = "beyond-context";
    /// A position or a text that the run does not have.
    pub const NOWHERE: &str = "acts-nowhere";
    /// Text of several tokens where one is meant, or of none.
    pub const NOT_ONE_TOKEN: &str = "not-one-token";
    /// A prompt that does not fit.
    pub const TOO_LONG: &str = "prompt-too-long";
    /// No prompt.
    pub const EMPTY: &str = "empty-prompt";
    /// `bos: true` for a model without such a token.
    pub const NO_BOS: &str = "no-bos";
}

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
    let bos = parsed.bos && model.info().bos.is_some();
    let experiment = Experiment { bos, decoding: parsed.decoding.clone(), ..Experiment::of(file.prompt()) };
    let encoded = model.encode(file.prompt(), bos);
    let mut resolved = Resolved { experiment, entries: Vec::new(), track: Vec::new(), encoded, problems: Vec::new() };
    if parsed.kind == FileKind::Ours {
        resolved.bos(file, model.info());
        for (index, entry) in parsed.interventions.iter().enumerate().filter(|(_, e)| e.enabled) {
            let (intervention, problem) = resolved.intervention(entry, model.info());
            resolved.problems.extend(problem);
            if let Some(intervention) = intervention {
                resolved.experiment.interventions.push(intervention);
                resolved.entries.push(index);
            }
        }
        resolved.follow(file, model);
        resolved.expect(file, model);
        resolved.prompt(file, model.info());
        resolved.problems.sort_by_key(|p| (p.range.start, p.range.end));
    }
    resolved
}

/// The value vector that an entry names, or why there is none.
pub(crate) fn target(target: &Target, info: &ModelInfo) -> Result<ValueId, (&'static str, String)> {
    match *target {
        Target::Id(id) if info.has(id) => Ok(id),
        Target::Id(id) => Err((
            code::NO_SUCH_VECTOR,
            format!(
                "{id} is not in {}: its value vectors are L0D0 to {}",
                info.name,
                ValueId::new(info.layers.saturating_sub(1), info.ffn.saturating_sub(1))
            ),
        )),
        Target::Name(ref name) => Err((
            code::UNKNOWN_NAME,
            format!("nothing is named {}: write a value vector's id, such as L0D7, or name one first", quoted(name)),
        )),
    }
}

impl Resolved {
    /// The last position of the prompt, whose trace predicts the first new token.
    pub(crate) fn last(&self) -> Option<usize> {
        self.encoded.tokens.len().checked_sub(1)
    }

    /// The experiment without one of the file's interventions.
    pub(crate) fn without(&self, index: usize) -> Experiment {
        let mut experiment = self.experiment.clone();
        if let Some(place) = self.entries.iter().position(|&entry| entry == index) {
            experiment.interventions.remove(place);
        }
        experiment
    }

    /// The intervention that an entry stands for, enabled or not, and what is wrong with it.
    pub(crate) fn intervention(&self, entry: &Entry, info: &ModelInfo) -> (Option<Intervention>, Option<Problem>) {
        let id = match target(&entry.target.value, info) {
            Ok(id) => id,
            Err((code, message)) => return (None, Some(error(code, &entry.target.range, message))),
        };
        let problem = self.scope(entry, info);
        let fails = problem.as_ref().is_some_and(|p| p.severity == Severity::Error);
        let intervention =
            Intervention { target: lm::Target::Value(id), change: entry.change.value, at: entry.scope() };
        ((!fails).then_some(intervention), problem)
    }

    /// A place where the entry cannot act is an error, one where it does not a warning.
    fn scope(&self, entry: &Entry, info: &ModelInfo) -> Option<Problem> {
        let at = entry.at.as_ref()?;
        match &at.value {
            &Scope::Position(position) if position >= info.context => {
                let most = info.context.saturating_sub(1);
                let message = format!(
                    "position {position} is beyond the context of {}: its positions are 0 to {most}",
                    info.name
                );
                Some(error(code::BEYOND_CONTEXT, &at.range, message))
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
                let message = format!("{} is not in the prompt: nothing is changed", quoted(text));
                (!fits).then(|| warning(code::NOWHERE, &at.range, message))
            }
            Scope::All | Scope::Prompt | Scope::Last | Scope::Generated => None,
        }
    }

    fn bos(&mut self, file: &File, info: &ModelInfo) {
        if file.parsed.bos && info.bos.is_none() {
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
            let tokens = model.encode(&word.value, false).tokens;
            let Some(first) = tokens.first() else {
                self.problems.push(error(
                    code::NOT_ONE_TOKEN,
                    &word.range,
                    "no token to follow: write one token's text".to_owned(),
                ));
                continue;
            };
            if tokens.len() > 1 {
                let message = format!(
                    "{} is {} tokens, {}: the first is followed",
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
            if let Err(message) = one_token(model, next) {
                self.problems.push(error(code::NOT_ONE_TOKEN, &entry.expectation.range, message));
            }
        }
    }

    fn prompt(&mut self, file: &File, info: &ModelInfo) {
        let prompt = &file.parsed.prompt;
        if let Some(cut) = self.encoded.cut {
            let message = format!(
                "the prompt is longer than the context of {}, {} tokens: from here on it is left out, the part that fits \
                 still works",
                info.name, info.context
            );
            // A token may end inside a character, which then does not fit.
            let cut = file.text.floor_char_boundary(prompt.start + cut);
            self.problems.push(warning(code::TOO_LONG, &(cut..prompt.end), message));
        }
        if self.encoded.tokens.is_empty() {
            self.problems.push(error(
                code::EMPTY,
                prompt,
                "the prompt is empty: write some text for the model to read".to_owned(),
            ));
        }
    }
}

fn error(code: &'static str, range: &Range<usize>, message: String) -> Problem {
    Problem { severity: Severity::Error, code, range: range.clone(), message, fix: None }
}

fn warning(code: &'static str, range: &Range<usize>, message: String) -> Problem {
    Problem { severity: Severity::Warning, code, range: range.clone(), message, fix: None }
}

/// The only token of a text, or one line that says how it splits.
pub(crate) fn one_token(model: &dyn LanguageModel, text: &str) -> Result<TokenId, String> {
    let tokens = model.encode(text, false).tokens;
    match tokens.as_slice() {
        [token] => Ok(token.id),
        [] => Err("no token to expect: write one token's text".to_owned()),
        several => Err(format!(
            "{} is {} tokens, {}: `next` takes one; use `contains` for more",
            quoted(text),
            several.len(),
            split(several)
        )),
    }
}
