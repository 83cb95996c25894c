//! `unembed lsp`: the editor's end. The daemon serves; this process passes bytes.

use std::process::ExitCode;

use daemon::{Ended, Hello, Role, shim};
use tokio::io::BufReader;

use crate::args::{GlobalArgs, Lsp};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::host::exit_code;
use crate::{allocator, daemon_client, paint, runtime};

/// The exit code if the daemon is lost: the editor starts this process again.
const LOST: u8 = 3;

pub(crate) fn run(global: &GlobalArgs, command: &Lsp) -> Result<ExitCode, Failure> {
    if command.alone {
        return alone(global, None);
    }
    match through_the_daemon()? {
        Served::Ended(code) => Ok(ExitCode::from(code)),
        // No shared process is possible here; the user gets everything else.
        Served::Unreachable(why) => alone(global, Some(why)),
    }
}

/// Serves one editor in this process. `why` there is no shared process is shown to the user.
fn alone(global: &GlobalArgs, why: Option<String>) -> Result<ExitCode, Failure> {
    allocator::keep_little_free();
    let notice = why.map(|why| format!("no process can be shared between editors ({why}); this editor has its own"));
    let runtime = runtime::server()?;
    let host = Backing::new(global)?.for_editors()?.with_notice(notice);
    let folder = std::env::current_dir().unwrap_or_default();
    let ended = runtime.block_on(host.serve(folder, tokio::io::stdin(), tokio::io::stdout()));
    // A pending read of stdin must not keep the process alive.
    runtime.shutdown_background();
    Ok(ExitCode::from(exit_code(ended)))
}

/// What the daemon did for an editor.
enum Served {
    /// The session ended with this exit code.
    Ended(u8),
    /// There is no daemon; nothing was read from the editor.
    Unreachable(String),
}

fn through_the_daemon() -> Result<Served, Failure> {
    let (socket_path, start) = match (daemon_client::socket_path(), daemon_client::start()) {
        (Ok(socket_path), Ok(start)) => (socket_path, start),
        (Err(failure), _) | (_, Err(failure)) => return Ok(Served::Unreachable(failure.message)),
    };
    let runtime = runtime::client()?;
    let served = runtime.block_on(async {
        let folder = std::env::current_dir().unwrap_or_default();
        let hello = Hello { version: daemon_client::version(), role: Role::Session { folder } };
        match shim(&socket_path, &start, hello, tokio::io::stdin(), tokio::io::stdout()).await {
            Ended::Done(code) => Served::Ended(code),
            Ended::Lost(why) => {
                paint::error(&format!("lost the daemon ({why}): restart the language server"));
                Served::Ended(LOST)
            }
            Ended::Refused(why) => {
                paint::error(&why);
                lsp::refuse(BufReader::new(tokio::io::stdin()), tokio::io::stdout(), &why).await;
                Served::Ended(LOST)
            }
            Ended::Unreachable(why) => Served::Unreachable(why),
        }
    });
    runtime.shutdown_background();
    Ok(served)
}
