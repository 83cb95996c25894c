//! `unembed clusters`: clusters of similar value vectors, all of them or one.

use std::path::Path;
use std::process::ExitCode;

use base::Cancel;
use ide::page::clusters_page;

use crate::args::{Clusters, GlobalArgs};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{indexing, output};

pub(crate) fn run(global: &GlobalArgs, command: &Clusters) -> Result<ExitCode, Failure> {
    let backing = Backing::new(global)?;
    let names = project::names(Path::new("."), &[]).map_err(Failure::input)?;
    let (model, index) = indexing::built(global, &backing)?;
    let number = command.which.as_deref().map(|which| match which.parse() {
        Ok(number) => Ok(number),
        Err(_) => ide::cluster_of(which, model.as_ref(), index.as_ref(), &names, &Cancel::new()),
    });
    let number = number.transpose()?;
    let document = ide::clusters(number, model.as_ref(), index.as_ref(), &Cancel::new())?;
    if global.json {
        output::json(&document)?;
    } else {
        output::page(&clusters_page(&document, model.as_ref(), &Cancel::new())?)?;
    }
    Ok(ExitCode::SUCCESS)
}
