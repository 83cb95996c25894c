//! `unembed clusters`: clusters of similar value vectors, all of them or one.

use std::path::Path;
use std::process::ExitCode;

use base::Cancel;
use ide::page::clusters_page;
use lm::Concepts;

use crate::args::{Clusters, GlobalArgs};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{indexing, output};

pub(crate) fn run(global: &GlobalArgs, command: &Clusters) -> Result<ExitCode, Failure> {
    let backing = Backing::new(global)?;
    let names = project::names(Path::new("."), &[]).map_err(Failure::input)?;
    let (model, index) = indexing::built(global, &backing)?;
    let number = match command.which.as_deref().map(|w| (w, w.parse::<usize>())) {
        None => None,
        Some((_, Ok(number))) => Some(number),
        Some((which, Err(_))) => {
            let ids = names.vectors(which, model.info()).map_err(Failure::input)?;
            let cluster = ids.first().map(|id| index.cluster_of(*id)).transpose()?.flatten();
            Some(cluster.ok_or_else(|| Failure::other(format!("{which} is in no cluster")))?.number)
        }
    };
    let document = ide::clusters(number, model.as_ref(), index.as_ref(), &Cancel::new())?;
    if global.json {
        output::json(&document)?;
    } else {
        output::page(&clusters_page(&document, model.as_ref(), &Cancel::new())?)?;
    }
    Ok(ExitCode::SUCCESS)
}
