//! `unembed index`: builds, shows or removes a model's concept index, or adds activating examples to it.

use std::io::Write;
use std::process::ExitCode;

use api::{DropDocument, IndexDocument, IndexedModelDocument, SCHEMA};
use base::Cancel;
use concepts::Removed;
use ide::page::{LineKind, PageLine};
use lm::{Concepts, IndexState, LanguageModel};

use crate::args::{GlobalArgs, Index, IndexAction};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::input;
use crate::progress::Progress;
use crate::{indexing, output};

/// The most bytes of a text whose passages become examples.
const LARGEST_TEXT: u64 = 1 << 30;

pub(crate) fn run(global: &GlobalArgs, command: &Index) -> Result<ExitCode, Failure> {
    let backing = Backing::new(global)?;
    match &command.action {
        IndexAction::Build => {
            let (model, index) = indexing::built(global, &backing)?;
            status(global, &backing, model.as_ref(), index.state())
        }
        IndexAction::Status => {
            let (model, state) = indexing::state(global, &backing)?;
            status(global, &backing, model.as_ref(), state)
        }
        IndexAction::Drop { examples } => {
            let model = backing.named(global)?;
            let indexes = backing.indexes()?;
            let removed = indexing::lent(|| indexes.remove(model.info(), *examples)).map_err(Failure::other)?;
            let kept = removed.examples.as_ref().map(|path| path.display().to_string());
            if global.json {
                let Removed { index: dropped, damaged, .. } = removed;
                output::sorted_json(&DropDocument { schema: SCHEMA, dropped, damaged, examples: kept })?;
            } else if !global.quiet {
                let said = if removed.index { "removed the index; names stay" } else { "there was no index" };
                let damaged = match removed.damaged {
                    0 => String::new(),
                    1 => "; removed 1 damaged one".to_owned(),
                    n => format!("; removed {n} damaged ones"),
                };
                let kept = kept.map_or_else(String::new, |path| {
                    format!(
                        "; your examples stay in {path}, and the next build counts them (`--examples` removes them)"
                    )
                });
                writeln!(anstream::stdout(), "{}: {said}{damaged}{kept}", model.info().name)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        IndexAction::Examples { texts } => {
            let read = |path: &std::path::PathBuf| {
                let bytes = input::bytes(path, LARGEST_TEXT)
                    .map_err(|e| Failure::input(format!("cannot read {}: {e}", path.display())))?;
                String::from_utf8(bytes)
                    .map_err(|_| Failure::input(format!("{} is not UTF-8: save it as UTF-8", path.display())))
            };
            let texts = texts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let (model, index) = indexing::open(global, &backing)?;
            let mut progress = Progress::new(global.quiet);
            let mut each = |done: usize, all: usize, what: &str| {
                progress.at(&model.info().name, done as u64, all as u64, what);
            };
            let added = index.add_examples(&texts, model.as_ref(), &Cancel::new(), &mut each)?;
            drop(progress);
            if !global.json && !global.quiet {
                writeln!(anstream::stdout(), "{added} new passages")?;
            }
            status(global, &backing, model.as_ref(), index.state())
        }
    }
}

fn status(
    global: &GlobalArgs,
    backing: &Backing,
    model: &dyn LanguageModel,
    state: IndexState,
) -> Result<ExitCode, Failure> {
    let folder = backing.indexes()?.folder_of(model.info());
    let IndexState { indexed, all, building, clustered, passages, counted, bytes } = state;
    if global.json {
        let info = model.info();
        output::sorted_json(&IndexDocument {
            schema: SCHEMA,
            experiment: None,
            problems: Vec::new(),
            model: IndexedModelDocument { name: info.name.clone(), fingerprint: info.fingerprint.clone() },
            folder: folder.display().to_string(),
            indexed,
            all,
            complete: state.is_complete(),
            building,
            clustered,
            passages,
            counted,
            bytes,
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let share = if state.is_complete() { "complete".to_owned() } else { format!("{indexed} of {all} value vectors") };
    let share = if building { format!("{share}, building") } else { share };
    let clusters = if clustered { "clusters" } else { "no clusters yet" };
    let passages = if counted { format!("{passages} passages") } else { format!("{passages} passages so far") };
    let size = format!("{:.1} MB", bytes as f64 / 1e6);
    let text = format!("{}: {share}, {clusters}, {passages}, {size} in {}", model.info().name, folder.display());
    output::page(&[PageLine { kind: LineKind::Plain, text }])?;
    Ok(ExitCode::SUCCESS)
}
