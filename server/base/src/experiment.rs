//! The parts of an experiment that the prompt file, the model and the editors share. `model` defines what they do to a
//! run; `syntax` defines how a file writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// In JSON, `Set(0.0)` is `"off"`.
/// How an intervention changes a coefficient m.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "WrittenChange", into = "WrittenChange")]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "WrittenScope", into = "WrittenScope")]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// The JSON form of `Change`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum WrittenChange {
    /// m becomes 0.
    Off,
    /// m becomes act(s + 0.01), where s is the layer's largest score at the last prompt position of the clean run.
    Boost,
    /// m becomes this number.
    Set(f32),
    /// m is multiplied by this number.
    Scale(f32),
    /// This number is added to m.
    Add(f32),
}

impl From<Change> for WrittenChange {
    fn from(change: Change) -> Self {
        match change {
            Change::Boost => Self::Boost,
            Change::Set(0.0) => Self::Off,
            Change::Set(c) => Self::Set(c),
            Change::Scale(k) => Self::Scale(k),
            Change::Add(c) => Self::Add(c),
        }
    }
}

impl From<WrittenChange> for Change {
    fn from(written: WrittenChange) -> Self {
        match written {
            WrittenChange::Off => Self::Set(0.0),
            WrittenChange::Boost => Self::Boost,
            WrittenChange::Set(c) => Self::Set(c),
            WrittenChange::Scale(k) => Self::Scale(k),
            WrittenChange::Add(c) => Self::Add(c),
        }
    }
}

/// The JSON form of `Scope`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum WrittenScope {
    Named(NamedScope),
    /// One position.
    Position(usize),
    /// Every prompt position whose token overlaps this text.
    Text {
        text: String,
    },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum NamedScope {
    /// Every prompt position and every generated position.
    All,
    /// Every prompt position.
    Prompt,
    /// The last prompt position. Its trace predicts the first new token.
    Last,
    /// Every generated position.
    Generated,
}

impl From<Scope> for WrittenScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::All => Self::Named(NamedScope::All),
            Scope::Prompt => Self::Named(NamedScope::Prompt),
            Scope::Last => Self::Named(NamedScope::Last),
            Scope::Generated => Self::Named(NamedScope::Generated),
            Scope::Position(position) => Self::Position(position),
            Scope::Text(text) => Self::Text { text },
        }
    }
}

impl From<WrittenScope> for Scope {
    fn from(written: WrittenScope) -> Self {
        match written {
            WrittenScope::Named(NamedScope::All) => Self::All,
            WrittenScope::Named(NamedScope::Prompt) => Self::Prompt,
            WrittenScope::Named(NamedScope::Last) => Self::Last,
            WrittenScope::Named(NamedScope::Generated) => Self::Generated,
            WrittenScope::Position(position) => Self::Position(position),
            WrittenScope::Text { text } => Self::Text(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::DeserializeOwned;

    use super::*;

    fn number() -> impl Strategy<Value = f32> {
        any::<f32>().prop_filter("JSON has only finite numbers", |number| number.is_finite())
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            number().prop_map(Change::Set),
            Just(Change::Set(0.0)),
            number().prop_map(Change::Scale),
            number().prop_map(Change::Add),
            Just(Change::Boost),
        ]
    }

    fn scope() -> impl Strategy<Value = Scope> {
        prop_oneof![
            Just(Scope::All),
            Just(Scope::Prompt),
            Just(Scope::Last),
            Just(Scope::Generated),
            any::<usize>().prop_map(Scope::Position),
            any::<String>().prop_map(Scope::Text),
        ]
    }

    fn decoding() -> impl Strategy<Value = Decoding> {
        let counts = (any::<usize>(), any::<usize>(), any::<u64>());
        (counts, number(), number(), any::<Vec<String>>()).prop_map(
            |((max_tokens, k, seed), temperature, p, stop_sequences)| Decoding {
                max_output_tokens: max_tokens,
                temperature,
                top_k: k,
                top_p: p,
                seed,
                stop_sequences,
            },
        )
    }

    fn expectation() -> impl Strategy<Value = Expectation> {
        prop_oneof![
            (any::<String>(), any::<usize>()).prop_map(|(next, rank)| Expectation::Next { next, rank }),
            any::<String>().prop_map(|contains| Expectation::Contains { contains }),
        ]
    }

    #[track_caller]
    fn check<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
        let written = serde_json::to_string(value).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&written).unwrap(), value, "{written}");
    }

    proptest! {
        #[test]
        fn json_round_trips(c in change(), s in scope(), d in decoding(), e in expectation()) {
            check(&c);
            check(&s);
            check(&d);
            check(&e);
        }
    }

    #[test]
    fn json_form_is_stable() {
        let check = |value: serde_json::Result<String>, expected: &str| assert_eq!(value.unwrap(), expected);
        check(serde_json::to_string(&Change::Set(-0.0)), r#""off""#);
        check(serde_json::to_string(&Change::Boost), r#""boost""#);
        check(serde_json::to_string(&Change::Scale(0.1)), r#"{"scale":0.1}"#);
        check(serde_json::to_string(&Scope::Last), r#""last""#);
        check(serde_json::to_string(&Scope::Position(3)), "3");
        check(serde_json::to_string(&Scope::Text("a".into())), r#"{"text":"a"}"#);
    }
}
