//! Parts of the protocol, as one line of text.

use serde_json::Value;

/// `line:character-line:character`, with the second line only where it is another one.
pub(crate) fn range(range: &Value) -> String {
    let [start, end] = ["start", "end"].map(|at| &range[at]);
    let end_line = if start["line"] == end["line"] { String::new() } else { format!("{}:", end["line"]) };
    format!("{}:{}-{end_line}{}", start["line"], start["character"], end["character"])
}

/// A text edit: where, and the new text.
pub(crate) fn edit(edit: &Value) -> String {
    format!("{} {}", range(&edit["range"]), edit["newText"])
}

/// A diagnostic: where, severity, source and code, the message.
pub(crate) fn diagnostic(diagnostic: &Value) -> String {
    let [source, code, message] = ["source", "code", "message"].map(|field| diagnostic[field].as_str().unwrap());
    format!("{} {} {source} {code}: {message}", range(&diagnostic["range"]), diagnostic["severity"])
}
