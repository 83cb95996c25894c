//! One process for all editors of a user: its socket and lock, how it is started and how it ends, the life of sessions,
//! and the shim that stands between an editor's stdio and the socket. What sessions say is not known here: bytes go
//! through, and a `Host` serves them.
//!
//! Reading order: `place` (names of files), `socket`, `hello` (the first line each way), `frames` (how a session's end is
//! told), `serve` (the daemon), `start` and `shim` (an editor's side), `control` (questions to a running daemon).

mod control;
mod frames;
mod hello;
mod socket_path;
mod serve;
mod shim;
mod socket;
mod start;

pub use control::{AskError, ask};
pub use hello::{Hello, Role};
pub use socket_path::{Place, PlaceError};
pub use serve::{Host, ServeError, serve};
pub use shim::{Ended, shim};
pub use start::{Announced, Start};
