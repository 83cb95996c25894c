//! Writes values in the style of the format's documentation.

use std::fmt::Write;

use base::{Change, Scope};

use crate::scalar::{Plain, resolve};

/// Writes an intervention's value: `off`, `4.5`, `{ scale: 2, at: prompt }`, `boost`. Parsing the result gives the same
/// change, bit for bit, if its number is finite.
pub fn write_change(change: Change, at: &Scope) -> String {
    let at = match at {
        Scope::All => None,
        Scope::Prompt => Some("prompt".to_owned()),
        Scope::Last => Some("last".to_owned()),
        Scope::Generated => Some("generated".to_owned()),
        Scope::Position(position) => Some(position.to_string()),
        Scope::Text(text) => Some(format!("{{ text: {} }}", quote(text))),
    };
    match (change, at) {
        (Change::Boost, None) => "boost".to_owned(),
        (Change::Set(c), None) if c.to_bits() == 0 => "off".to_owned(),
        (Change::Set(c), None) => number(c),
        (Change::Scale(k), None) => format!("{{ scale: {} }}", number(k)),
        (Change::Add(c), None) => format!("{{ add: {} }}", number(c)),
        (Change::Boost, Some(at)) => format!("{{ boost: true, at: {at} }}"),
        (Change::Set(c), Some(at)) => format!("{{ set: {}, at: {at} }}", number(c)),
        (Change::Scale(k), Some(at)) => format!("{{ scale: {}, at: {at} }}", number(k)),
        (Change::Add(c), Some(at)) => format!("{{ add: {}, at: {at} }}", number(c)),
    }
}

/// The shortest decimal that parses to this float32; with an exponent only where the plain form is hard to read.
fn number(x: f32) -> String {
    match x.abs() {
        0.0 | 1e-4..1e9 => x.to_string(),
        _ => format!("{x:e}"),
    }
}

/// Text in double quotes, with escapes for every character that YAML forbids or that is invisible.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        let _ = match c {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            c if c.is_control() => write!(out, "\\x{:02x}", u32::from(c)),
            '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{feff}' => {
                write!(out, "\\u{:04x}", u32::from(c))
            }
            '\u{fffe}' | '\u{ffff}' => write!(out, "\\u{:04x}", u32::from(c)),
            c => out.write_char(c),
        };
    }
    out.push('"');
    out
}

/// A key, in quotes unless it is safe without them.
pub fn key(name: &str) -> String {
    let is_word = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if is_word && resolve(name) == Plain::Text { name.to_owned() } else { quote(name) }
}

/// Text as one line for use after a `#`; `None` if the text is blank.
pub(crate) fn comment(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| base::visible(text.as_bytes()).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
}
