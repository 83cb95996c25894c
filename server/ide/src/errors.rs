//! What a user can get wrong when naming or changing value vectors. Each error is one line: what is wrong, then what to do.

use std::fmt;

use base::ValueId;
use lm::{Error, NoSuchVector};
use syntax::{InvalidName, TargetRef};

use crate::Names;
use crate::resolve::code;
use crate::token::{quoted, split};

/// The largest number of a group's ids in an error.
const LISTED: usize = 8;

/// Why an id or a name does not stand for value vectors of the model, or for one where one is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetError {
    NoSuchVector(NoSuchVector),
    /// The name is known, the vector that it stands for is not.
    NamedVectorMissing {
        name: String,
        error: NoSuchVector,
    },
    OtherModel {
        name: String,
        model: String,
    },
    Unknown {
        name: String,
        /// The line of the first error in the names file, which may hide the name.
        names_error: Option<usize>,
    },
    /// The name stands for several vectors where one is needed.
    Group {
        name: String,
        ids: Vec<ValueId>,
    },
}

impl TargetError {
    /// The diagnostic's code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoSuchVector(_) | Self::NamedVectorMissing { .. } => code::NO_SUCH_VECTOR,
            Self::OtherModel { .. } => code::OTHER_MODEL,
            Self::Unknown { .. } | Self::Group { .. } => code::UNKNOWN_NAME,
        }
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchVector(error) => error.fmt(f),
            Self::NamedVectorMissing { name, error } => write!(f, "{} is {}, but {error}", quoted(name), error.id),
            Self::OtherModel { name, model } => {
                let name = quoted(name);
                write!(f, "{name} is a name for another model, not for {model}: use a name for {model}, or an id")
            }
            Self::Unknown { name, names_error: Some(line) } => {
                let (name, file) = (quoted(name), Names::FILE);
                write!(f, "unknown name {name}, and {file} has an error in line {line}: correct that file first")
            }
            Self::Unknown { name, names_error: None } => {
                write!(f, "unknown name {}: write a value vector's id, such as L0D7, or define the name", quoted(name))
            }
            Self::Group { name, ids } => {
                let (name, count, ids) = (quoted(name), ids.len(), listed(ids));
                write!(f, "{name} is a group of {count} value vectors, and one is needed: write one of {ids}")
            }
        }
    }
}

/// The first few ids.
fn listed(ids: &[ValueId]) -> String {
    let first = ids.iter().take(LISTED).map(ValueId::to_string).collect::<Vec<_>>().join(", ");
    let more = if ids.len() > LISTED { ", …" } else { "" };
    format!("{first}{more}")
}

impl std::error::Error for TargetError {}

impl From<TargetError> for Error {
    fn from(error: TargetError) -> Self {
        match error {
            TargetError::NoSuchVector(error) => error.into(),
            other => Self::input(other.to_string()),
        }
    }
}

/// Why a name cannot be given, removed or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameError {
    Invalid(InvalidName),
    NoVectors {
        name: String,
    },
    NoSuchVector(NoSuchVector),
    NotOfModel {
        name: String,
        model: String,
    },
    NotInFile {
        name: String,
    },
    IsId {
        id: String,
    },
    InUse {
        name: String,
    },
    /// The name stands for these vectors, and the caller did not say what to do with them.
    StandsFor {
        name: String,
        ids: Vec<ValueId>,
    },
    /// The names file cannot be edited line by line.
    Layout,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(error) => error.fmt(f),
            Self::NoVectors { name } => {
                write!(f, "`{name}` needs a value vector: write an id, such as L0D7, or several")
            }
            Self::NoSuchVector(error) => error.fmt(f),
            Self::NotOfModel { name, model } => write!(f, "{model} has no value vector named `{name}`"),
            Self::NotInFile { name } => write!(f, "unknown name `{name}`: {} does not have it", Names::FILE),
            Self::IsId { id } => write!(f, "{id} is an id, and ids cannot change: give the value vector a name"),
            Self::InUse { name } => write!(f, "the name `{name}` is in use: choose another one"),
            Self::StandsFor { name, ids } => {
                let ids = listed(ids);
                write!(f, "`{name}` stands for {ids}: add to the name, replace it, or choose another one")
            }
            Self::Layout => {
                write!(f, "{} does not have one name per line here: change its layout first", Names::FILE)
            }
        }
    }
}

impl std::error::Error for NameError {}

impl From<InvalidName> for NameError {
    fn from(error: InvalidName) -> Self {
        Self::Invalid(error)
    }
}

/// Why the line of a value vector cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InterveneError {
    ForeignFile,
    NoTarget,
    NoLine {
        target: TargetRef,
    },
    /// `interventions` has errors.
    Unreadable,
}

impl fmt::Display for InterveneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignFile => f.write_str(FOREIGN_FILE),
            Self::NoTarget => f.write_str("no value vector given: write an id, such as L0D7, or a name"),
            Self::NoLine { target } => write!(f, "this file has no intervention on {target}"),
            Self::Unreadable => f.write_str("`interventions` of this file has errors: fix them first"),
        }
    }
}

impl std::error::Error for InterveneError {}

pub(crate) const FOREIGN_FILE: &str = "this is a prompt file of another program";

/// A text that is not one token of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotOneToken {
    Empty,
    Several { text: String, tokens: Vec<lm::Token> },
}

impl fmt::Display for NotOneToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("no token to expect: write the text of one token"),
            Self::Several { text, tokens } => {
                let (text, count, split) = (quoted(text), tokens.len(), split(tokens));
                write!(f, "{text} is {count} tokens, {split}: `next` takes one token; use `contains` for longer text")
            }
        }
    }
}
