//! The forward pass of any decoder: from tokens to positions with everything kept that a trace looks at. What a model is
//! made of is a `plan`; nothing outside `families` knows one architecture from another.

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
mod vocabulary;
