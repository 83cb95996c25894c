//! `unembed models`: lists the available models, or downloads one.

use std::io::Write;
use std::process::ExitCode;

use api::{FetchedDocument, ListedModelDocument, ModelsDocument, SCHEMA, SizesDocument};
use base::Cancel;
use ide::page::{LineKind, PageLine, Table};
use lm::Library;

use crate::args::{GlobalArgs, Models, ModelsAction};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;

pub(crate) fn run(global: &GlobalArgs, command: &Models) -> Result<ExitCode, Failure> {
    let backing = Backing::new(global)?;
    match &command.action {
        None => list(global, &backing),
        Some(ModelsAction::Fetch { id }) => fetch(global, &backing, id),
    }
}

fn list(global: &GlobalArgs, backing: &Backing) -> Result<ExitCode, Failure> {
    let listed = backing.library.list();
    if global.json {
        let models = listed.iter().map(|m| ListedModelDocument {
            name: m.name.clone(),
            default: m.default,
            folder: m.folder.as_ref().map(|f| f.display().to_string()),
            precision: m.precision.to_owned(),
            sizes: m.state.as_ref().ok().map(|&[layers, width, ffn, vocab, context]| SizesDocument {
                layers,
                width,
                ffn,
                vocab,
                context,
            }),
            error: m.state.as_ref().err().map(|e| e.message.clone()),
        });
        output::sorted_json(&ModelsDocument { schema: SCHEMA, models: models.collect() })?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table =
        Table::new(&["", "name", "layers", "width", "tokens", "context", "stored", "where, or why not"], &[2, 3, 4, 5]);
    for m in &listed {
        let mark = if m.default { "*" } else { "" };
        let folder = m.folder.as_ref().map_or_else(|| "built in".to_owned(), |f| f.display().to_string());
        let [layers, width, _, vocab, context] =
            m.state.as_ref().map_or([const { String::new() }; 5], |s| s.map(|n| n.to_string()));
        let place = m.reason().unwrap_or(folder);
        table.row(vec![mark.into(), m.name.clone(), layers, width, vocab, context, m.precision.into(), place]);
    }
    let kind = |i: usize| if i == 0 { LineKind::Note } else { LineKind::Plain };
    let lines = table.lines().into_iter().enumerate().map(|(i, text)| PageLine { kind: kind(i), text });
    output::page(&lines.collect::<Vec<_>>())?;
    Ok(ExitCode::SUCCESS)
}

/// A download of more bytes is announced with its size.
const LARGE: u64 = 128 << 20;

fn fetch(global: &GlobalArgs, backing: &Backing, id: &str) -> Result<ExitCode, Failure> {
    let mut progress = Progress::new(global.quiet);
    let mut is_said = global.quiet;
    let mut each = |done: u64, all: u64| {
        // Files of settings and tokenizers are smaller: this is the size of the weights.
        if !is_said && all > LARGE {
            is_said = true;
            let _ = writeln!(anstream::stderr(), "{id} has {} MiB; downloading what is missing", all >> 20);
        }
        progress.at(id, done >> 20, all >> 20, "MiB");
    };
    backing.library.fetch(id, &Cancel::new(), &mut each)?;
    drop(progress);
    if global.json {
        output::sorted_json(&FetchedDocument { schema: SCHEMA, fetched: id.to_owned() })?;
    } else if !global.quiet {
        writeln!(anstream::stdout(), "downloaded {id}; write `model: {id}` in a prompt file")?;
    }
    Ok(ExitCode::SUCCESS)
}
