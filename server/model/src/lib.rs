//! Decoders on the disk and in memory: loading, running, tracing, steering. The implementation of `lm`'s traits on real
//! weights.
//!
//! Reading order: `files` (a checkpoint's files to tensors and tokens), `families` (what is special to one architecture, as
//! data; how to write another), `graph` (the one decoder: forward pass, with residuals and coefficients kept, and the edits
//! on them), `read` (residuals into the vocabulary, traces, cards of value vectors), `generate`, `model` and `runs` (what is
//! loaded, what is running), `language_model` (all of it behind `lm::LanguageModel`), `engine` (the queue in front). Nothing
//! here knows of editors or of prompt files.

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
pub use files::library::{Configured, Hub, InMemory, Listed, ModelLibrary, Open, Places, Source};
pub use files::starter::FINGERPRINT as STARTER_FINGERPRINT;
pub use graph::placement::{Placement, Quantize};
pub use model::{Model, Options};
