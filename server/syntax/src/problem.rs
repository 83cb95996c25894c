//! Problems of a file: severity, range, message and, if there is one, a fix.

use std::ops::Range;

use base::Edit;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text in the range has no effect; `generate` refuses the file.
    Error,
    /// Probably a mistake; the rest of the file takes effect.
    Warning,
    Information,
    Hint,
}

/// Edits that fix a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The label in an editor's menu.
    pub title: String,
    /// Ranges refer to the text that was parsed.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Replaces one range.
    pub(crate) fn replace(title: String, range: Range<usize>, text: impl Into<String>) -> Option<Self> {
        Some(Self { title, edits: vec![Edit { range, text: text.into() }] })
    }

    /// Inserts the space that YAML needs after the first colon of `written`, which is at `range` as it is.
    pub(crate) fn space_after_colon(written: &str, range: &Range<usize>) -> Option<Self> {
        let at = range.start + written.find(':').filter(|_| written.len() == range.len())? + 1;
        Self::replace("Insert a space after the colon".to_owned(), at..at, " ")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// A short, stable name for this kind of problem, one of the constants in `code`.
    pub code: &'static str,
    /// Bytes of the file. May be empty where something is missing.
    pub range: Range<usize>,
    /// One line: what is wrong and what to do.
    pub message: String,
    /// A fix, if there is an obvious one.
    pub fix: Option<Fix>,
}

/// The kinds of problems.
pub mod code {
    /// The text is not YAML, or is YAML that this parser does not read.
    pub const SYNTAX: &str = "syntax";
    /// Anchors, aliases, tags and merge keys.
    pub const UNSUPPORTED: &str = "unsupported-yaml";
    /// Text of the prompt looks like front matter.
    pub const UNFENCED: &str = "not-front-matter";
    /// The opening `---` has no closing `---`.
    pub const UNCLOSED: &str = "unclosed-front-matter";
    /// The format has no such key.
    pub const UNKNOWN_KEY: &str = "unknown-key";
    /// A key occurs twice in one mapping.
    pub const DUPLICATE_KEY: &str = "duplicate-key";
    /// A name that a run cannot have.
    pub const RUN_NAME: &str = "run-name";
    /// A key that is reserved for a later version.
    pub const RESERVED_KEY: &str = "reserved-key";
    /// A value of the wrong type, such as a number instead of text.
    pub const WRONG_TYPE: &str = "wrong-type";
    /// A value of the right type outside its allowed values.
    pub const OUT_OF_RANGE: &str = "out-of-range";
    /// NaN, infinite, or too large for float32.
    pub const NOT_FINITE: &str = "not-finite";
    /// A space that YAML leaves out.
    pub const SPACE: &str = "unquoted-space";
    /// The prompt has CRLF line ends.
    pub const LINE_ENDS: &str = "line-ends";
    /// A required part is missing.
    pub const MISSING: &str = "missing";
    /// A Dotprompt file of another program.
    pub const FOREIGN: &str = "foreign-file";
    /// Front matter above the size limit.
    pub const TOO_LARGE: &str = "too-large";
    /// More problems than the list holds.
    pub const TOO_MANY: &str = "too-many-problems";
}

/// A limit, so that a file that is not a prompt file does not produce a million diagnostics.
const MAX_PROBLEMS: usize = 200;

/// The problems in file order, without repetitions. Beyond a limit one problem stands for the rest.
pub fn in_order(problems: Vec<Problem>) -> Vec<Problem> {
    let mut collected = Problems::default();
    problems.into_iter().for_each(|problem| collected.push(problem));
    collected.finish()
}

/// Collects problems during parsing.
#[derive(Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    /// The number of problems beyond `MAX_PROBLEMS`.
    dropped: usize,
    /// The worst severity among the dropped problems and the range of the first.
    worst: Option<(Severity, Range<usize>)>,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        if self.list.len() < MAX_PROBLEMS {
            return self.list.push(problem);
        }
        self.dropped += 1;
        match &mut self.worst {
            Some((severity, _)) => *severity = problem.severity.min(*severity),
            none => *none = Some((problem.severity, problem.range)),
        }
    }

    pub(crate) fn error(&mut self, code: &'static str, range: Range<usize>, message: impl Into<String>) {
        self.error_with(code, range, message, None);
    }

    pub(crate) fn error_with(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        fix: Option<Fix>,
    ) {
        self.push(Problem { severity: Severity::Error, code, range, message: message.into(), fix });
    }

    pub(crate) fn warning(
        &mut self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
        fix: Option<Fix>,
    ) {
        self.push(Problem { severity: Severity::Warning, code, range, message: message.into(), fix });
    }

    pub(crate) fn has(&self, code: &str) -> bool {
        self.list.iter().any(|problem| problem.code == code)
    }

    /// True if every error has one of these codes.
    pub(crate) fn no_error_but(&self, codes: &[&str]) -> bool {
        self.list.iter().all(|p| p.severity != Severity::Error || codes.contains(&p.code))
    }

    /// All problems, in file order.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        if let Some((severity, range)) = self.worst {
            let message = format!("{} more problems are not listed: fix these first", self.dropped);
            self.list.push(Problem { severity, code: code::TOO_MANY, range, message, fix: None });
        }
        self.list.sort_by_key(|p| (p.range.start, p.range.end));
        self.list.dedup_by(|a, b| (&a.range, a.code, &a.message) == (&b.range, b.code, &b.message));
        self.list
    }
}

/// An excerpt of the file for a message: one line, at most 40 characters.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(40).map(|c| if c.is_control() { '␣' } else { c }).collect();
    if shown.len() < text.len() && text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
