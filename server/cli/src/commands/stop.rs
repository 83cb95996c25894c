//! `unembed stop`: ends the shared process in order.

use std::io::Write;
use std::process::ExitCode;

use daemon::Role;
use serde_json::json;

use crate::args::Shared;
use crate::failure::Failure;
use crate::{output, shared};

pub(crate) fn run(flags: &Shared) -> Result<ExitCode, Failure> {
    let stopped = shared::question(Role::Stop)?.is_some();
    if flags.json {
        output::json(&json!({"schema": ide::document::SCHEMA, "stopped": stopped}))?;
    } else if !flags.quiet {
        let said = if stopped { "stopped" } else { "no shared process runs" };
        writeln!(anstream::stdout(), "{said}")?;
    }
    Ok(ExitCode::SUCCESS)
}
