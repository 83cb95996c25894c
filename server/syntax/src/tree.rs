//! What a prompt file says, with the bytes that say it. Plain data: how it is read is `parse`'s business.

use std::fmt;
use std::ops::Range;

use base::{Change, Decoding, Expectation, RunName, Scope, Target};

use crate::Problem;

/// A value and the bytes of the file that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// Whose file it is: `.prompt` also belongs to Dotprompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// An experiment.
    Ours,
    /// Plainly a Dotprompt of someone else's: one note, and nothing else is read.
    Foreign {
        /// What gave it away.
        range: Range<usize>,
    },
}

/// A prompt file, as far as it could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Whose file it is.
    pub kind: FileKind,
    /// The bytes between the two `---` lines; `None` without front matter.
    pub front: Option<Range<usize>>,
    /// The prompt, verbatim, without the file's final newline (LF or CRLF, one only).
    pub prompt: Range<usize>,
    /// The model as written: a configured name, a Hugging Face id or a path.
    pub model: Option<Spanned<String>>,
    /// The defaults of the file format with the file's values filled in.
    pub decoding: Decoding,
    /// Whether to begin with the model's beginning-of-text token.
    pub bos: bool,
    /// Every valid intervention of every run, enabled and disabled, in file order.
    pub interventions: Vec<Entry>,
    /// The runs below `runs:`, in file order.
    pub runs: Vec<RunList>,
    /// Tokens to follow; the first is the target, the others distractors.
    pub track: Vec<Spanned<String>>,
    /// What should come out.
    pub expect: Vec<ExpectEntry>,
    /// The top-level keys, in file order, unknown ones included, of repeated ones the first.
    pub keys: Vec<Key>,
    /// Everything that is wrong, in file order.
    pub problems: Vec<Problem>,
}

/// A top-level key of the front matter with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key itself.
    pub name: Spanned<String>,
    /// Whole lines: the key's and everything below it that is part of its value, comments in between included.
    pub lines: Range<usize>,
    /// The value as written; empty, right after the colon, where there is none.
    pub value: Range<usize>,
}

/// A run below `runs:`. Its entries are those of `Parsed::interventions` with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunList {
    /// Valid (`RunName::is_valid`) and unique in its file.
    pub name: RunName,
    /// The name as a key with its list.
    pub key: Key,
}

/// One line (or entry of several lines) of a list of interventions.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The run whose list this is.
    pub run: RunName,
    /// The line that it starts on, from 1.
    pub line: usize,
    /// Whole lines including their line breaks and comments.
    pub lines: Range<usize>,
    /// The entry itself: without its dash, in a flow list with its braces.
    pub item: Range<usize>,
    /// What is changed.
    pub target: Spanned<TargetRef>,
    /// How.
    pub change: Spanned<Change>,
    /// Where; everywhere if absent.
    pub at: Option<Spanned<Scope>>,
    /// The value as written, e.g. `{ scale: 2 }`.
    pub value: Range<usize>,
    /// False where it stands in a comment.
    pub enabled: bool,
    /// The comment behind it, from its `#` to its last visible character.
    pub comment: Option<Range<usize>>,
}

impl Parsed {
    /// The entries of a run, enabled and disabled, in file order.
    pub fn entries_of(&self, run: &RunName) -> impl DoubleEndedIterator<Item = &Entry> {
        self.interventions.iter().filter(move |entry| entry.run == *run)
    }

    /// The key of the list that makes a run, if the file has it.
    pub fn list_of(&self, run: &RunName) -> Option<&Key> {
        match run.as_str() {
            RunName::INTERVENED => self.keys.iter().find(|key| key.name.value == "interventions"),
            _ => self.runs.iter().find(|list| list.name == *run).map(|list| &list.key),
        }
    }
}

impl Entry {
    /// Where it acts.
    pub fn scope(&self) -> Scope {
        self.at.as_ref().map(|at| at.value.clone()).unwrap_or_default()
    }
}

/// What an intervention changes, as a file says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TargetRef {
    /// A target by its id, such as the value vector `L3D77`.
    Id(Target),
    /// A named vector, or a named group of them.
    Name(String),
}

impl From<&str> for TargetRef {
    /// What looks like an id is one.
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Name(text.to_owned()), Self::Id)
    }
}

impl fmt::Display for TargetRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// An intervention without a place in a file, as the command line takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    /// What is changed.
    pub target: TargetRef,
    /// How.
    pub change: Change,
    /// Where.
    pub at: Scope,
}

/// One entry of `expect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectEntry {
    /// The entry without its dash.
    pub range: Range<usize>,
    /// The line that it starts on, from 1.
    pub line: usize,
    /// What should come out; its range is that of the expected text.
    pub expectation: Spanned<Expectation>,
}
