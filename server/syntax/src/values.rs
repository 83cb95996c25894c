//! Readers for typed values. Each reader reports a problem and returns `None` if the value is invalid.

use std::ops::Range;

use crate::Spanned;
use crate::node::{Item, Kind, Node, Pair};
use crate::problem::{Fix, Problems, code};
use crate::scalar::{self, Plain};
use crate::write::quote;

/// The pairs of a mapping; a missing value is an empty mapping. `name` is the key, for the message.
pub(crate) fn mapping<'n>(node: &'n Node, name: &str, problems: &mut Problems) -> &'n [Pair] {
    match &node.kind {
        Kind::Map(pairs) => pairs,
        Kind::Bad => &[],
        _ if node.is_null() => &[],
        _ => {
            let message = format!("`{name}` must contain keys with values, not {}", node.describe());
            problems.error(code::WRONG_TYPE, node.range.clone(), message);
            &[]
        }
    }
}

/// The entries of a list; a missing value is an empty list.
pub(crate) fn list<'n>(node: &'n Node, name: &str, problems: &mut Problems) -> &'n [Item] {
    match &node.kind {
        Kind::Seq(items) => items,
        Kind::Bad => &[],
        _ if node.is_null() => &[],
        _ => {
            let message = format!(
                "`{name}` must be a list, not {}: write each entry on its own line after `- `",
                node.describe()
            );
            problems.error(code::WRONG_TYPE, node.range.clone(), message);
            &[]
        }
    }
}

/// Non-empty text.
pub(crate) fn text(
    node: &Node,
    name: &str,
    missing: &Range<usize>,
    problems: &mut Problems,
) -> Option<Spanned<String>> {
    match node.string() {
        Some("") => problems.error(code::MISSING, node.range.clone(), format!("{} must not be empty", shown(name))),
        Some(value) => return Some(Spanned { value: value.to_owned(), range: node.range.clone() }),
        None if node.is_bad() => {}
        None if node.range.is_empty() => absent(name, missing, problems),
        None => {
            let scalar = matches!(node.kind, Kind::Scalar { .. });
            let quoted = quote(node.text());
            let fix = scalar.then(|| Fix::replace(format!("Write {quoted}"), node.range.clone(), quoted));
            let hint = if scalar { ": put it in quotes" } else { "" };
            let message = format!("{} must be text, not {}{hint}", shown(name), node.describe());
            problems.error_with(code::WRONG_TYPE, node.range.clone(), message, fix.flatten());
        }
    }
    None
}

/// A list of non-empty texts.
pub(crate) fn texts(node: &Node, name: &str, problems: &mut Problems) -> Vec<Spanned<String>> {
    let entry = format!("an entry of `{name}`");
    let items = list(node, name, problems);
    items.iter().filter_map(|item| text(&item.node, &entry, &(item.start..item.start + 1), problems)).collect()
}

/// A finite float32.
pub(crate) fn number(node: &Node, name: &str, missing: &Range<usize>, problems: &mut Problems) -> Option<f32> {
    let range = node.range.clone();
    match node.plain() {
        Some(Plain::Int | Plain::Float) => match scalar::float(node.text()) {
            Some(x) if x.is_finite() => return Some(x),
            _ => problems.error(code::NOT_FINITE, range, format!("`{name}` is too large for float32")),
        },
        Some(Plain::NotFinite) => problems.error(code::NOT_FINITE, range, format!("`{name}` must be a finite number")),
        _ => not_a(node, name, "a number", missing, problems),
    }
    None
}

/// A whole number from 0 to `max`.
pub(crate) fn natural(
    node: &Node,
    name: &str,
    max: u64,
    missing: &Range<usize>,
    problems: &mut Problems,
) -> Option<u64> {
    let range = node.range.clone();
    match node.plain() {
        Some(Plain::Int) => match scalar::natural(node.text()).filter(|&n| n <= max) {
            Some(n) => return Some(n),
            None => {
                problems.error(code::OUT_OF_RANGE, range, format!("`{name}` must be a whole number from 0 to {max}"))
            }
        },
        Some(Plain::Float | Plain::NotFinite) => {
            problems.error(code::WRONG_TYPE, range, format!("`{name}` must be a whole number"));
        }
        _ => not_a(node, name, "a whole number", missing, problems),
    }
    None
}

/// `true` or `false`.
pub(crate) fn boolean(node: &Node, name: &str, missing: &Range<usize>, problems: &mut Problems) -> Option<bool> {
    match node.plain() {
        Some(Plain::Bool(value)) => Some(value),
        _ => {
            not_a(node, name, "true or false", missing, problems);
            None
        }
    }
}

fn not_a(node: &Node, name: &str, wanted: &str, missing: &Range<usize>, problems: &mut Problems) {
    if node.is_bad() {
        return;
    }
    if node.range.is_empty() {
        return absent(name, missing, problems);
    }
    // `"4.5"` in quotes is text: suggest removing the quotes.
    let unquoted = matches!(node.kind, Kind::Scalar { plain: false, .. })
        && match scalar::resolve(node.text()) {
            Plain::Int | Plain::Float => wanted.ends_with("number"),
            Plain::Bool(_) => wanted.starts_with("true"),
            _ => false,
        };
    let hint = if unquoted { ": remove the quotes" } else { "" };
    let fix = unquoted.then(|| Fix::replace("Remove the quotes".to_owned(), node.range.clone(), node.text())).flatten();
    let message = format!("{} must be {wanted}, not {}{hint}", shown(name), node.describe());
    problems.error_with(code::WRONG_TYPE, node.range.clone(), message, fix);
}

fn absent(name: &str, missing: &Range<usize>, problems: &mut Problems) {
    problems.error(code::MISSING, missing.clone(), format!("{} has no value: write one, or remove it", shown(name)));
}

/// The name in backticks, unless it already contains them.
fn shown(name: &str) -> String {
    if name.contains('`') { name.to_owned() } else { format!("`{name}`") }
}
