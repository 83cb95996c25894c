//! The `unembed` program: one file per subcommand in `commands`, what they share beside it. It has wiring
//! and text for people; the crates below compute every answer.

#[doc = include_str!("../COMMANDS.md")]
mod manual {}

mod allocator;
mod args;
mod backing;
mod build_id;
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
mod runtime;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::args::{Args, Command};
use crate::failure::Failure;

fn main() -> ExitCode {
    // clap refuses arguments that are not UTF-8.
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(page) = help::page(&words) {
        help::print(page);
        return ExitCode::SUCCESS;
    }
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(e) if e.use_stderr() => {
            let is_unfinished = e.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            paint::error(&if is_unfinished { missing_command() } else { one_line(&e.to_string()) });
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
        // The reader of stdout has seen enough.
        Err(failure) if failure.closed_pipe => ExitCode::SUCCESS,
        Err(Failure { code, message, .. }) => {
            paint::error(&message);
            ExitCode::from(code)
        }
    }
}

/// clap's error as one line, without the usage that follows it.
fn one_line(message: &str) -> String {
    let said = message.strip_prefix("error: ").unwrap_or(message);
    let lines = said.lines().map(str::trim).take_while(|l| !l.starts_with("Usage:") && !l.starts_with("For more"));
    let text = lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
    format!("{text}; see `unembed --help`")
}

/// The commands that may follow, if the command line names none or lacks a subcommand.
fn missing_command() -> String {
    let (mut command, mut called) = (Args::command(), "unembed".to_owned());
    for word in std::env::args().skip(1) {
        if let Some(found) = command.find_subcommand(&word).cloned() {
            command = found;
            called += &format!(" {word}");
        }
    }
    let names: Vec<_> = command.get_subcommands().map(|c| c.get_name()).filter(|name| *name != "help").collect();
    format!("missing command: {called} {}; see `{called} --help`", names.join("|"))
}
