//! GPT-2 checkpoints: loading, running, tracing, steering. The implementation of `lm`'s traits on real weights.
//!
//! Reading order: `checkpoint` (files to tensors), `gpt2` behind `family` (what is special to one architecture),
//! `forward` (the one graph, with residuals and coefficients kept), `edits` (interventions), `lens` (residuals into the
//! vocabulary), `trace`, `generate`, `model` (all of it behind `lm::LanguageModel`), `engine` (the queue in front).
//! Nothing here knows of editors or of prompt files.

mod cache;
mod checkpoint;
mod config;
mod edits;
mod effects;
mod engine;
mod family;
mod fingerprint;
mod forward;
mod generate;
mod gpt2;
mod lens;
mod library;
mod linear;
mod model;
mod sampler;
mod starter;
#[cfg(test)]
mod tiny;
mod tokenizer;
mod trace;
mod undertrained;
mod values;
mod weights;

pub use checkpoint::Checkpoint;
pub use engine::EngineThread;
pub use library::{Configured, Hub, InMemory, Listed, ModelLibrary, Open, Places, Source};
pub use linear::{Placement, Quantize};
pub use model::{Model, Options};
pub use starter::FINGERPRINT as STARTER_FINGERPRINT;
