//! Prompt files and names files: what the parser reads, what it reports, and how edits change the text.

#![allow(clippy::unwrap_used)] // clippy takes only #[test] functions for tests

mod edits;
mod hostile;
mod names;
mod problems;
mod tree;
