//! A client, an engine and a library for tests. All waiting is for events; a deadline only ends a test that hangs.

mod client;
mod engine;
mod gate;
mod library;
mod project;
mod random;
pub(crate) mod show;

pub(crate) use client::{Client, uri};
pub(crate) use engine::TestEngine;
pub(crate) use gate::{Count, Gate};
pub(crate) use library::{TestLibrary, TestModel};
pub(crate) use project::Project;
pub(crate) use random::Random;

use std::time::Duration;

/// Far longer than any wait of a test that passes.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);
