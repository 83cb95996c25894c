//! The forward pass of any decoder: from tokens to positions that hold what a trace reads. A `plan` describes a model;
//! outside `families` no code knows one architecture from another.

mod attention;
pub(crate) mod cache;
pub(crate) mod decoder;
pub(crate) mod edits;
mod ffn;
pub(crate) mod forward;
mod linear;
pub(crate) mod load;
mod norm;
pub(crate) mod placement;
pub(crate) mod plan;
pub(crate) mod position;
mod position_encoding;
pub(crate) mod readings;
pub(crate) mod settings;
mod vocabulary;
