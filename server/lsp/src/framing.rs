//! Reads and writes messages in front of the server library, which ends a connection at its first decoding error and
//! allocates any announced length. Complete, valid messages up to a size limit pass; the others are answered here, and the
//! connection continues. This module does not know what messages mean.

mod message;
mod reader;
mod splitter;
mod writer;

pub use reader::{End, read};
pub(crate) use writer::write;
