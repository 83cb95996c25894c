//! The tree of a prompt file with byte ranges. Plain data; `parse` fills it.

use std::fmt;
use std::ops::Range;

use base::{Change, Decoding, Expectation, RunName, Scope, Target};

use crate::Problem;

/// A value and its bytes in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// Which program a `.prompt` file belongs to. Dotprompt uses the same extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A prompt file of unembed.
    Ours,
    /// A Dotprompt file of another program. It has one problem, and the rest is not read.
    Foreign {
        /// The text that identifies it.
        range: Range<usize>,
    },
}

/// A parsed prompt file.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub kind: FileKind,
    /// The bytes between the two `---` lines; `None` if there is no front matter.
    pub front: Option<Range<usize>>,
    /// The prompt, verbatim, without the file's final newline (one LF or CRLF).
    pub prompt: Range<usize>,
    /// The model as written: a configured name, a Hugging Face id or a path.
    pub model: Option<Spanned<String>>,
    /// The format's defaults, overridden by the file's valid values.
    pub decoding: Decoding,
    /// Prepend the model's beginning-of-text token.
    pub bos: Option<bool>,
    /// Every valid intervention of every run, enabled and disabled, in file order.
    pub interventions: Vec<Entry>,
    /// The runs below `runs:`, in file order.
    pub runs: Vec<RunList>,
    /// Tokens to track. The first is the target; the others are distractors.
    pub track: Vec<Spanned<String>>,
    /// The checks on the model's output.
    pub expect: Vec<ExpectEntry>,
    /// The top-level keys, in file order, including unknown keys. Of a repeated key, only the first.
    pub keys: Vec<Key>,
    /// All problems, in file order.
    pub problems: Vec<Problem>,
}

/// A top-level key of the front matter and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub name: Spanned<String>,
    /// Whole lines: the key's line and every line of its value, including comments in between.
    pub lines: Range<usize>,
    /// The value as written; empty, directly after the colon, if there is none.
    pub value: Range<usize>,
}

/// A run below `runs:`. Its entries are in `Parsed::interventions`, under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunList {
    /// Valid (`RunName::is_valid`) and unique in the file.
    pub name: RunName,
    /// The run's key and list.
    pub key: Key,
}

/// One entry of a list of interventions, on one or several lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The run that the list belongs to.
    pub run: RunName,
    /// The line on which it starts, from 1.
    pub line: usize,
    /// Whole lines, including line breaks and comments.
    pub lines: Range<usize>,
    /// The entry without its dash; in a flow list with its braces.
    pub item: Range<usize>,
    pub target: Spanned<TargetRef>,
    pub change: Spanned<Change>,
    /// All positions if absent.
    pub at: Option<Spanned<Scope>>,
    /// The value as written, e.g. `{ scale: 2 }`.
    pub value: Range<usize>,
    /// False if the entry is in a comment.
    pub enabled: bool,
    /// The comment after the entry, from its `#` to its last visible character.
    pub comment: Option<Range<usize>>,
}

impl Parsed {
    /// The entries of a run, enabled and disabled, in file order.
    pub fn entries_of(&self, run: &RunName) -> impl DoubleEndedIterator<Item = &Entry> {
        self.interventions.iter().filter(move |entry| entry.run == *run)
    }

    /// The key of the list that defines a run, if the file has one.
    pub fn list_of(&self, run: &RunName) -> Option<&Key> {
        match run.as_str() {
            RunName::INTERVENED => self.keys.iter().find(|key| key.name.value == "interventions"),
            _ => self.runs.iter().find(|list| list.name == *run).map(|list| &list.key),
        }
    }
}

impl Entry {
    /// The positions at which the entry acts.
    pub fn scope(&self) -> Scope {
        self.at.as_ref().map(|at| at.value.clone()).unwrap_or_default()
    }
}

/// The target of an intervention as written in a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TargetRef {
    /// A target by its id, such as the value vector `L3D77`.
    Id(Target),
    /// The name of a value vector or of a group.
    Name(String),
}

impl From<&str> for TargetRef {
    /// Text in the form of an id becomes an id.
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

/// An intervention from the command line.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    pub target: TargetRef,
    pub change: Change,
    pub at: Scope,
}

/// One entry of `expect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectEntry {
    /// The entry without its dash.
    pub range: Range<usize>,
    /// The line on which it starts, from 1.
    pub line: usize,
    /// The range is that of the expected text.
    pub expectation: Spanned<Expectation>,
}
