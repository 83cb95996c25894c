//! Documents as pages for people: what the command line prints, and what an editor without a view of its own opens.
//! Plain lines that line up; whoever shows them may colour them by their kind.

mod clusters;
mod generate;
mod search;
mod table;
mod trace;
mod vector;

pub use clusters::clusters_page;
pub use generate::generate_page;
pub use search::search_page;
pub use table::Table;
pub use trace::trace_page;
pub use vector::vector_page;

/// A line of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLine {
    /// What it is.
    pub kind: LineKind,
    /// Without its line break.
    pub text: String,
}

/// What a line of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A title.
    Head,
    /// What is to be read.
    Plain,
    /// What explains the rest.
    Note,
    /// An expectation that holds.
    Good,
    /// An expectation that failed.
    Bad,
}

impl PageLine {
    pub(crate) fn new(kind: LineKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into() }
    }
}

/// A page as one text.
pub fn text(lines: &[PageLine]) -> String {
    lines.iter().map(|line| format!("{}\n", line.text)).collect()
}
