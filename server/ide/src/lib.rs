//! What an editor and a command line show, without either: one file per feature, plain structs in, plain structs out,
//! places as bytes of the file. Models are seen through `lm` alone; no editor protocol here, no tensor and no disk.
//!
//! Whatever asks a model is synchronous and takes the `Control` of the job that it runs in.

mod card;
mod clusters;
mod code_actions;
mod compared;
mod completion;
mod diagnostics;
mod document;
mod expectations;
mod file;
mod folding;
mod generate;
mod hover;
mod inlay;
mod intervene;
mod interventions;
mod lens;
mod links;
mod markup;
mod names;
mod number;
mod outline;
pub mod page;
mod place;
mod rename;
pub mod resolve;
mod search;
mod selection;
mod strengths;
mod strongest;
mod structure;
mod surprise;
mod token;
mod trace;
mod vector;
mod words;

pub use clusters::{cluster_of, clusters};
pub use code_actions::{Action, ActionKind, Pending, code_actions, resolve_action};
pub use compared::Compared;
pub use completion::{Completion, Typed, completion, typed};
pub use diagnostics::{Diagnostic, diagnostics, names_diagnostics};
pub use expectations::expectations;
pub use file::{Added, Addition, File, ModelState, Origin, Origins};
pub use folding::foldings;
pub use generate::generate;
pub use hover::{Hover, Style, hover};
pub use inlay::{Hints, Inlay, TokenHints, inlays};
pub use intervene::{Wish, adds, intervene, intervention_line};
pub use interventions::interventions;
pub use lens::{Lens, LensAction, lenses};
pub use links::links;
pub use names::Names;
pub use outline::{Outlined, names_outline, outline};
pub use rename::{Meant, Symbol, definitions, name_at, not_renamed, references, rename_in, rename_name, symbol};
pub use resolve::{Resolved, resolve};
pub use search::{LookedUp, look_up, search, search_document};
pub use selection::selections;
pub use strengths::{Strength, strengths};
pub use strongest::strongest;
pub use structure::{EntryPlace, NamePlace, NumberPlace, Structure, StructureKind, names_structure, structure};
pub use surprise::{Surprise, surprises};
pub use trace::{TraceOptions, trace};
pub use vector::vector;
pub use words::words_of;
