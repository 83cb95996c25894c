//! A prompt file as every feature takes it, and the model beside it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use base::{LineIndex, RunName, Scope};
use lm::{Concepts, Error, LanguageModel, OpenError};
use syntax::{Entry, FileKind, Intervention, Parsed, Spanned};

use crate::{Compared, Names};

/// A text and what it says. Clones share both.
#[derive(Clone, Debug)]
pub struct File {
    /// The whole file.
    pub text: Arc<str>,
    /// What it says.
    pub parsed: Arc<Parsed>,
    /// What its project calls value vectors.
    pub names: Names,
    /// Which of its runs the reader looks at.
    pub compared: Compared,
    /// What is run with the file and stands in none of its lines, as messages call it. The entries of addition `n` have the
    /// empty range at `text.len() + 1 + n`, which is no byte of the file.
    added: Vec<String>,
}

/// Something that is run with a file and stands in none of its lines, as a command line's flags do.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    /// What messages call it, `-i L5D1=off`.
    pub called: String,
    /// What it adds.
    pub what: Added,
}

/// What an addition adds.
#[derive(Clone, Debug, PartialEq)]
pub enum Added {
    /// An intervention after the file's own.
    Intervention(Intervention),
    /// A token to follow after the file's own.
    Track(String),
}

/// Where a byte of a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'f> {
    /// A line, from 1.
    Line(usize),
    /// An addition, as it is called.
    Addition(&'f str),
}

impl File {
    /// Reads a text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        Self::of(Arc::new(syntax::parse(&text)), text)
    }

    /// A prompt as it stands, whatever it looks like.
    pub fn of_prompt(prompt: impl Into<Arc<str>>) -> Self {
        let text = prompt.into();
        Self::of(Arc::new(syntax::parse_prompt(&text)), text)
    }

    fn of(parsed: Arc<Parsed>, text: Arc<str>) -> Self {
        Self { text, parsed, names: Names::default(), compared: Compared::default(), added: Vec::new() }
    }

    /// The same file for a reader who compares these runs.
    pub fn with_compared(self, compared: Compared) -> Self {
        Self { compared, ..self }
    }

    /// The same file in a project with these names.
    pub fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// The same file with more than it says. Its text stays what it is.
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

    /// The bytes of a range as the file has them; nothing for what stands in none of its lines.
    pub(crate) fn written(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The prompt, verbatim.
    pub fn prompt(&self) -> &str {
        &self.text[self.parsed.prompt.clone()]
    }

    /// Where bytes come from, to be asked often.
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

/// An entry that stands in no line.
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
    /// The line, from 1; 0 for what has none.
    pub fn line(self) -> usize {
        match self {
            Self::Line(line) => line,
            Self::Addition(_) => 0,
        }
    }

    /// A message about it, which says what it is about where no line does.
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

/// What is there to ask.
#[derive(Clone, Copy)]
pub enum ModelState<'a> {
    /// A loaded model, and its concept index where that can be had.
    Ready(&'a dyn LanguageModel, Option<&'a dyn Concepts>),
    /// Not yet: one line that says what is loading and how far it is.
    Loading(&'a str),
    /// None: why, and what to do.
    Missing(&'a OpenError),
}
