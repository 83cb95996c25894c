//! `unembed trace`: the FFN trace as a document, or as a page for each position.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Instant;

use base::Cancel;
use ide::page::trace_page;
use ide::{File, TraceOptions};
use lm::{LanguageModel, Positions};
use tracing::debug;

use crate::args::{GlobalArgs, Trace};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::input::Loaded;
use crate::output;

pub(crate) fn run(global: &GlobalArgs, command: &Trace) -> Result<ExitCode, Failure> {
    let loaded = Loaded::read(&command.input)?;
    let wanted = match command.positions.as_deref() {
        None if global.json => Wanted::All,
        None | Some("last") => Wanted::Last,
        Some("all") => Wanted::All,
        Some(list) => Wanted::list(list)?,
    };
    let layers = command.layers.as_deref().map(|list| numbers("--layers", list, "0-3,7")).transpose()?;
    let backing = Backing::new(global)?;
    let model = backing.open(&loaded.model(global))?;
    loaded.check(model.as_ref(), global)?;
    let positions = Some(wanted.positions(&loaded.file, model.as_ref()));
    let layers = layers.map(|layers| layers.into_iter().collect());
    let options = TraceOptions {
        positions,
        layers,
        top: command.top.max(1),
        generated: command.generated,
        ..TraceOptions::default()
    };
    let started = Instant::now();
    let document = ide::trace(&loaded.file, &model.info().name, model.as_ref(), &options, &Cancel::new())?;
    debug!("{} runs traced in {:.1?}", document.runs.len(), started.elapsed());
    if global.json {
        output::json(&document)?;
    } else {
        output::page(&trace_page(&document, model.as_ref(), &Cancel::new())?)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The value of `--positions`.
enum Wanted {
    All,
    Last,
    /// These positions, and if true the prompt's last position, which depends on the tokenizer.
    List(BTreeSet<usize>, bool),
}

impl Wanted {
    fn list(list: &str) -> Result<Self, Failure> {
        let (last, others): (Vec<_>, Vec<_>) = list.split(',').partition(|part| part.trim() == "last");
        let others = match others.is_empty() {
            true => BTreeSet::new(),
            false => numbers("--positions", &others.join(","), "3,5 or 3,last")?,
        };
        Ok(Self::List(others, !last.is_empty()))
    }

    fn positions(self, file: &File, model: &dyn LanguageModel) -> Positions {
        match self {
            Self::All => Positions::All,
            Self::Last => Positions::Last,
            Self::List(mut list, last) => {
                let tokens = if last { ide::resolve(file, model).encoded.tokens.len() } else { 0 };
                list.extend(tokens.checked_sub(1));
                Positions::List(list.into_iter().collect())
            }
        }
    }
}

/// Parses a list such as `0-3,7`.
fn numbers(flag: &str, list: &str, like: &str) -> Result<BTreeSet<usize>, Failure> {
    let wrong = || Failure::input(format!("{flag} {list}: write numbers and ranges from 0, like {like}"));
    let mut all = BTreeSet::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) =
            (first.trim().parse().map_err(|_| wrong())?, last.trim().parse().map_err(|_| wrong())?);
        // No model has this many layers or positions: a typing error must not fill the memory.
        if first > last || last > 1_000_000 {
            return Err(wrong());
        }
        all.extend(first..=last);
    }
    Ok(all)
}
