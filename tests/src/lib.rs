//! Shared by all suites: the freshly built program and an LSP client. The suites are in `tests/`, one per feature. This
//! library does not judge answers.

pub mod attack;
pub mod bench;
mod client;
mod files;
pub mod peers;
mod program;
mod seeded;
pub mod spoil;
pub mod traffic;

pub use client::{Client, RequestId, uri};
pub use files::{Folder, data, repository};
pub use program::{Daemon, Finished, Process, command, command_after, kill_after, program, run, run_with, use_a_copy};
pub use seeded::Seeded;
