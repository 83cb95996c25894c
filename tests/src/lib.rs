//! What every suite shares: the program, freshly built, and a language client for it. The suites are in `tests/`, one
//! file a feature; nothing here knows what an answer should be.

pub mod bench;
mod client;
mod files;
mod program;
mod seeded;
pub mod traffic;

pub use client::{Client, RequestId, uri};
pub use files::{Folder, data, repository};
pub use program::{Finished, Process, Shared, command, kill_after, program, run, run_with, use_a_copy};
pub use seeded::Seeded;
