//! Hover. One file for each kind of place.

mod front;
mod intervention;
mod term;
mod token;

use std::ops::Range;
use std::sync::Arc;

use lm::{Control, Error};
use syntax::{FileKind, Problem, Severity};

use crate::markup::{Line, Marks, Page};
use crate::place::{Place, place};
use crate::resolve::Resolved;
use crate::{File, ModelState};

/// How much a hover shows, at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Layers in the table.
    pub layers: usize,
    /// Sub-updates a layer.
    pub updates: usize,
    /// Words a value vector.
    pub words: usize,
    /// Next tokens.
    pub guesses: usize,
    /// Columns of a table's row; `None`: no limit.
    pub width: Option<usize>,
    /// Whether undertrained tokens are listed among a vector's words.
    pub undertrained: bool,
    /// The URI of the editor's copy of `GLOSSARY.md`, which terms are linked to.
    pub glossary: Option<Arc<str>>,
    /// The URI of a vector's card in the editor, with `{id}` for the id. An editor that has such links shows Markdown
    /// without its marks, so that marks take no room in a table.
    pub cards: Option<Arc<str>>,
}

impl Style {
    pub(crate) fn marks(&self) -> Marks {
        if self.cards.is_some() { Marks::Vanish } else { Marks::TakeRoom }
    }
}

impl Default for Style {
    fn default() -> Self {
        Self {
            layers: 5,
            updates: 2,
            words: 3,
            guesses: 3,
            width: None,
            undertrained: false,
            glossary: None,
            cards: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The place, bytes of the file.
    pub range: Range<usize>,
    /// GitHub's Markdown without HTML.
    pub markdown: String,
    /// The same as plain text with aligned columns.
    pub plain: String,
}

impl Hover {
    fn new(range: Range<usize>, page: &Page) -> Self {
        Self { range, markdown: page.markdown(), plain: page.plain() }
    }
}

/// The hover at byte `offset`.
pub fn hover(
    file: &File,
    offset: usize,
    state: &ModelState<'_>,
    style: &Style,
    control: &dyn Control,
) -> Result<Option<Hover>, Error> {
    if file.parsed.kind != FileKind::Ours {
        return Ok(None);
    }
    match place(file, offset) {
        Place::Prompt(at) => match state {
            ModelState::Ready(model, concepts) => token::hover(file, at, *model, *concepts, style, control),
            _ => Ok(Some(without_model(file, at, state))),
        },
        Place::Target(index) => intervention::card(file, index, state, style, control).map(Some),
        Place::Value(index) => Ok(Some(intervention::value(file, index, state))),
        Place::Track(index) => Ok(Some(front::track(file, index, state))),
        Place::Expect(index) => Ok(Some(front::expect(file, index, state))),
        Place::Model => Ok(front::model(file, state)),
        Place::Key(range) => Ok(front::key(file, range)),
        Place::Nothing => Ok(None),
    }
}

/// The hover on a word of the prompt while there is no model.
fn without_model(file: &File, at: usize, state: &ModelState<'_>) -> Hover {
    let prompt = file.prompt();
    let start = prompt[..at].rfind(char::is_whitespace).map_or(0, |i| prompt.ceil_char_boundary(i + 1));
    let end = prompt[at..].find(char::is_whitespace).map_or(prompt.len(), |i| at + i);
    let from = file.parsed.prompt.start;
    let mut page = Page::default();
    page.prose(model_line(state).into_iter().collect());
    Hover::new(from + start..from + end, &page)
}

/// Why there is no model; `None` if there is one.
fn model_line(state: &ModelState<'_>) -> Option<Line> {
    match state {
        ModelState::Ready(..) => None,
        ModelState::Loading(what) => Some(Line::new().strong("loading").text(" ").message(what)),
        ModelState::Missing(why) => Some(Line::new().strong("no model").text(": ").message(&why.message)),
    }
}

/// The errors of the file, which the numbers leave out.
fn notes(file: &File, resolved: &Resolved) -> Vec<Line> {
    /// The editor's list of problems has all of them.
    const MOST: usize = 3;
    let problems = file.parsed.problems.iter().chain(&resolved.problems);
    let mut errors: Vec<&Problem> = problems.filter(|p| p.severity == Severity::Error).collect();
    errors.sort_by_key(|p| p.range.start);
    let note = |problem: &&Problem| {
        let origin = file.origin(problem.range.start);
        Line::from(format!("{origin} has no effect: ")).message(&problem.message)
    };
    let mut notes: Vec<Line> = errors.iter().take(MOST).map(note).collect();
    if errors.len() > MOST {
        notes.push(Line::from(format!("and {} more errors", errors.len() - MOST)));
    }
    if resolved.encoded.cut.is_some() {
        let fits = resolved.encoded.tokens.len();
        notes.push(Line::from(format!(
            "the prompt is longer than the model's context: only its first {fits} tokens are read"
        )));
    }
    notes
}
