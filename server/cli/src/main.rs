//! The `unembed` program: one file per subcommand in `commands`, what they share beside it. Only wiring and text for
//! people here; every answer is made in the crates below.

mod args;
mod backing;
mod commands;
mod failure;
mod input;
mod output;
mod paint;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(e) => {
            let code = if e.use_stderr() { 2 } else { 0 };
            // A closed pipe is no reason to fail.
            let _ = e.print();
            return ExitCode::from(code);
        }
    };
    let done = match &args.command {
        Command::Trace(command) => commands::trace::run(&args.shared, command),
        Command::Generate(command) => commands::generate::run(&args.shared, command),
        Command::Models(command) => commands::models::run(&args.shared, command),
        Command::Lsp => commands::lsp::run(&args.shared),
    };
    match done {
        Ok(code) => code,
        // Whoever read our answer has seen enough.
        Err(failure) if failure.closed_pipe => ExitCode::SUCCESS,
        Err(Failure { code, message, .. }) => {
            paint::error(&message);
            ExitCode::from(code)
        }
    }
}
