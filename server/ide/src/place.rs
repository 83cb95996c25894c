//! The element of a file at a byte.

use std::ops::Range;

use crate::File;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A byte of the prompt at the start of a character; the end of the prompt counts as its last character.
    Prompt(usize),
    /// The id or name of the intervention of this index.
    Target(usize),
    /// Its value.
    Value(usize),
    Track(usize),
    Expect(usize),
    Model,
    /// A word of the front matter.
    Key(Range<usize>),
    Nothing,
}

/// The place at byte `offset`; a byte inside a character counts as its start.
pub(crate) fn place(file: &File, offset: usize) -> Place {
    let parsed = &file.parsed;
    let offset = file.text.floor_char_boundary(offset);
    let prompt = &parsed.prompt;
    if (prompt.start..=prompt.end).contains(&offset) {
        let last = file.prompt().char_indices().next_back().map_or(0, |(i, _)| i);
        return if prompt.is_empty() { Place::Nothing } else { Place::Prompt((offset - prompt.start).min(last)) };
    }
    if let Some(index) = parsed.interventions.iter().position(|e| touches(&e.target.range, offset)) {
        return Place::Target(index);
    }
    if let Some(index) = parsed.interventions.iter().position(|e| touches(&e.value, offset)) {
        return Place::Value(index);
    }
    if let Some(index) = parsed.track.iter().position(|t| touches(&t.range, offset)) {
        return Place::Track(index);
    }
    if let Some(index) = parsed.expect.iter().position(|e| touches(&e.range, offset)) {
        return Place::Expect(index);
    }
    if parsed.model.as_ref().is_some_and(|m| touches(&m.range, offset)) {
        return Place::Model;
    }
    match &parsed.front {
        Some(front) if touches(front, offset) => word(&file.text, front, offset),
        _ => Place::Nothing,
    }
}

/// A cursor directly after a range counts as on it.
fn touches(range: &Range<usize>, offset: usize) -> bool {
    range.start <= offset && offset <= range.end
}

fn word(text: &str, front: &Range<usize>, offset: usize) -> Place {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = text[front.start..offset].chars().rev().take_while(|&c| is_word(c)).count();
    let after = text[offset..front.end].chars().take_while(|&c| is_word(c)).count();
    if before + after == 0 { Place::Nothing } else { Place::Key(offset - before..offset + after) }
}
