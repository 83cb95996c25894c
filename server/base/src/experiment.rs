//! The words of an experiment that the prompt file, the model and the editors share. What they do to a run is the
//! model's business; how they are written is the parser's.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// What an intervention makes of a coefficient m. `off` is `Set(0.0)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// c
    Set(f32),
    /// k * m
    Scale(f32),
    /// m + c
    Add(f32),
    /// act(s + 0.01), s the layer's largest score at the last prompt position of the clean run: LM-Debugger's switch.
    Boost,
}

/// Where an intervention acts. Positions count from 0 and a beginning-of-text token counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every prompt position and every generated one.
    #[default]
    All,
    /// Every prompt position.
    Prompt,
    /// The last prompt position, whose trace predicts the first new token.
    Last,
    /// Every generated position; it cannot change the first new token.
    Generated,
    /// One position, which may lie in the generated part.
    Position(usize),
    /// Every prompt position whose token overlaps an occurrence of this text in the prompt.
    Text(String),
}

/// How tokens are chosen. The defaults belong to the file format, never to a setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decoding {
    /// At most this many new tokens.
    pub max_output_tokens: usize,
    /// 0 is greedy.
    pub temperature: f32,
    /// Only the k most likely tokens; 0 is all of them.
    pub top_k: usize,
    /// Only the most likely tokens that together reach this probability.
    pub top_p: f32,
    /// Of the random numbers, one a step, the same for every run of a file.
    pub seed: u64,
    /// The text ends before the first of these.
    pub stop_sequences: Vec<String>,
}

impl Default for Decoding {
    fn default() -> Self {
        Self { max_output_tokens: 24, temperature: 0.0, top_k: 40, top_p: 0.95, seed: 0, stop_sequences: Vec::new() }
    }
}

/// What a file says should come out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Expectation {
    /// The token is among the `rank` most likely next ones.
    Next {
        /// One token's text, its leading space included.
        next: String,
        /// 1 is the most likely.
        rank: usize,
    },
    /// The text stands in the continuation.
    Contains {
        /// Any text.
        contains: String,
    },
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boost => s.serialize_str("boost"),
            Self::Set(c) if *c == 0.0 => s.serialize_str("off"),
            Self::Set(c) => one(s, "set", c),
            Self::Scale(k) => one(s, "scale", k),
            Self::Add(c) => one(s, "add", c),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => s.serialize_str("all"),
            Self::Prompt => s.serialize_str("prompt"),
            Self::Last => s.serialize_str("last"),
            Self::Generated => s.serialize_str("generated"),
            Self::Position(p) => s.serialize_u64(*p as u64),
            Self::Text(text) => one(s, "text", text),
        }
    }
}

fn one<S: Serializer, V: Serialize>(s: S, key: &str, value: &V) -> Result<S::Ok, S::Error> {
    let mut map = s.serialize_map(Some(1))?;
    map.serialize_entry(key, value)?;
    map.end()
}
