//! The `unembed` program: one file per subcommand in `commands`, what they share beside it. Only wiring and text for
//! people here; every answer is made in the crates below.

#[doc = include_str!("../COMMANDS.md")]
mod manual {}

mod allocator;
mod args;
mod backing;
mod commands;
mod daemon_client;
mod failure;
mod help;
mod host;
mod indexing;
mod input;
mod log;
mod output;
mod paint;
mod progress;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    // Arguments that are not UTF-8 are clap's to refuse.
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(page) = help::page(&words) {
        help::print(page);
        return ExitCode::SUCCESS;
    }
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(e) if e.use_stderr() => {
            let unfinished = e.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            paint::error(&if unfinished { unfinished_line() } else { one_line(&e.to_string()) });
            return ExitCode::from(2);
        }
        // Help or the version. A closed pipe is no reason to fail.
        Err(e) => {
            let _ = e.print();
            return ExitCode::SUCCESS;
        }
    };
    let done = match &args.command {
        Command::Trace(command) => commands::trace::run(&args.global, command),
        Command::Generate(command) => commands::generate::run(&args.global, command),
        Command::Search(command) => commands::search::run(&args.global, command),
        Command::Vector(command) => commands::vector::run(&args.global, command),
        Command::Clusters(command) => commands::clusters::run(&args.global, command),
        Command::Index(command) => commands::index::run(&args.global, command),
        Command::Names(command) => commands::names::run(&args.global, command),
        Command::Models(command) => commands::models::run(&args.global, command),
        Command::Lsp(command) => commands::lsp::run(&args.global, command),
        Command::Daemon(command) => commands::daemon::run(&args.global, command),
        Command::Status => commands::status::run(&args.global),
        Command::Stop => commands::stop::run(&args.global),
        Command::Report(command) => commands::report::run(&args.global, command),
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

/// What is wrong with the arguments, without the page of usage behind it.
fn one_line(message: &str) -> String {
    let said = message.strip_prefix("error: ").unwrap_or(message);
    let lines = said.lines().map(str::trim).take_while(|l| !l.starts_with("Usage:") && !l.starts_with("For more"));
    let text = lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    format!("{text}; see `unembed --help`")
}

/// What may follow, where no command is named or only half of one.
fn unfinished_line() -> String {
    let (mut command, mut called) = (Args::command(), "unembed".to_owned());
    for word in std::env::args().skip(1) {
        if let Some(found) = command.find_subcommand(&word).cloned() {
            command = found;
            called += &format!(" {word}");
        }
    }
    let names: Vec<_> = command.get_subcommands().map(|c| c.get_name()).filter(|name| *name != "help").collect();
    format!("say what to do: {called} {}; see `{called} --help`", names.join("|"))
}
