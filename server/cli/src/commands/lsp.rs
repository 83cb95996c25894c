//! `unembed lsp`: the language server on stdin and stdout.

use std::process::ExitCode;

use crate::args::Shared;
use crate::backing::Backing;
use crate::failure::Failure;

pub(crate) fn run(shared: &Shared) -> Result<ExitCode, Failure> {
    let backing = Backing::new(shared)?.for_editors()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(2).build();
    let runtime = runtime.map_err(|e| Failure::other(format!("cannot start the server's threads: {e}")))?;
    let exit = runtime.block_on(lsp::serve(tokio::io::stdin(), tokio::io::stdout(), backing));
    // A read of stdin that is still waiting must not keep the process.
    runtime.shutdown_background();
    Ok(ExitCode::from(match exit {
        lsp::Ended::InOrder | lsp::Ended::Lost => 0,
        lsp::Ended::WithoutShutdown => 1,
    }))
}
