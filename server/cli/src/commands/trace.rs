//! `unembed trace`: the FFN trace as a document, or as a page per position for people.

use std::collections::BTreeSet;
use std::process::ExitCode;

use base::Cancel;
use ide::TraceOptions;
use ide::page::trace_page;
use lm::Positions;

use crate::args::{Shared, Trace};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::input::Loaded;
use crate::output;

pub(crate) fn run(shared: &Shared, command: &Trace) -> Result<ExitCode, Failure> {
    let loaded = Loaded::read(&command.input)?;
    let positions = match command.positions.as_deref() {
        None if shared.json => Positions::All,
        None | Some("last") => Positions::Last,
        Some("all") => Positions::All,
        Some(list) => Positions::List(numbers("--positions", list)?),
    };
    let layers = command.layers.as_deref().map(|list| numbers("--layers", list)).transpose()?;
    let backing = Backing::new(shared)?;
    let model = backing.open(&loaded.model(shared))?;
    loaded.check(model.as_ref(), shared)?;
    let options =
        TraceOptions { positions: Some(positions), layers, top: command.top.max(1), generated: command.generated };
    let document = ide::trace(&loaded.file, &model.info().name, model.as_ref(), &options, &Cancel::new())?;
    if shared.json {
        output::json(&document)?;
    } else {
        output::page(&trace_page(&document, model.as_ref(), &Cancel::new())?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `0-3,7` as numbers.
fn numbers(flag: &str, list: &str) -> Result<Vec<usize>, Failure> {
    let wrong = || Failure::input(format!("{flag} {list}: write numbers and ranges from 0, like 0-3,7"));
    let mut all = BTreeSet::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) =
            (first.trim().parse().map_err(|_| wrong())?, last.trim().parse().map_err(|_| wrong())?);
        // No model has so many layers or positions; a typing slip must not fill the memory.
        if first > last || last > 1_000_000 {
            return Err(wrong());
        }
        all.extend(first..=last);
    }
    Ok(all.into_iter().collect())
}
