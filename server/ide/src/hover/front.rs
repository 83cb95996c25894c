//! Hover on the rest of the front matter: the tokens of a string, the meaning of a key.

use std::ops::Range;

use base::Expectation;
use syntax::keys;

use super::{Hover, model_line};
use crate::markup::{Line, Page};
use crate::token::shown;
use crate::{File, ModelState};

pub(super) fn track(file: &File, index: usize, state: &ModelState<'_>) -> Hover {
    let word = &file.parsed.track[index];
    let role = if index == 0 { "tracked: the target" } else { "tracked: a distractor" };
    text(word.range.clone(), role, &word.value, state)
}

pub(super) fn expect(file: &File, index: usize, state: &ModelState<'_>) -> Hover {
    let entry = &file.parsed.expect[index];
    match &entry.expectation.value {
        Expectation::Next { next, rank: 1 } => text(entry.range.clone(), "expected next", next, state),
        Expectation::Next { next, rank } => {
            text(entry.range.clone(), &format!("expected among the {rank} most likely next"), next, state)
        }
        Expectation::Contains { contains } => {
            text(entry.range.clone(), "expected in the continuation", contains, state)
        }
    }
}

/// A string of the file, as the model's tokens.
fn text(range: Range<usize>, role: &str, text: &str, state: &ModelState<'_>) -> Hover {
    /// Tokens listed.
    const MOST: usize = 16;
    let mut lines = vec![Line::new().strong_code(&shown(text.as_bytes())).text(" ").text(role)];
    lines.extend(model_line(state));
    if let ModelState::Ready(model, _) = state {
        let tokens = model.tokens_within(text);
        let count = match tokens.len() {
            1 => "one token: ".to_owned(),
            n => format!("{n} tokens: "),
        };
        let line = tokens.iter().take(MOST).fold(Line::from(count), |line, token| {
            line.code(&shown(&token.bytes)).text(&format!(" id {}", token.id.0)).item()
        });
        lines.push(if tokens.len() > MOST { line.text("…") } else { line });
    }
    let mut page = Page::default();
    page.prose(lines);
    Hover::new(range, &page)
}

pub(super) fn model(file: &File, state: &ModelState<'_>) -> Option<Hover> {
    let range = file.parsed.model.as_ref()?.range.clone();
    let line = match state {
        ModelState::Ready(model, _) => {
            let info = model.info();
            let dims = format!(
                " {} layers of {} value vectors, width {}, vocabulary {}, context {}, {}",
                info.layers, info.ffn, info.width, info.vocab, info.context, info.precision
            );
            Line::new().strong(&info.name).text(&dims)
        }
        _ => model_line(state)?,
    };
    let mut page = Page::default();
    page.prose(vec![line]);
    Some(Hover::new(range, &page))
}

pub(super) fn key(file: &File, range: Range<usize>) -> Option<Hover> {
    let word = &file.text[range.clone()];
    let tables = [keys::TOP_LEVEL, keys::RESERVED, keys::CONFIG, keys::CHANGE, keys::AT, keys::EXPECT];
    let known = tables.into_iter().flatten().find(|known| known.name == word)?;
    // Only a key: the word may also stand in a comment or in a text.
    if !file.text[range.end..].trim_start_matches(['"', '\'', ' ']).starts_with(':') {
        return None;
    }
    let mut page = Page::default();
    page.prose(vec![Line::new().strong(known.name).text(": ").text(known.doc)]);
    Some(Hover::new(range, &page))
}
