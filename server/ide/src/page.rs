//! Documents as pages of aligned text: the command line prints them, and an editor without views opens them. The kind of a
//! line tells how to colour it.

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
    pub kind: LineKind,
    /// Without the line break.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A title.
    Head,
    Plain,
    /// Explains other lines.
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
