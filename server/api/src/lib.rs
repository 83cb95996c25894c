//! Everything that leaves the process as JSON: documents, the arguments and results of commands, notifications. Each type
//! is declared here once, serde both ways. This crate computes nothing and has no LSP library.
//!
//! `schema` makes the JSON Schema and the types of the editors' languages from these declarations; after a change, run
//! `UPDATE=1 cargo test -p api`. Optional fields are absent, never null; fields of type `Option` that are always written
//! are null.

pub mod command;
mod document;
pub mod notification;
pub mod schema;
mod text;

pub use document::*;
pub use text::{TextChange, TextPosition, TextRange};

/// The `schema` of every document; raised only when a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// The page that documents the language server beyond plain LSP: Markdown.
pub const PROTOCOL: &str = include_str!("../PROTOCOL.md");

#[doc = include_str!("../PROTOCOL.md")]
pub mod protocol {}
