//! The wire, in front of the server library, which ends a connection at its first decoding error and takes any length on
//! trust. Whole, valid messages of a bearable size pass on; the others are answered here and the connection goes on.
//! What messages mean is not known here.

mod message;
mod reader;
mod splitter;
mod writer;

pub use reader::{End, read};
pub(crate) use writer::write;
