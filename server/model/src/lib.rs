//! Decoders on disk and in memory: loading, running, tracing, steering. Implements `lm`'s traits on real weights.
//!
//! Reading order: `files` (a checkpoint's files to tensors and tokens), `families` (what is special to one architecture,
//! as data; how to write another), `graph` (the one decoder: forward pass, with residuals and coefficients kept, and
//! edits), `read` (residuals into the vocabulary, traces, cards of value vectors), `generate`, `model` and `runs` (a
//! loaded model, its runs), `language_model` (`lm::LanguageModel` on top of it), `engine` (the queue in front). This
//! crate does not know editors or prompt files.

mod engine;
mod families;
mod files;
mod generate;
mod graph;
mod language_model;
mod model;
mod read;
mod runs;
#[cfg(test)]
mod tiny;

pub use engine::EngineThread;
pub use files::checkpoint::Checkpoint;
pub use files::library::{Configured, Hub, InMemory, Listed, ModelLibrary, Network, Open, Places, Source};
pub use files::starter::FINGERPRINT as STARTER_FINGERPRINT;
pub use graph::placement::{Placement, Quantize};
pub use model::{Model, Options};
