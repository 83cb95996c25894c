//! The prompt file: a tree with byte ranges, every error as a problem with its exact range, and minimal edits.
//! Nothing here knows of models or editors: whether `L99D5` exists is asked elsewhere.

pub mod edit;
mod parse;
mod problem;
mod tree;
mod write;

pub use parse::{parse, parse_intervention};
pub use problem::{Fix, Problem, Severity};
pub use tree::{Entry, ExpectEntry, FileKind, Intervention, Key, Parsed, Spanned, Target};
pub use write::{quote, write_change};
