//! The concept index: what each value vector of a model stands for, and which ones stand for a concept. Built once for a
//! model, kept in a sled folder of its own, searched while it grows. It sees models through `lm`; no editor and no tensor
//! library is known here.
//!
//! Reading order: `store` (a folder), `segment` (what is written of a stretch of vectors), `lists` and
//! `parts` (from words to vectors), `build`, `index` (all of it
//! behind `lm::Concepts`); `query`, `relevance` and `search` (words), `exact` (directions and single tokens); `clusters`
//! and `browse`; `sketch`, `activations` and `examples`; `names` (a text file, never in the store).

mod activations;
mod browse;
mod build;
mod bytes;
mod clusters;
mod exact;
mod examples;
mod index;
mod indexes;
mod io_threads;
mod lists;
mod names;
mod parts;
mod query;
mod relevance;
mod search;
mod segment;
mod sketch;
mod store;
mod vocabulary;

pub use index::{Index, pretend_newer};
pub use indexes::IndexLibrary;
pub use names::{read_names, replace_file};
pub use store::StoreError;
