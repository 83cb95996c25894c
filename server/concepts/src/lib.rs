//! The concept index: what each value vector of a model stands for, and which vectors stand for a concept. It is built
//! once for a model, stored in a sled folder of its own, and searched while it grows. It sees models through `lm` and
//! does not know editors or tensor libraries.
//!
//! `store` is the folder on disk, `lists` has the cards and inverted lists, `search` answers queries, `clusters` and
//! `activations` are what their names say. `index` implements `lm::Concepts`, `library` holds the open indexes.

mod activations;
mod clusters;
mod index;
mod library;
mod lists;
mod search;
mod store;

pub use index::Index;
pub use library::{IndexLibrary, Removed};
pub use store::StoreError;
