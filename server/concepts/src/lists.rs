//! The cards of value vectors and the inverted lists made from them: for each token, the vectors that have it among
//! their strongest words. `search` ranks vectors for a query.

mod build;
mod parts;
pub(crate) mod postings;
pub(crate) mod segment;
mod segments;
mod vocabulary;

pub(crate) use build::build;
pub(crate) use segments::{Segments, segment_size};
pub(crate) use vocabulary::{Vocabulary, normalised};
