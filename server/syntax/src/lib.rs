//! The parser of prompt files and names files. It returns a tree with byte ranges, reports every error as a problem
//! with its exact range, and makes minimal edits. It knows no models and no editors: whether `L99D5` exists is checked
//! elsewhere.
//!
//! How a file is parsed: `front_matter` finds where the prompt begins; `split` and `block` split the front matter into
//! keys and list entries, so that an error stays in its entry; `yaml` reads each value; `decoding`, `interventions`,
//! `runs`, `expect` and `values` interpret the values. `edit` and `write` turn changes back into text.

mod block;
mod conflict;
mod decoding;
pub mod edit;
mod expect;
mod foreign;
mod front_matter;
mod interventions;
pub mod keys;
mod lines;
mod names;
mod nearest;
mod node;
mod parse;
mod problem;
mod runs;
mod scalar;
mod scan;
mod source;
mod split;
mod stray;
mod tree;
mod unfenced;
mod values;
mod write;
mod yaml;

pub use names::{
    InvalidName, ModelNames, Name, NamesFile, check_name, parse_names, remove_name, rename_name, set_name,
};
pub use parse::{InvalidIntervention, parse, parse_intervention, parse_prompt, parse_value};
pub use problem::{Fix, Problem, Severity, code, in_order};
pub use tree::{Entry, ExpectEntry, FileKind, Intervention, Key, Parsed, RunList, Spanned, TargetRef};
pub use write::{key as write_name, quote, write_change};

/// The page that documents the format, for people: Markdown.
pub const FORMAT: &str = include_str!("../PROMPT-FILE.md");

#[doc = include_str!("../PROMPT-FILE.md")]
pub mod format {}
