//! `unembed names`: what a project calls value vectors. A rename gives both names first, then changes the prompt files one
//! by one, then forgets the old name: whenever it is killed, every name still stands for something.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use api::{DoneDocument, NameDocument, NamesDocument, SCHEMA};
use base::{Edit, LineIndex, Target, ValueId};
use ide::Names;
use ide::page::{LineKind, PageLine, Table};
use lm::{LanguageModel, ModelInfo};

use crate::args::{NamesAction, Shared};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::{output, paint, project};

pub(crate) fn run(shared: &Shared, command: &crate::args::Names) -> Result<ExitCode, Failure> {
    let backing = Backing::new(shared)?;
    let model = backing.named(shared)?;
    let path = config::names_file(Path::new("."), &[]);
    let names = project::names(Path::new("."))?;
    match &command.action {
        None => return list(shared, &path, &names, model.as_ref()),
        Some(NamesAction::Set { name, ids }) => {
            let edits = names.with_name(name, ids, model.info()).map_err(Failure::input)?;
            write(&path, names.text(), &edits)?;
            say(shared, &format!("{name}: {} in {}", ids_shown(ids), path.display()))?;
        }
        Some(NamesAction::Remove { name }) => {
            let edits = names.without_name(name, model.info()).map_err(Failure::input)?;
            write(&path, names.text(), &edits)?;
            say(shared, &format!("{name} is forgotten; prompt files that use it say so"))?;
        }
        Some(NamesAction::Rename { from, to }) => rename(shared, &backing, &path, &names, model.as_ref(), (from, to))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn rename(
    shared: &Shared,
    backing: &Backing,
    path: &Path,
    names: &Names,
    model: &dyn LanguageModel,
    (from, to): (&str, &str),
) -> Result<(), Failure> {
    syntax::check_name(to).map_err(Failure::input)?;
    let info = model.info();
    let ids = names.vectors(from, info).map_err(Failure::input)?;
    // A rename that was interrupted goes on: then both names stand for the same.
    let begun = names.vectors(to, info);
    if begun.as_ref().is_ok_and(|there| *there != ids) {
        return Err(Failure::input(format!("{to} is a name already: remove it first, or take another one")));
    }
    // In one go where nothing else has to follow; the comment behind the name goes along.
    let files: Vec<PathBuf> =
        project::prompt_files(Path::new(".")).into_iter().filter(|f| uses(backing, f, info)).collect();
    if begun.is_err() {
        let edits = names.with_name(to, &ids, info).map_err(Failure::input)?;
        write(path, names.text(), &edits)?;
    }
    let mut changed = 0;
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let edits = ide::rename_in(&ide::File::new(text.as_str()), from, to);
        if !edits.is_empty() {
            write(file, &text, &edits)?;
            changed += 1;
        }
    }
    let names = project::names(Path::new("."))?;
    write(path, names.text(), &names.without_name(from, info).map_err(Failure::input)?)?;
    say(shared, &format!("{from} is {to} now; {changed} prompt files were changed"))
}

/// Whether a prompt file is for this model.
fn uses(backing: &Backing, path: &Path, info: &ModelInfo) -> bool {
    let Ok(text) = std::fs::read_to_string(path) else { return false };
    let file = ide::File::new(text);
    let request = lm::ModelRequest {
        reference: file.parsed.model.as_ref().map(|m| m.value.clone()),
        folder: path.parent().map(Path::to_owned),
        roots: vec![PathBuf::from(".")],
        consent: false,
    };
    backing.open(&request).is_ok_and(|model| model.info().fingerprint == info.fingerprint)
}

fn write(path: &Path, text: &str, edits: &[Edit]) -> Result<(), Failure> {
    let new = base::apply(text, edits).ok_or_else(|| Failure::other("an edit did not fit; please report it"))?;
    concepts::replace_file(path, &new).map_err(Failure::other)
}

fn say(shared: &Shared, text: &str) -> Result<(), Failure> {
    if shared.json {
        return output::sorted_json(&DoneDocument { schema: SCHEMA, done: text.to_owned() });
    }
    if !shared.quiet {
        writeln!(anstream::stdout(), "{text}")?;
    }
    Ok(())
}

fn ids_shown(ids: &[ValueId]) -> String {
    ids.iter().map(ValueId::to_string).collect::<Vec<_>>().join(" ")
}

/// What the file says beside the names that are listed.
fn warn_of_unread(names: &Names) {
    let lines = LineIndex::new(names.text());
    for found in ide::names_diagnostics(names) {
        let line = lines.line_of(found.range.start) + 1;
        paint::warning(&format!("{}:{line}: {}", names.place(), found.message));
    }
}

fn list(shared: &Shared, path: &Path, names: &Names, model: &dyn LanguageModel) -> Result<ExitCode, Failure> {
    let all = names.all(model.info());
    if !shared.quiet {
        warn_of_unread(names);
    }
    if shared.json {
        let name = |(name, ids): &(&str, Vec<ValueId>)| NameDocument {
            name: (*name).to_owned(),
            ids: ids.iter().copied().map(Target::from).collect(),
        };
        let (file, names) = (path.display().to_string(), all.iter().map(name).collect());
        output::sorted_json(&NamesDocument { schema: SCHEMA, file, names })?;
        return Ok(ExitCode::SUCCESS);
    }
    if all.is_empty() {
        writeln!(anstream::stdout(), "no names for {} yet: unembed names set NAME ID", model.info().name)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["name", "stands for"], &[]);
    all.iter().for_each(|(name, ids)| table.row(vec![(*name).to_owned(), ids_shown(ids)]));
    let kind = |i: usize| if i == 0 { LineKind::Note } else { LineKind::Plain };
    let lines = table.lines().into_iter().enumerate().map(|(i, text)| PageLine { kind: kind(i), text });
    output::page(&lines.collect::<Vec<_>>())?;
    Ok(ExitCode::SUCCESS)
}
