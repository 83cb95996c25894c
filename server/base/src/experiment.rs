//! The parts of an experiment that the prompt file, the model and the editors share. `model` defines what they do to a
//! run; `syntax` defines how a file writes them.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// How an intervention changes a coefficient m. `off` is `Set(0.0)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// m becomes c.
    Set(f32),
    /// m becomes k * m.
    Scale(f32),
    /// m becomes m + c.
    Add(f32),
    /// m becomes act(s + 0.01), where s is the layer's largest score at the last prompt position of the clean run, as
    /// in LM-Debugger.
    Boost,
}

/// The positions at which an intervention acts. Positions count from 0 and include a beginning-of-text token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Every prompt position and every generated position.
    #[default]
    All,
    /// Every prompt position.
    Prompt,
    /// The last prompt position. Its trace predicts the first new token.
    Last,
    /// Every generated position. It cannot change the first new token.
    Generated,
    /// One position, in the prompt or in the generated part.
    Position(usize),
    /// Every prompt position whose token overlaps an occurrence of this text in the prompt.
    Text(String),
}

/// How new tokens are chosen. The defaults belong to the file format; no setting changes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decoding {
    /// The largest number of new tokens.
    pub max_output_tokens: usize,
    /// 0 means greedy decoding.
    pub temperature: f32,
    /// Sample from the k most likely tokens only; 0 means all tokens.
    pub top_k: usize,
    /// Sample from the most likely tokens that together reach this probability.
    pub top_p: f32,
    /// The random seed. One random number is drawn per step, and all runs of a file use the same seed.
    pub seed: u64,
    /// The continuation's text ends before the first occurrence of any of these texts.
    pub stop_sequences: Vec<String>,
}

impl Default for Decoding {
    fn default() -> Self {
        Self { max_output_tokens: 24, temperature: 0.0, top_k: 40, top_p: 0.95, seed: 0, stop_sequences: Vec::new() }
    }
}

/// A check on the model's output, from the file's `expect`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Expectation {
    /// The token is among the `rank` most likely next tokens.
    Next {
        /// The text of one token, including its leading space.
        next: String,
        /// 1 means the most likely token.
        rank: usize,
    },
    /// The continuation contains the text.
    Contains { contains: String },
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boost => s.serialize_str("boost"),
            Self::Set(c) if *c == 0.0 => s.serialize_str("off"),
            Self::Set(c) => single_entry(s, "set", c),
            Self::Scale(k) => single_entry(s, "scale", k),
            Self::Add(c) => single_entry(s, "add", c),
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
            Self::Text(text) => single_entry(s, "text", text),
        }
    }
}

fn single_entry<S: Serializer, V: Serialize>(s: S, key: &str, value: &V) -> Result<S::Ok, S::Error> {
    let mut map = s.serialize_map(Some(1))?;
    map.serialize_entry(key, value)?;
    map.end()
}
