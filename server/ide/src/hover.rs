//! Hover.

use std::ops::Range;

use lm::{Control, Error};

use crate::{File, ModelState};

/// How much a hover shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Layers in the table.
    pub layers: usize,
    /// Sub-updates a layer.
    pub updates: usize,
    /// Words a value vector.
    pub words: usize,
    /// Next tokens.
    pub guesses: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { layers: 5, updates: 2, words: 3, guesses: 3 }
    }
}

/// What is known about a place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The place, bytes of the file.
    pub range: Range<usize>,
    /// GitHub's Markdown without HTML.
    pub markdown: String,
    /// The same as plain text with aligned columns.
    pub plain: String,
}

/// What is known about the place at byte `offset`, if anything.
pub fn hover(
    file: &File,
    offset: usize,
    state: &ModelState<'_>,
    style: &Style,
    control: &dyn Control,
) -> Result<Option<Hover>, Error> {
    let _ = (file, offset, state, style, control);
    Ok(None)
}
