//! What an editor and a command line show, without either: one file per feature, plain structs in, plain structs out,
//! places as bytes of the file. Models are seen through `lm` alone; no editor protocol here, no tensor and no disk.
//!
//! Whatever asks a model is synchronous and takes the `Control` of the job that it runs in.

mod code_actions;
mod diagnostics;
pub mod document;
mod expectations;
mod file;
mod generate;
mod hover;
mod markup;
mod number;
pub mod page;
mod place;
pub mod resolve;
mod token;
mod trace;
mod vector;
mod words;

pub use code_actions::{Action, ActionKind, Pending, code_actions, resolve_action};
pub use diagnostics::{Diagnostic, diagnostics};
pub use document::{GenerateDocument, GuessDocument, TraceDocument, VectorDocument};
pub use expectations::expectations;
pub use file::{File, ModelState};
pub use generate::generate;
pub use hover::{Hover, Style, hover};
pub use resolve::{Resolved, resolve};
pub use trace::{TraceOptions, trace};
pub use vector::vector;
