//! Access to the daemon: its socket path, and requests to it.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use api::DaemonDocument;
use api::command::Command;
use daemon::{AskError, Hello, Role, SocketPath, Start, ask, ask_all, shim};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{BufReader, duplex};

use crate::build_id;
use crate::failure::Failure;
use crate::runtime;

/// How long the daemon may take to answer; a clean shutdown takes longest.
const PATIENCE: Duration = Duration::from_secs(30);
/// The buffer between a client and the shim, bytes.
const PIPE: usize = 64 * 1024;

/// The program's version and build: a daemon of another build must not serve this program.
pub(crate) fn version() -> String {
    static VERSION: OnceLock<String> = OnceLock::new();
    let version = VERSION.get_or_init(|| match build_id::id() {
        Some(build) => format!("{}+{build}", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    });
    version.clone()
}

/// The daemon's socket path for this version and this user.
pub(crate) fn socket_path() -> Result<SocketPath, Failure> {
    let (data, user) = (config::data_folder().unwrap_or_default(), config::user_file().unwrap_or_default());
    let data: [&Path; 2] = [&data, &user];
    SocketPath::new(&SocketPath::default_folder(), &version(), &data).map_err(Failure::other)
}

/// The daemon's status; `None` if no daemon is running.
pub(crate) fn status() -> Result<Option<DaemonDocument>, Failure> {
    question(Role::Status)?.map(read).transpose()
}

/// Asks the daemon; `None` if no daemon is running.
pub(crate) fn question(role: Role) -> Result<Option<Value>, Failure> {
    let socket_path = socket_path()?;
    let runtime = runtime::client()?;
    match runtime.block_on(ask(&socket_path, &version(), role, PATIENCE)) {
        Ok(answer) => Ok(Some(answer)),
        Err(AskError::NotRunning) => Ok(None),
        Err(other) => Err(Failure::other(other)),
    }
}

/// Asks the daemons of all builds to close the indexes that they do not use. Returns whether one of them answered.
pub(crate) fn lend() -> bool {
    let (Ok(socket_path), Ok(runtime)) = (socket_path(), runtime::client()) else { return false };
    runtime.block_on(ask_all(&socket_path, &version(), &Role::Lend, PATIENCE))
}

/// Makes the daemon run an editor command for the current folder; `None` if no daemon is running.
pub(crate) fn command<C: Command>(arguments: &C::Arguments) -> Result<Option<C::Result>, Failure> {
    if question(Role::Status)?.is_none() {
        return Ok(None);
    }
    let (socket_path, start) = (socket_path()?, start()?);
    let folder = std::env::current_dir().map_err(Failure::other)?;
    let hello = Hello { version: version(), role: Role::Session { folder: folder.clone() } };
    let arguments = serde_json::to_value(arguments).map_err(Failure::other)?;
    let answer = runtime::client()?.block_on(async {
        let ((ours, to_shim), (from_shim, theirs)) = (duplex(PIPE), duplex(PIPE));
        let talk = lsp::ask(BufReader::new(from_shim), ours, &folder, C::NAME, arguments);
        tokio::select! {
            answer = talk => answer.map_err(Failure::other),
            ended = shim(&socket_path,  &start, hello, to_shim, theirs) => {
                Err(Failure::other(format!("the daemon exited: {ended:?}")))
            }
        }
    });
    read(answer?).map(Some)
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Failure> {
    let odd = |error| {
        Failure::other(format!("the daemon's answer is not readable ({error}): run `unembed stop`, then try again"))
    };
    serde_json::from_value(answer).map_err(odd)
}

/// How to start the daemon.
pub(crate) fn start() -> Result<Start, Failure> {
    let program = std::env::current_exe();
    let program = program.map_err(|e| Failure::other(format!("cannot find the path of this program: {e}")))?;
    Ok(Start { program, args: ["daemon", "--announce"].map(Into::into).to_vec() })
}
