//! A prompt file and its model, as all features take them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use base::{LineIndex, RunName, Scope};
use lm::{Concepts, Error, LanguageModel, OpenError};
use syntax::{Entry, FileKind, Intervention, Parsed, Spanned};

use crate::{Compared, Names};

/// A text and its syntax tree. Clones share both.
#[derive(Clone, Debug)]
pub struct File {
    pub text: Arc<str>,
    pub parsed: Arc<Parsed>,
    pub names: Names,
    pub compared: Compared,
    /// What messages call each addition. The entries of addition `n` have the empty range at `text.len() + 1 + n`, behind the
    /// file.
    added: Vec<String>,
}

/// An intervention or a tracked token that is in no line of the file, such as a flag of the command line.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    /// How messages show it: `-i L5D1=off`.
    pub called: String,
    pub what: Added,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Added {
    /// After the interventions of the file.
    Intervention(Intervention),
    /// After the tracked tokens of the file.
    Track(String),
}

/// Where a byte of a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'f> {
    /// The line number, from 1.
    Line(usize),
    /// How messages show the addition.
    Addition(&'f str),
}

impl File {
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self::of(Arc::new(syntax::parse(&text)), text)
    }

    /// The whole text is the prompt, even if it looks like front matter.
    pub fn of_prompt(prompt: impl Into<Arc<str>>) -> Self {
        let text = prompt.into();
        Self::of(Arc::new(syntax::parse_prompt(&text)), text)
    }

    fn of(parsed: Arc<Parsed>, text: Arc<str>) -> Self {
        Self { text, parsed, names: Names::default(), compared: Compared::default(), added: Vec::new() }
    }

    pub fn with_compared(self, compared: Compared) -> Self {
        Self { compared, ..self }
    }

    pub fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// Adds interventions and tracked tokens. The text does not change.
    pub fn with(self, additions: Vec<Addition>) -> Self {
        let (mut parsed, mut added) = (Arc::unwrap_or_clone(self.parsed), self.added);
        for Addition { called, what } in additions {
            let at = self.text.len() + 1 + added.len();
            match what {
                Added::Intervention(intervention) => parsed.interventions.push(entry(intervention, &(at..at))),
                Added::Track(value) => parsed.track.push(Spanned { value, range: at..at }),
            }
            added.push(called);
        }
        Self { parsed: Arc::new(parsed), added, ..self }
    }

    /// The text of a range; empty for an addition.
    pub(crate) fn written(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The prompt, verbatim.
    pub fn prompt(&self) -> &str {
        &self.text[self.parsed.prompt.clone()]
    }

    /// Builds a line index: keep the result for several offsets.
    pub fn origins(&self) -> Origins<'_> {
        Origins { file: self, lines: LineIndex::new(&self.text) }
    }

    /// Where a byte comes from.
    pub(crate) fn origin(&self, offset: usize) -> Origin<'_> {
        self.origins().of(offset)
    }

    /// Refuses a file of another program.
    pub(crate) fn check_kind(&self) -> Result<(), Error> {
        match (&self.parsed.kind, self.parsed.problems.first()) {
            (FileKind::Ours, _) => Ok(()),
            (FileKind::Foreign { range }, Some(note)) => {
                Err(Error::input(format!("{}: {}", self.origin(range.start), note.message)))
            }
            (FileKind::Foreign { .. }, None) => Err(Error::input(crate::errors::FOREIGN_FILE)),
        }
    }
}

/// An entry without a line.
fn entry(intervention: Intervention, range: &Range<usize>) -> Entry {
    let Intervention { target, change, at } = intervention;
    Entry {
        run: RunName::intervened(),
        line: 0,
        lines: range.clone(),
        item: range.clone(),
        target: Spanned { value: target, range: range.clone() },
        change: Spanned { value: change, range: range.clone() },
        at: (at != Scope::All).then(|| Spanned { value: at, range: range.clone() }),
        value: range.clone(),
        enabled: true,
        comment: None,
    }
}

/// Where the bytes of a file come from.
pub struct Origins<'f> {
    file: &'f File,
    lines: LineIndex,
}

impl<'f> Origins<'f> {
    /// Where a byte comes from.
    pub fn of(&self, offset: usize) -> Origin<'f> {
        let addition = offset.checked_sub(self.file.text.len() + 1).and_then(|n| self.file.added.get(n));
        match addition {
            Some(called) => Origin::Addition(called),
            None => Origin::Line(self.lines.line_of(offset) + 1),
        }
    }
}

impl Origin<'_> {
    /// The line number, from 1; 0 for an addition.
    pub fn line(self) -> usize {
        match self {
            Self::Line(line) => line,
            Self::Addition(_) => 0,
        }
    }

    /// The message; for an addition with its name before it.
    pub fn message(self, message: &str) -> String {
        match self {
            Self::Line(_) => message.to_owned(),
            Self::Addition(called) => format!("{called}: {message}"),
        }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Addition(called) => f.write_str(called),
        }
    }
}

/// The model of a file.
#[derive(Clone, Copy)]
pub enum ModelState<'a> {
    /// A loaded model, and its concept index if there is one.
    Ready(&'a dyn LanguageModel, Option<&'a dyn Concepts>),
    /// One line: what is loading, and its progress.
    Loading(&'a str),
    Missing(&'a OpenError),
}

impl ModelState<'_> {
    /// Whether `boost` can be offered: not in a model whose FFN is gated.
    pub(crate) fn has_boost(&self) -> bool {
        !matches!(*self, Self::Ready(model, _) if model.info().gated)
    }
}
