//! A prompt file as every feature takes it, and the model beside it.

use std::sync::Arc;

use base::LineIndex;
use lm::{Concepts, Error, LanguageModel, OpenError};
use syntax::{FileKind, Parsed};

use crate::Names;

/// A text and what it says. Clones share both.
#[derive(Clone, Debug)]
pub struct File {
    /// The whole file.
    pub text: Arc<str>,
    /// What it says.
    pub parsed: Arc<Parsed>,
    /// What its project calls value vectors.
    pub names: Names,
}

impl File {
    /// Reads a text.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let parsed = Arc::new(syntax::parse(&text));
        Self { text, parsed, names: Names::default() }
    }

    /// The same file in a project with these names.
    pub fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// The prompt, verbatim.
    pub fn prompt(&self) -> &str {
        &self.text[self.parsed.prompt.clone()]
    }

    /// The line that holds a byte, from 1.
    pub fn line(&self, offset: usize) -> usize {
        LineIndex::new(&self.text).line_of(offset) + 1
    }

    /// Somebody else's file is not run.
    pub(crate) fn check_kind(&self) -> Result<(), Error> {
        match (&self.parsed.kind, self.parsed.problems.first()) {
            (FileKind::Ours, _) => Ok(()),
            (FileKind::Foreign { range }, Some(note)) => {
                Err(Error::Input(format!("line {}: {}", self.line(range.start), note.message)))
            }
            (FileKind::Foreign { .. }, None) => Err(Error::Input("this is somebody else's prompt file".to_owned())),
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
