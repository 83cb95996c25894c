//! What is wrong with a file: severity, place, message and, where there is one, a mend.

use std::ops::Range;

use base::Edit;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The line has no effect; `generate` refuses the file.
    Error,
    /// Probably not what was meant; everything else holds.
    Warning,
    /// Worth knowing.
    Information,
    /// Barely worth knowing.
    Hint,
}

/// A set of edits that mends a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an editor's menu shows it.
    pub title: String,
    /// Of the text that was parsed.
    pub edits: Vec<Edit>,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// A short stable name for this kind of problem, such as `unknown-key`.
    pub code: &'static str,
    /// Bytes of the file; may be empty where something is missing.
    pub range: Range<usize>,
    /// One line: what is wrong and what to do.
    pub message: String,
    /// A mend, where one is plain.
    pub fix: Option<Fix>,
}
