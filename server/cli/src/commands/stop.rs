//! `unembed stop`: ends the shared process in order.

use std::io::Write;
use std::process::ExitCode;

use api::{SCHEMA, StopDocument};
use daemon::Role;

use crate::args::Shared;
use crate::failure::Failure;
use crate::{output, shared};

pub(crate) fn run(flags: &Shared) -> Result<ExitCode, Failure> {
    let stopped = shared::question(Role::Stop)?.is_some();
    if flags.json {
        output::sorted_json(&StopDocument { schema: SCHEMA, stopped })?;
    } else if !flags.quiet {
        let said = if stopped { "stopped" } else { "no shared process runs" };
        writeln!(anstream::stdout(), "{said}")?;
    }
    Ok(ExitCode::SUCCESS)
}
