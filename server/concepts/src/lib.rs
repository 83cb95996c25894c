//! The concept index: what each value vector of a model stands for, and which ones stand for a concept. Built once for a
//! model, kept in a sled folder of its own, searched while it grows. It sees models through `lm`; no editor and no tensor
//! library is known here.
//!
//! `store` is the folder on disk, `lists` the cards and inverted lists, `search` the answers to queries, `clusters` and
//! `activations` what is named so. `index` puts `lm::Concepts` on top, `library` holds the open indexes. `names` reads and writes a text file that is never in the store.

mod activations;
mod clusters;
mod index;
mod library;
mod lists;
mod names;
mod search;
mod store;

pub use index::Index;
pub use library::IndexLibrary;
pub use names::{NamesFileError, read_names, replace_file};
pub use store::StoreError;
