//! The words of an experiment that the prompt file, the model and the editors share. What they do to a run is the
//! model's business; how they are written is the parser's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// JSON has `"off"` for `Set(0.0)`.
/// What an intervention makes of a coefficient m.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "WrittenChange", into = "WrittenChange")]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(from = "WrittenScope", into = "WrittenScope")]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// A change as JSON has it.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum WrittenChange {
    /// m becomes 0.
    Off,
    /// m becomes act(s + 0.01), s the layer's largest score at the last prompt position of the clean run.
    Boost,
    /// m becomes this.
    Set(f32),
    /// m is multiplied by this.
    Scale(f32),
    /// This is added to m.
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

/// A scope as JSON has it.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum WrittenScope {
    Named(NamedScope),
    /// One position.
    Position(usize),
    /// Every prompt position whose token overlaps this text.
    Text {
        /// Any text.
        text: String,
    },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum NamedScope {
    /// Every prompt position and every generated one.
    All,
    /// Every prompt position.
    Prompt,
    /// The last prompt position, whose trace predicts the first new token.
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
        any::<f32>().prop_filter("JSON has no other numbers", |number| number.is_finite())
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
            |((most, k, seed), temperature, p, stop_sequences)| Decoding {
                max_output_tokens: most,
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
        fn json_reads_what_it_writes(c in change(), s in scope(), d in decoding(), e in expectation()) {
            check(&c);
            check(&s);
            check(&d);
            check(&e);
        }
    }

    #[test]
    fn written_as_ever() {
        let check = |value: serde_json::Result<String>, expected: &str| assert_eq!(value.unwrap(), expected);
        check(serde_json::to_string(&Change::Set(-0.0)), r#""off""#);
        check(serde_json::to_string(&Change::Boost), r#""boost""#);
        check(serde_json::to_string(&Change::Scale(0.1)), r#"{"scale":0.1}"#);
        check(serde_json::to_string(&Scope::Last), r#""last""#);
        check(serde_json::to_string(&Scope::Position(3)), "3");
        check(serde_json::to_string(&Scope::Text("a".into())), r#"{"text":"a"}"#);
    }
}
