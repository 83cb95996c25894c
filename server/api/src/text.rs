//! Places in a text, as LSP has them: in the encoding that the session agreed on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TextPosition {
    /// From 0.
    pub line: u32,
    /// From 0, in units of the session's position encoding.
    pub character: u32,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TextRange {
    /// The place of the first character.
    pub start: TextPosition,
    /// The place after the last character.
    pub end: TextPosition,
}

/// A replacement of a part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TextChange {
    /// The part to replace.
    pub range: TextRange,
    /// The text that replaces it.
    pub new_text: String,
}
