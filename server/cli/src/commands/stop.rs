//! `unembed stop`: shuts down the daemon cleanly.

use std::io::Write;
use std::process::ExitCode;

use api::{SCHEMA, StopDocument};
use daemon::Role;

use crate::args::GlobalArgs;
use crate::failure::Failure;
use crate::{daemon_client, output};

pub(crate) fn run(global: &GlobalArgs) -> Result<ExitCode, Failure> {
    let stopped = daemon_client::question(Role::Stop)?.is_some();
    if global.json {
        output::sorted_json(&StopDocument { schema: SCHEMA, stopped })?;
    } else if !global.quiet {
        let said = if stopped { "stopped" } else { "no daemon is running" };
        writeln!(anstream::stdout(), "{said}")?;
    }
    Ok(ExitCode::SUCCESS)
}
