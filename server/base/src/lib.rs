//! Types that every other crate shares: ids, targets, run names, the parts of an experiment, text with line positions,
//! cancel tokens, the panic boundary and locks.
//!
//! This crate knows no models, no file syntax and no editors. [`files`] is its only input and output.

mod cancel;
mod experiment;
pub mod files;
mod ids;
mod line_index;
mod lock;
mod panic;
mod run;
mod target;
mod text;
pub mod threads;

pub use cancel::{Cancel, Cancelled};
pub use experiment::{Change, Decoding, Expectation, Scope};
pub use ids::{ParseIdError, TokenId, ValueId};
pub use line_index::{Encoding, LineIndex, Position};
pub use lock::lock;
pub use panic::{Panicked, catch};
pub use run::RunName;
pub use target::Target;
pub use text::{Edit, apply, visible};

#[doc = include_str!("../../ARCHITECTURE.md")]
pub mod architecture {}
