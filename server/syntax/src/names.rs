//! The names file: a project's names for value vectors, grouped by model fingerprint. It has one sorted name per line,
//! so that changes by several people merge. An edit leaves all other text unchanged, byte for byte.
//!
//! ```yaml
//! "0f3c...":   # starter
//!   court: L3D77
//!   food: [L2D13, L5D901]
//! ```

use std::fmt;
use std::ops::Range;

use base::{Edit, ValueId};

use crate::Spanned;
use crate::block::Blocks;
use crate::lines::{line_at, lines};
use crate::node::{Kind, Node, Pair};
use crate::problem::{Problem, Problems, code, excerpt};
use crate::write;

/// A parsed names file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamesFile {
    /// One entry per model, in file order.
    pub models: Vec<ModelNames>,
    /// All problems, in file order.
    pub problems: Vec<Problem>,
}

/// The names for one model's value vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelNames {
    pub fingerprint: Spanned<String>,
    /// In file order.
    pub names: Vec<Name>,
    /// The offset after the last line that belongs to the model.
    end: usize,
}

/// A name for one value vector or a group of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// As written in prompt files.
    pub name: Spanned<String>,
    /// The named value vectors, at least one.
    pub ids: Vec<Spanned<ValueId>>,
    /// The whole lines of the entry.
    pub lines: Range<usize>,
}

impl NamesFile {
    pub fn of(&self, fingerprint: &str) -> Option<&ModelNames> {
        self.models.iter().find(|m| m.fingerprint.value == fingerprint)
    }
}

impl ModelNames {
    pub fn find(&self, name: &str) -> Option<&Name> {
        self.names.iter().find(|n| n.name.value == name)
    }
}

/// Parses a names file. Never fails: errors are in `problems`, and `models` holds everything that is valid.
pub fn parse_names(text: &str) -> NamesFile {
    let mut problems = Problems::default();
    let start = crate::front_matter::after_bom(text);
    let top = Blocks { text, problems: &mut problems }.top(&lines(text, start..text.len()), &[]);
    let mut file = NamesFile::default();
    if let Kind::Map(pairs) = &top.kind {
        for Pair { key, value, block } in pairs {
            let names = match &value.kind {
                Kind::Map(pairs) => pairs.iter().filter_map(|pair| name(text, pair, &mut problems)).collect(),
                Kind::Bad => continue,
                _ if value.is_null() => Vec::new(),
                _ => {
                    let message = "expected names below a model's fingerprint, one per line, such as `food: L5D901`";
                    problems.error(code::WRONG_TYPE, value.range.clone(), message);
                    continue;
                }
            };
            let end = block.as_ref().map_or(value.range.end, |b| content_end(text, b));
            file.models.push(ModelNames { fingerprint: key.clone(), names, end });
        }
    }
    file.problems = problems.finish();
    file
}

fn name(text: &str, Pair { key, value, block }: &Pair, problems: &mut Problems) -> Option<Name> {
    if let Err(message) = check_name(&key.value) {
        problems.error(code::WRONG_TYPE, key.range.clone(), message.to_string());
        return None;
    }
    let ids: Vec<_> = match &value.kind {
        Kind::Seq(items) => items.iter().filter_map(|item| id(&item.node, problems)).collect(),
        Kind::Bad => return None,
        _ if value.is_null() => Vec::new(),
        _ => id(value, problems).into_iter().collect(),
    };
    // Invalid ids are already reported.
    let nothing_written = value.is_null() || matches!(&value.kind, Kind::Seq(items) if items.is_empty());
    if nothing_written {
        let message = format!("`{}` names no value vector: write an id, such as L3D77", excerpt(&key.value));
        problems.error(code::WRONG_TYPE, key.range.clone(), message);
    }
    if ids.is_empty() {
        return None;
    }
    let lines = block.clone().unwrap_or(key.range.start..value.range.end);
    let lines = lines.start..content_end(text, &lines);
    Some(Name { name: key.clone(), ids, lines })
}

fn id(node: &Node, problems: &mut Problems) -> Option<Spanned<ValueId>> {
    match node.text().parse() {
        Ok(value) => Some(Spanned { value, range: node.range.clone() }),
        Err(_) if node.is_bad() => None,
        Err(error) => {
            let shown = match &node.kind {
                Kind::Scalar { text, .. } => format!("`{}`", excerpt(text)),
                _ => node.describe().to_owned(),
            };
            problems.error(code::WRONG_TYPE, node.range.clone(), format!("{shown} is {error}"));
            None
        }
    }
}

/// The longest name, in characters; longer ones look alike on a screen.
const MAX_NAME_CHARS: usize = 64;

/// A text that cannot be a name. The text is cut if it is long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidName {
    /// Empty, or with spaces around it.
    Blank(String),
    IsId(String),
    /// Too long, or with characters that a name must not have.
    Characters(String),
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank(name) => write!(f, "invalid name `{name}`: write a word without spaces around it"),
            Self::IsId(name) => write!(f, "invalid name `{name}`: a value vector's id cannot be a name"),
            Self::Characters(name) => {
                write!(f, "invalid name `{name}`: use at most {MAX_NAME_CHARS} letters, digits, spaces, - _ . or /")
            }
        }
    }
}

impl std::error::Error for InvalidName {}

/// Whether a name can stand wherever an id can.
pub fn check_name(name: &str) -> Result<(), InvalidName> {
    if name.trim().is_empty() || name.trim() != name {
        return Err(InvalidName::Blank(excerpt(name)));
    }
    if name.parse::<ValueId>().is_ok() {
        return Err(InvalidName::IsId(excerpt(name)));
    }
    if name.chars().count() > MAX_NAME_CHARS
        || name.chars().any(|c| c.is_control() || "\"'\\`#:{}[],&*!|>%@".contains(c))
    {
        return Err(InvalidName::Characters(excerpt(name)));
    }
    Ok(())
}

/// The offset after the last line of a block that is neither blank nor a comment.
fn content_end(text: &str, block: &Range<usize>) -> usize {
    let all = lines(text, block.clone());
    all.iter().rfind(|line| line.has_content(text)).map_or(block.end, |line| line.next)
}

/// Names value vectors, or changes the vectors of an existing name. A new name is inserted in sorted order; `model`
/// becomes a comment after a new fingerprint. Returns no edits if that part of the file cannot be read.
pub fn set_name(text: &str, fingerprint: &str, model: &str, name: &str, ids: &[ValueId]) -> Vec<Edit> {
    let file = parse_names(text);
    let end = line_break(text);
    let line = |column: usize| format!("{}{}: {}{end}", " ".repeat(column), write::key(name), written(ids));
    let insert = |at: usize, text: String| vec![Edit { range: at..at, text }];
    let column = |at: usize| at - line_at(text, at).start.max(crate::front_matter::after_bom(text));
    let Some(known) = file.of(fingerprint) else {
        if text[..].lines().any(|l| l.starts_with(['{', '['])) {
            return Vec::new();
        }
        // At the column of the other models.
        let column = file.models.first().map_or(0, |m| column(m.fingerprint.range.start));
        let before = if text.is_empty() || text.ends_with('\n') { "" } else { end };
        let note = write::comment(model).map_or_else(String::new, |m| format!(" # {m}"));
        let fingerprint = format!("{}{}:{note}{end}", " ".repeat(column), write::quote(fingerprint));
        return insert(text.len(), format!("{before}{fingerprint}{}", line(column + 2)));
    };
    let below = || column(known.fingerprint.range.start) + 2;
    let line = line(known.names.first().map_or_else(below, |n| column(n.name.range.start)));
    if let Some(there) = known.find(name) {
        return vec![Edit { range: there.lines.clone(), text: with_break(text, there.lines.end, line) }];
    }
    match known.names.iter().find(|n| n.name.value.as_str() > name) {
        Some(next) => insert(next.lines.start, line),
        None => {
            let before = if text[..known.end].ends_with('\n') { "" } else { end };
            insert(known.end, format!("{before}{line}"))
        }
    }
}

/// Removes a name.
pub fn remove_name(text: &str, fingerprint: &str, name: &str) -> Vec<Edit> {
    let file = parse_names(text);
    let found = file.of(fingerprint).and_then(|m| m.find(name));
    found.map(|n| Edit { range: n.lines.clone(), text: String::new() }).into_iter().collect()
}

/// Renames a name. Returns no edits if there is no such name or if the new name is taken.
pub fn rename_name(text: &str, fingerprint: &str, from: &str, to: &str) -> Vec<Edit> {
    let file = parse_names(text);
    let Some(known) = file.of(fingerprint) else { return Vec::new() };
    let Some(there) = known.find(from).filter(|_| known.find(to).is_none()) else { return Vec::new() };
    let value_and_comment = &text[there.name.range.end..there.lines.end];
    let indent = &text[there.lines.start..there.name.range.start];
    // Always with a line break: the moved line may no longer be the last.
    let line = format!("{indent}{}{}{}", write::key(to), value_and_comment.trim_end_matches(BREAK), line_break(text));
    match known.names.iter().find(|n| n.name.value.as_str() > to && n.name.value != from) {
        // The line stays where it is.
        _ if is_sorted_with(known, from, to) => {
            vec![Edit { range: there.name.range.clone(), text: write::key(to) }]
        }
        Some(next) => {
            let at = next.lines.start;
            let mut edits =
                vec![Edit { range: there.lines.clone(), text: String::new() }, Edit { range: at..at, text: line }];
            edits.sort_by_key(|e| e.range.start);
            edits
        }
        None => {
            let end = known.end;
            let line = match text[..end].ends_with('\n') {
                true => line,
                false => format!("{}{}", line_break(text), line.trim_end_matches(BREAK)),
            };
            vec![Edit { range: there.lines.clone(), text: String::new() }, Edit { range: end..end, text: line }]
        }
    }
}

fn is_sorted_with(known: &ModelNames, from: &str, to: &str) -> bool {
    let at = known.names.iter().position(|n| n.name.value == from).unwrap_or(0);
    let before = at.checked_sub(1).and_then(|i| known.names.get(i));
    let after = known.names.get(at + 1);
    before.is_none_or(|n| n.name.value.as_str() < to) && after.is_none_or(|n| to < n.name.value.as_str())
}

/// Removes the line break of `line` if the text before `end` does not end with one.
fn with_break(text: &str, end: usize, line: String) -> String {
    if text[..end].ends_with('\n') { line } else { line.trim_end_matches(BREAK).to_owned() }
}

const BREAK: [char; 2] = ['\r', '\n'];

/// The line break of the file's first line.
fn line_break(text: &str) -> &'static str {
    let first = text.split_inclusive('\n').next();
    if first.is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" }
}

fn written(ids: &[ValueId]) -> String {
    match ids {
        [id] => id.to_string(),
        ids => format!("[{}]", ids.iter().map(ValueId::to_string).collect::<Vec<_>>().join(", ")),
    }
}
