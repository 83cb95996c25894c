//! `unembed search`: value vectors by concept. The index is built first where it is not there.

use std::path::Path;
use std::process::ExitCode;

use base::Cancel;
use ide::page::search_page;
use lm::Concepts;

use crate::args::{Search, Shared};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{indexing, output, project};

pub(crate) fn run(shared: &Shared, command: &Search) -> Result<ExitCode, Failure> {
    let query = command.query.join(" ");
    let backing = Backing::new(shared)?;
    let names = project::names(Path::new("."))?;
    let (model, index) = indexing::built(shared, &backing)?;
    let found = if shared.json {
        let document = ide::search(&query, command.limit, model.as_ref(), index.as_ref(), &names, &Cancel::new())?;
        output::json(&document)?;
        !document.hits.is_empty()
    } else {
        let found = index.search(&query, command.limit, model.as_ref(), &Cancel::new())?;
        output::page(&search_page(&found, model.as_ref(), &names, backing.settings.words_undertrained))?;
        !found.hits.is_empty()
    };
    Ok(ExitCode::from(u8::from(!found)))
}
