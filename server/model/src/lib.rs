//! GPT-2 checkpoints: loading, running, tracing, steering. The implementation of `lm`'s traits on real weights.
//!
//! Reading order: `files` (a checkpoint's files to tensors and tokens), `families` (what is special to one architecture),
//! `graph` (the forward pass, with residuals and coefficients kept, and the edits on them), `read` (residuals into the
//! vocabulary, traces, cards of value vectors), `generate`, `model` (all of it behind `lm::LanguageModel`), `engine` (the
//! queue in front). Nothing here knows of editors or of prompt files.

mod engine;
mod families;
mod files;
mod generate;
mod graph;
mod model;
mod read;
#[cfg(test)]
mod tiny;

pub use engine::EngineThread;
pub use files::checkpoint::Checkpoint;
pub use files::library::{Configured, Hub, InMemory, Listed, ModelLibrary, Open, Places, Source};
pub use files::starter::FINGERPRINT as STARTER_FINGERPRINT;
pub use graph::linear::{Placement, Quantize};
pub use model::{Model, Options};
