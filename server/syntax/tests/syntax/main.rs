//! Prompt files and names files: what the parser reads, what it reports, and how edits change the text.
//! Expected texts are snapshots: `UPDATE_EXPECT=1 cargo test -p syntax` rewrites them.

#![allow(clippy::unwrap_used)] // clippy takes only #[test] functions for tests

mod edits;
mod edits_entry;
mod edits_flow;
mod edits_toggle;
mod hostile;
mod names;
mod problems;
mod problems_values;
mod problems_yaml;
mod runs;
mod tree;
