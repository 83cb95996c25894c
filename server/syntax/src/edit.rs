//! Minimal edits of a prompt file: what they do not touch survives byte for byte.

use base::Edit;

use crate::{Entry, Parsed};

/// Adds an enabled intervention at the end of the list, creating the list and the front matter where they are missing.
pub fn add_intervention(text: &str, parsed: &Parsed, target: &str, value: &str, comment: Option<&str>) -> Vec<Edit> {
    let _ = (text, parsed, target, value, comment);
    Vec::new()
}

/// Turns the entry into a comment.
pub fn disable(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let _ = (text, parsed, entry);
    Vec::new()
}

/// Turns the comment back into an entry.
pub fn enable(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let _ = (text, parsed, entry);
    Vec::new()
}

/// Takes the entry out.
pub fn remove(text: &str, parsed: &Parsed, entry: &Entry) -> Vec<Edit> {
    let _ = (text, parsed, entry);
    Vec::new()
}

/// Replaces the entry's value.
pub fn set_value(text: &str, parsed: &Parsed, entry: &Entry, value: &str) -> Vec<Edit> {
    let _ = (text, parsed);
    vec![Edit { range: entry.value.clone(), text: value.to_owned() }]
}

/// Adds a token to follow.
pub fn add_track(text: &str, parsed: &Parsed, token: &str) -> Vec<Edit> {
    let _ = (text, parsed, token);
    Vec::new()
}
