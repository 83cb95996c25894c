//! The boundary between language models and everything that displays them: traits and plain structs for runs, trace,
//! generation and interventions. `model` implements it; `ide` and the crates above access models only through it. This
//! crate contains no tensors, no file access and no editor types. [`semantics`] defines the numbers, [`glossary`] the
//! terms.

mod concepts;
mod engine;
mod error;
mod experiment;
#[cfg(feature = "fake")]
pub mod fake;
mod generation;
mod library;
mod model;
mod tokens;
mod trace;
mod value;
mod weights;

pub use concepts::{Activation, Cluster, Concepts, Found, Hit, IndexState, Indexes, Passage, Similar};
pub use engine::{Engine, Job, Priority, SessionId, Task};
pub use error::{Error, InputError, NoSuchVector};
pub use experiment::{Experiment, Intervention, RunPlan};
pub use generation::{Continuation, Generated, Stopped};
pub use library::{Library, ModelKey, ModelRequest, OpenError};
pub use model::{Control, LanguageModel, ModelInfo};
pub use tokens::{Encoded, Token};
pub use trace::{
    Guess, LayerTrace, Parts, PositionTrace, Positions, Run, TraceQuery, TracedToken, Tracked, TrackedLayer, Update,
};
pub use value::{CARD_WORDS, End, Value, Word};
pub use weights::Weights;

/// The glossary, for people: Markdown.
pub const GLOSSARY: &str = include_str!("../GLOSSARY.md");

#[doc = include_str!("../SEMANTICS.md")]
pub mod semantics {}

#[doc = include_str!("../GLOSSARY.md")]
pub mod glossary {}
