//! What is wrong with a file: severity, place, message and, where there is one, a mend.

use std::ops::Range;

use base::Edit;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// What stands there has no effect; `generate` refuses the file.
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

impl Fix {
    /// One replacement.
    pub(crate) fn replace(title: String, range: Range<usize>, text: impl Into<String>) -> Option<Self> {
        Some(Self { title, edits: vec![Edit { range, text: text.into() }] })
    }
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// A short stable name for this kind of problem, one of `code`'s.
    pub code: &'static str,
    /// Bytes of the file; may be empty where something is missing.
    pub range: Range<usize>,
    /// One line: what is wrong and what to do.
    pub message: String,
    /// A mend, where one is plain.
    pub fix: Option<Fix>,
}

/// The kinds of problems.
pub mod code {
    /// Not YAML, or YAML that cannot be read here.
    pub const SYNTAX: &str = "syntax";
    /// YAML that this format leaves out: anchors, aliases, tags, merge keys.
    pub const UNSUPPORTED: &str = "unsupported-yaml";
    /// The opening `---` has no closing one.
    pub const UNCLOSED: &str = "unclosed-front-matter";
    /// A key that the format does not know.
    pub const UNKNOWN_KEY: &str = "unknown-key";
    /// A key that stands twice.
    pub const DUPLICATE_KEY: &str = "duplicate-key";
    /// A run with a name that it cannot have.
    pub const RUN_NAME: &str = "run-name";
    /// A key whose meaning comes later.
    pub const RESERVED_KEY: &str = "reserved-key";
    /// A number where text belongs, and so on.
    pub const WRONG_TYPE: &str = "wrong-type";
    /// The right type, but not a value that can be.
    pub const OUT_OF_RANGE: &str = "out-of-range";
    /// NaN, infinite, or too large for float32.
    pub const NOT_FINITE: &str = "not-finite";
    /// Something that must be there is not.
    pub const MISSING: &str = "missing";
    /// Someone else's Dotprompt.
    pub const FOREIGN: &str = "foreign-file";
    /// More front matter than anyone means.
    pub const TOO_LARGE: &str = "too-large";
    /// More problems than are listed.
    pub const TOO_MANY: &str = "too-many-problems";
}

/// A file that is no prompt file at all must not bury its reader, or the editor, in a million diagnostics.
const MOST: usize = 200;

/// Collects problems while a file is read.
#[derive(Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    /// Beyond `MOST`: how many, how bad, and where the first one is.
    dropped: usize,
    worst: Option<(Severity, Range<usize>)>,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        if self.list.len() < MOST {
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

    /// Whether all errors have one of these codes.
    pub(crate) fn no_error_but(&self, codes: &[&str]) -> bool {
        self.list.iter().all(|p| p.severity != Severity::Error || codes.contains(&p.code))
    }

    /// All of them, in file order.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        if let Some((severity, range)) = self.worst {
            let message = format!("{} more problems are not listed: mend these first", self.dropped);
            self.list.push(Problem { severity, code: code::TOO_MANY, range, message, fix: None });
        }
        self.list.sort_by_key(|p| (p.range.start, p.range.end));
        self.list.dedup_by(|a, b| (&a.range, a.code, &a.message) == (&b.range, b.code, &b.message));
        self.list
    }
}

/// A piece of the file for a message: one line, not long.
pub(crate) fn excerpt(text: &str) -> String {
    let mut shown: String = text.chars().take(40).map(|c| if c.is_control() { '␣' } else { c }).collect();
    if shown.len() < text.len() && text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
