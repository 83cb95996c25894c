//! The daemon, one process that serves all editors of a user: its socket and lock, its start and end, the lifetime of
//! sessions, and the shim between an editor's stdio and the socket. This crate does not interpret what sessions send:
//! it passes bytes to a `Host`.
//!
//! Reading order: `socket_path` (file names), `socket`, `hello` (the first line each way), `frames` (how a session's
//! end is sent), `serve` (the daemon), `host` (what it serves), `start` and `shim` (an editor's side), `control` (requests to a running daemon).

mod control;
mod daemon_lock;
mod frames;
mod hello;
mod host;
mod serve;
mod serve_error;
mod shim;
mod socket;
mod socket_path;
mod start;

pub use control::{AskError, ask, ask_all};
pub use hello::{Hello, Role};
pub use host::{Facts, Host, SessionFacts};
pub use serve::serve;
pub use serve_error::ServeError;
pub use shim::{Ended, shim};
pub use socket_path::{SocketPath, SocketPathError};
pub use start::{Announced, Start};
