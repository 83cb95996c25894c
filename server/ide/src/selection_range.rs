//! Steps of a growing selection: token, word, line, prompt; or entry, key, front matter; then the file.

use std::ops::Range;

use base::LineIndex;
use lm::LanguageModel;

use crate::File;
use crate::token::{characters, positions};

/// Ranges around a byte, each wider than the one before. Tokens need a model.
pub fn selections(file: &File, offset: usize, model: Option<&dyn LanguageModel>) -> Vec<Range<usize>> {
    let (text, parsed) = (&file.text, &file.parsed);
    let prompt = parsed.prompt.clone();
    let mut found: Vec<Range<usize>> = Vec::new();
    let index = LineIndex::new(text);
    if prompt.contains(&offset) || offset == prompt.end {
        let at = offset - prompt.start;
        if let Some(model) = model {
            let encoded = model.encode(file.prompt(), None);
            if let Some(group) = positions(&encoded, file.prompt(), at) {
                let token = characters(&encoded, file.prompt(), &group);
                found.push(prompt.start + token.start..prompt.start + token.end);
            }
        }
        let inside = file.prompt();
        let start = inside[..at].rfind(char::is_whitespace).map_or(0, |i| inside.ceil_char_boundary(i + 1));
        let end = inside[at..].find(char::is_whitespace).map_or(inside.len(), |i| at + i);
        found.push(prompt.start + start..prompt.start + end);
        let line = index.line(text, index.line_of(offset));
        found.push(line.start.max(prompt.start)..line.end.min(prompt.end));
        found.push(prompt);
    } else {
        let holding = |range: &Range<usize>| range.start <= offset && offset <= range.end;
        found.extend(parsed.interventions.iter().map(|entry| entry.item.clone()).filter(holding));
        found.push(index.line(text, index.line_of(offset)));
        found.extend(parsed.keys.iter().map(|key| key.lines.clone()).filter(holding));
        found.extend(parsed.front.clone().filter(holding));
    }
    found.push(0..text.len());
    // A token with its space may begin before its word: only what grows is kept.
    let mut grown: Vec<Range<usize>> = Vec::new();
    for range in found {
        let holds = |last: &Range<usize>| range.start <= last.start && last.end <= range.end && range != *last;
        if range.start < range.end && grown.last().is_none_or(holds) {
            grown.push(range);
        }
    }
    grown
}
