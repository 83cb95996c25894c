//! What stands at a byte of a file.

use std::ops::Range;

use crate::File;

/// A place in a file that something can be said about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A byte of the prompt, on a character's edge; the end of the prompt is its last character.
    Prompt(usize),
    /// The id or name of this intervention.
    Target(usize),
    /// The value of this intervention.
    Value(usize),
    /// This tracked token.
    Track(usize),
    /// This expectation.
    Expect(usize),
    /// The model's name.
    Model,
    /// A word of the front matter.
    Key(Range<usize>),
    /// None of these.
    Nothing,
}

/// Where byte `offset` is; one inside a character counts as its start.
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

/// A cursor behind the last character still is on it.
fn touches(range: &Range<usize>, offset: usize) -> bool {
    range.start <= offset && offset <= range.end
}

fn word(text: &str, front: &Range<usize>, offset: usize) -> Place {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = text[front.start..offset].chars().rev().take_while(|&c| is_word(c)).count();
    let after = text[offset..front.end].chars().take_while(|&c| is_word(c)).count();
    if before + after == 0 { Place::Nothing } else { Place::Key(offset - before..offset + after) }
}
