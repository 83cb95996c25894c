//! Whole sessions over pipes, with a model without weights: what an editor sends and what it gets back. Expected texts are
//! snapshots: `UPDATE_EXPECT=1 cargo test -p lsp` rewrites them.

#![allow(clippy::unwrap_used, reason = "in tests")]

mod structure;
mod support;

mod actions;
mod broken;
mod cancel;
mod choose;
mod client_process;
mod commands;
mod completion;
mod diagnostics;
mod encodings;
mod gone;
mod hover;
mod interventions;
mod large;
mod loading;
mod name;
mod names;
mod order;
mod panics;
mod rename;
mod runs;
mod search;
mod symbols;
mod text;
mod views;
