//! The async runtimes. Their threads are started before anything depends on them: where the system starts none later, tokio
//! panics, or waits with the work.

use std::sync::mpsc::channel;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;

/// Threads of a server: the engine's, those of the index and of sessions among them.
const SERVER: usize = 16;
/// Threads for a server's blocking work that are always there.
const SERVER_BLOCKING: usize = 4;
/// The same of a process that talks to a server: stdin, stdout, and the start of the server.
const CLIENT_BLOCKING: usize = 3;
/// As long as the process lives.
const KEPT: Duration = Duration::from_secs(365 * 24 * 3600);

/// The runtime of a server of editors.
pub(crate) fn server() -> Result<Runtime, Failure> {
    let mut builder = Builder::new_multi_thread();
    started(builder.worker_threads(2), SERVER, SERVER_BLOCKING)
}

/// A runtime on this thread.
pub(crate) fn client() -> Result<Runtime, Failure> {
    started(&mut Builder::new_current_thread(), CLIENT_BLOCKING + 1, CLIENT_BLOCKING)
}

/// `threads`: all that the process will want.
fn started(builder: &mut Builder, threads: usize, blocking: usize) -> Result<Runtime, Failure> {
    base::threads::can_start(threads)
        .map_err(|error| Failure::other(format!("cannot serve: {}", base::threads::refused(error))))?;
    let start = || {
        let runtime = builder.enable_all().thread_keep_alive(KEPT).build()?;
        // Each takes a thread of its own, since none of them ends before all have one.
        let (hold, wait) = channel::<()>();
        let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
        for _ in 0..blocking {
            let wait = wait.clone();
            runtime.spawn_blocking(move || base::lock(&wait).recv().is_err());
        }
        drop(hold);
        Ok(runtime)
    };
    let failed = |error: &dyn std::fmt::Display| Failure::other(format!("cannot start the async runtime: {error}"));
    match base::catch(start) {
        Ok(Ok(runtime)) => Ok(runtime),
        Ok(Err(error)) => Err(failed(&error as &std::io::Error)),
        Err(panicked) => Err(failed(&panicked)),
    }
}
