//! Continuations side by side or one below the other, the first token that differs marked.

use api::{ContinuationDocument, GenerateDocument};
use lm::LanguageModel;

use super::table::{pad, wrap};
use super::{LineKind, PageLine};

/// Columns of the whole page.
const WIDTH: usize = 96;
/// Runs side by side; more stand one below the other.
const MOST_COLUMNS: usize = 3;

/// The continuations of a document and whether its expectations hold.
pub fn generate_page(document: &GenerateDocument, model: &dyn LanguageModel) -> Vec<PageLine> {
    let first = document.runs.iter().filter_map(|r| r.diverges_at).min();
    let across = if document.runs.len() > MOST_COLUMNS { 1 } else { document.runs.len().max(1) };
    let width = WIDTH / across - 3;
    let column = |run: &ContinuationDocument| {
        let mut lines = vec![format!("{} ({}, {})", run.name, run.stopped, tokens(run.ids.len()))];
        // The first run has no run to differ from: there the first token that any run replaces is marked.
        let is_first = document.runs.first().is_some_and(|first| first.name == run.name);
        let differs = if is_first { first } else { run.diverges_at };
        lines.extend(wrap(&marked(run, differs, model), width));
        lines
    };
    let columns: Vec<Vec<String>> = document.runs.iter().map(column).collect();
    let row = |columns: &[Vec<String>], line: usize| {
        let cell = |c: &Vec<String>| pad(c.get(line).map_or("", String::as_str), width);
        let kind = if line == 0 { LineKind::Head } else { LineKind::Plain };
        PageLine::new(kind, columns.iter().map(cell).collect::<Vec<_>>().join(" │ ").trim_end())
    };
    let rows = |columns: &[Vec<String>]| {
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        (0..height).map(|line| row(columns, line)).collect::<Vec<_>>()
    };
    let mut lines: Vec<PageLine> = columns.chunks(across).flat_map(rows).collect();
    let shared = match first {
        Some(0) => Some("the runs differ from the first token, marked with ‹ ›".to_owned()),
        Some(1) => Some("1 token in common; the first that differs is marked with ‹ ›".to_owned()),
        Some(n) => Some(format!("{n} tokens in common; the first that differs is marked with ‹ ›")),
        None => (document.runs.len() > 1).then(|| "the runs are identical".to_owned()),
    };
    lines.extend(shared.map(|text| PageLine::new(LineKind::Note, text)));
    lines.extend(document.expect.iter().map(|expect| {
        let (mark, kind) = if expect.ok { ("ok  ", LineKind::Good) } else { ("fail", LineKind::Bad) };
        PageLine::new(kind, format!("{mark} line {}: {}", expect.line, expect.message))
    }));
    lines
}

fn tokens(count: usize) -> String {
    if count == 1 { "1 token".to_owned() } else { format!("{count} tokens") }
}

/// A run's text with the first token that differs between the runs in ‹ ›.
fn marked(run: &ContinuationDocument, first: Option<usize>, model: &dyn LanguageModel) -> String {
    let Some(first) = first.filter(|&n| n < run.ids.len()) else { return run.text.clone() };
    let text = run.bytes.as_deref().unwrap_or(run.text.as_bytes());
    let length = |ids: &[base::TokenId]| ids.iter().map(|&id| model.token_bytes(id).len()).sum::<usize>();
    // An end-of-text token is in the ids and not in the text.
    let start = length(&run.ids[..first]).min(text.len());
    let end = (start + length(&run.ids[first..=first])).min(text.len());
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}‹{}›{}", lossy(&text[..start]), lossy(&text[start..end]), lossy(&text[end..]))
}
