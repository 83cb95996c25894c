//! A YAML tree with byte ranges, before the values are interpreted.

use std::ops::Range;

use crate::Spanned;
use crate::scalar::{Plain, resolve};

/// A YAML value and its range.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The value as written, including quotes and brackets; empty if no value is written.
    pub(crate) range: Range<usize>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Scalar {
        text: String,
        /// Neither quoted nor a block scalar, so it may be a number, a boolean or null.
        plain: bool,
    },
    Seq(Vec<Item>),
    Map(Vec<Pair>),
    /// Unreadable; the problem is already reported.
    Bad,
}

/// An entry of a list.
#[derive(Debug)]
pub(crate) struct Item {
    /// The offset of its dash, or of the entry in a flow list.
    pub(crate) start: usize,
    pub(crate) node: Node,
}

/// An entry of a mapping.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) key: Spanned<String>,
    pub(crate) value: Node,
    /// In a block mapping: whole lines, from this key to the next key.
    pub(crate) block: Option<Range<usize>>,
}

impl Node {
    pub(crate) fn bad(range: Range<usize>) -> Self {
        Self { kind: Kind::Bad, range }
    }

    /// No value is written at `at`.
    pub(crate) fn null(at: usize) -> Self {
        Self { kind: Kind::Scalar { text: String::new(), plain: true }, range: at..at }
    }

    pub(crate) fn is_bad(&self) -> bool {
        matches!(self.kind, Kind::Bad)
    }

    /// The type of a scalar under YAML's core schema. Quoted text is always text.
    pub(crate) fn plain(&self) -> Option<Plain> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => Some(resolve(text)),
            Kind::Scalar { plain: false, .. } => Some(Plain::Text),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.plain() == Some(Plain::Null)
    }

    /// The scalar's text, if it is text rather than a number, boolean or null.
    pub(crate) fn string(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } if self.plain() == Some(Plain::Text) => Some(text),
            _ => None,
        }
    }

    /// The scalar's characters, regardless of type.
    pub(crate) fn text(&self) -> &str {
        match &self.kind {
            Kind::Scalar { text, .. } => text,
            _ => "",
        }
    }

    /// The type in words, for a message.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Seq(_) => "a list",
            Kind::Map(_) => "a mapping",
            Kind::Bad => "not readable",
            Kind::Scalar { .. } => match self.plain() {
                Some(Plain::Null) => "nothing",
                Some(Plain::Bool(_)) => "true or false",
                Some(Plain::Int | Plain::Float | Plain::NotFinite) => "a number",
                _ => "text",
            },
        }
    }
}
