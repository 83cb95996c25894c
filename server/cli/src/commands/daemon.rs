//! `unembed daemon`: runs the daemon in the foreground. Editors start it.

use std::process::ExitCode;
use std::sync::Arc;

use daemon::{Announced, ServeError, serve};

use crate::args::{Daemon, GlobalArgs};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::host::DaemonHost;
use crate::log::{self, RollingFile};
use crate::{allocator, daemon_client, runtime};

pub(crate) fn run(global: &GlobalArgs, command: &Daemon) -> Result<ExitCode, Failure> {
    let done = serve_editors(global, command);
    if command.announce
        && let Err(failure) = &done
    {
        Announced::Failed(failure.message.clone()).announce();
    }
    done
}

fn serve_editors(global: &GlobalArgs, command: &Daemon) -> Result<ExitCode, Failure> {
    allocator::keep_little_free();
    let socket_path = daemon_client::socket_path()?;
    let path = log::path().ok_or_else(|| Failure::other("no folder for the log: set HOME"))?;
    let file = RollingFile::open(&path).map_err(|e| Failure::other(format!("{}: {e}", path.display())))?;
    let runtime = runtime::server()?;
    let host = Backing::for_daemon(global, file)?.for_editors()?.with_faults(command.faults);
    let host = Arc::new(DaemonHost(Arc::new(host)));
    let announce = command.announce;
    let ready = move || {
        tracing::info!("version {} serves, process {}", daemon_client::version(), std::process::id());
        if announce {
            Announced::Ready.announce();
        }
    };
    // On a worker: otherwise each of its timers would wake this thread too.
    let serving = runtime.spawn(async move { serve(&socket_path, host, ready).await });
    let served = runtime.block_on(serving);
    runtime.shutdown_background();
    match served.map_err(Failure::other)? {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // Another daemon serves: the parent process connects to that one.
        Err(ServeError::Taken) if announce => {
            Announced::Ready.announce();
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            tracing::error!("{error}");
            Err(Failure::other(error))
        }
    }
}
