//! `unembed lsp`: the editor's end. The daemon serves; this process passes bytes.

use std::process::ExitCode;

use daemon::{Ended, Hello, Role, shim};
use tokio::io::BufReader;

use crate::args::{GlobalArgs, Lsp};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::host::exit_code;
use crate::{allocator, daemon_client, paint};

/// The exit code if the daemon is lost: the editor starts this process again.
const LOST: u8 = 3;

pub(crate) fn run(global: &GlobalArgs, command: &Lsp) -> Result<ExitCode, Failure> {
    if command.alone { alone(global) } else { through_the_daemon() }
}

/// Serves one editor in this process.
fn alone(global: &GlobalArgs) -> Result<ExitCode, Failure> {
    allocator::keep_little_free();
    let host = Backing::new(global)?.for_editors()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build();
    let runtime = runtime.map_err(|e| Failure::other(format!("cannot start the server's threads: {e}")))?;
    let folder = std::env::current_dir().unwrap_or_default();
    let ended = runtime.block_on(host.serve(folder, tokio::io::stdin(), tokio::io::stdout()));
    // A pending read of stdin must not keep the process alive.
    runtime.shutdown_background();
    Ok(ExitCode::from(exit_code(ended)))
}

fn through_the_daemon() -> Result<ExitCode, Failure> {
    let runtime = daemon_client::runtime()?;
    let code = runtime.block_on(async {
        let (stdin, stdout) = (tokio::io::stdin(), tokio::io::stdout());
        let ended = match (daemon_client::socket_path(), daemon_client::start()) {
            (Err(failure), _) | (_, Err(failure)) => Ended::Unreachable(failure.message),
            (Ok(socket_path), Ok(start)) => {
                let folder = std::env::current_dir().unwrap_or_default();
                let hello = Hello { version: daemon_client::version(), role: Role::Session { folder } };
                shim(&socket_path, &start, hello, stdin, stdout).await
            }
        };
        match ended {
            Ended::Done(code) => code,
            Ended::Lost(why) => {
                paint::error(&format!("lost the daemon ({why}): restart the language server"));
                LOST
            }
            Ended::Unreachable(why) => {
                paint::error(&why);
                lsp::refuse(BufReader::new(tokio::io::stdin()), tokio::io::stdout(), &why).await;
                LOST
            }
        }
    });
    runtime.shutdown_background();
    Ok(ExitCode::from(code))
}
