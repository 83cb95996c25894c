//! YAML as a tree with byte ranges, before anyone asks what it means.

use std::ops::Range;

use crate::Spanned;
use crate::scalar::{Plain, resolve};

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The value as written, quotes and brackets included; empty where nothing is written.
    pub(crate) range: Range<usize>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Scalar {
        text: String,
        /// Neither quoted nor a block scalar: it may be a number, a boolean or null.
        plain: bool,
    },
    Seq(Vec<Item>),
    Map(Vec<Pair>),
    /// Could not be read; the problem is reported.
    Bad,
}

/// An entry of a list.
#[derive(Debug)]
pub(crate) struct Item {
    /// Where its dash is, or where the entry begins in a flow list.
    pub(crate) start: usize,
    pub(crate) node: Node,
}

/// An entry of a mapping.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) key: Spanned<String>,
    pub(crate) value: Node,
    /// In a block mapping: whole lines, from the key's to the next key's.
    pub(crate) block: Option<Range<usize>>,
}

impl Node {
    pub(crate) fn bad(range: Range<usize>) -> Self {
        Self { kind: Kind::Bad, range }
    }

    /// Nothing is written at `at`.
    pub(crate) fn null(at: usize) -> Self {
        Self { kind: Kind::Scalar { text: String::new(), plain: true }, range: at..at }
    }

    pub(crate) fn is_bad(&self) -> bool {
        matches!(self.kind, Kind::Bad)
    }

    /// What a plain scalar says under YAML's core schema; quoted text is always text.
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

    /// The scalar's text, if it is text and not a number, boolean or null.
    pub(crate) fn string(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } if self.plain() == Some(Plain::Text) => Some(text),
            _ => None,
        }
    }

    /// The scalar's characters, whatever they mean.
    pub(crate) fn text(&self) -> &str {
        match &self.kind {
            Kind::Scalar { text, .. } => text,
            _ => "",
        }
    }

    /// What it is, for a message.
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
