//! Hits of a search, a line each.

use lm::{Found, LanguageModel};

use super::table::Table;
use super::{LineKind, PageLine};
use crate::Names;
use crate::card::listed;
use crate::number::{plain, signed};
use crate::words::distinct;

/// Words of a hit.
const WORDS: usize = 8;

/// The notes of a search, then its hits.
pub fn search_page(found: &Found, model: &dyn LanguageModel, names: &Names, undertrained: bool) -> Vec<PageLine> {
    let mut lines: Vec<PageLine> = found.notes.iter().map(|note| PageLine::new(LineKind::Note, note)).collect();
    if found.hits.is_empty() {
        lines.push(PageLine::new(LineKind::Plain, "no hits: try another word, a prefix (foo*), or end:both"));
        return lines;
    }
    let mut table = Table::new(&["relevance", "id", "name", "end", "words"], &[0]);
    for hit in &found.hits {
        let words = distinct(model, listed(&hit.card, hit.end, undertrained), WORDS).join(", ");
        let end = if hit.end == lm::End::Top { "+" } else { "−" };
        let name = names.of(hit.id, model.info()).unwrap_or_default();
        let relevance = if hit.relevance < 0.0 { signed(hit.relevance) } else { plain(hit.relevance) };
        table.row(vec![relevance, hit.id.to_string(), name.to_owned(), end.to_owned(), words]);
    }
    let kind = |i: usize| if i == 0 { LineKind::Note } else { LineKind::Plain };
    lines.extend(table.lines().into_iter().enumerate().map(|(i, text)| PageLine::new(kind(i), text)));
    lines
}
