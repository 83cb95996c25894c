//! `unembed names`: the project's names for value vectors. A rename writes the names file with both names, then the prompt
//! files, then the names file with the new name alone: if it is killed, every name still has its vectors.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use api::{DoneDocument, NameDocument, NamesDocument, SCHEMA};
use base::{Edit, Target, ValueId};
use ide::Names;
use ide::page::{LineKind, PageLine, Table};
use lm::LanguageModel;
use project::SavedPrompt;

use crate::args::{GlobalArgs, NamesAction};
use crate::backing::Backing;
use crate::failure::Failure;
use crate::input::warn_of_unread;
use crate::output;

pub(crate) fn run(global: &GlobalArgs, command: &crate::args::Names) -> Result<ExitCode, Failure> {
    let backing = Backing::new(global)?;
    let model = backing.named(global)?;
    let path = project::names_file(Path::new("."), &[]).map_err(Failure::input)?;
    // Others that change the names wait, so that each change is made to what the one before has written.
    let _held = command.action.as_ref().map(|_| project::hold(&path)).transpose().map_err(Failure::other)?;
    let names = project::names(Path::new("."), &[]).map_err(Failure::input)?;
    match &command.action {
        None => return list(global, &path, &names, model.as_ref()),
        Some(NamesAction::Set { name, ids, add }) => {
            let before = names.named(name, model.info());
            let edits = match add {
                true => names.with_more(name, ids, model.info()),
                false => names.with_name(name, ids, model.info()),
            };
            let edits = edits.map_err(Failure::input)?;
            write(&path, names.text(), &edits)?;
            let now = names_after(&names, &edits).named(name, model.info());
            let lost = before.iter().any(|id| !now.contains(id));
            let was = if lost { format!("; before: {}", ids_shown(&before)) } else { String::new() };
            say(global, &format!("{name}: {} in {}{was}", ids_shown(&now), path.display()))?;
        }
        Some(NamesAction::Remove { name }) => {
            let edits = names.without_name(name, model.info()).map_err(Failure::input)?;
            write(&path, names.text(), &edits)?;
            say(global, &format!("removed {name}; prompt files that use it will show errors"))?;
        }
        Some(NamesAction::Rename { from, to }) => rename(global, &backing, &path, &names, model.as_ref(), (from, to))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn rename(
    global: &GlobalArgs,
    backing: &Backing,
    path: &Path,
    names: &Names,
    model: &dyn LanguageModel,
    (from, to): (&str, &str),
) -> Result<(), Failure> {
    let info = model.info();
    // A names file counts for the files below its folder.
    let candidates = || project::saved_prompts_with_name(path.parent().unwrap_or(Path::new(".")), from);
    let has_names = |prompt: &SavedPrompt| {
        prompt.path.parent().is_some_and(|f| project::names_file(f, &[]).is_ok_and(|own| own == *path))
    };
    let plan = project::rename(names, &info.fingerprint, (from, to), candidates, has_names).map_err(Failure::input)?;
    if plan.names.is_empty() {
        return say(global, &format!("{from} keeps its name"));
    }
    let [with_both_names, renamed] = plan.names_texts(names, from, info).map_err(Failure::input)?;
    // Looking up the models of the files may load them, which takes long.
    let meant: Vec<_> = plan.prompts.iter().map(|(prompt, _)| prompt).filter(|p| backing.is_for(p, info)).collect();
    replace(path, &with_both_names)?;
    let mut changed = 0;
    for prompt in meant {
        // The file may have been saved since it was read.
        let Some(now) = prompt.again() else { continue };
        let edits = ide::rename_in(&now.file, from, to);
        write(&now.path, &now.file.text, &edits)?;
        changed += 1;
    }
    replace(path, &renamed)?;
    let files = if changed == 1 { "file" } else { "files" };
    say(global, &format!("renamed {from} to {to} in {changed} prompt {files}"))
}

fn names_after(names: &Names, edits: &[Edit]) -> Names {
    Names::new(names.place(), base::apply(names.text(), edits).unwrap_or_default())
}

fn write(path: &Path, text: &str, edits: &[Edit]) -> Result<(), Failure> {
    let new = base::apply(text, edits).ok_or_else(|| Failure::other("an edit did not fit; please report it"))?;
    replace(path, &new)
}

fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    project::replace_file(path, &[], text).map_err(Failure::other)
}

fn say(global: &GlobalArgs, text: &str) -> Result<(), Failure> {
    if global.json {
        return output::sorted_json(&DoneDocument { schema: SCHEMA, done: text.to_owned() });
    }
    if !global.quiet {
        writeln!(anstream::stdout(), "{text}")?;
    }
    Ok(())
}

fn ids_shown(ids: &[ValueId]) -> String {
    ids.iter().map(ValueId::to_string).collect::<Vec<_>>().join(" ")
}

fn list(global: &GlobalArgs, path: &Path, names: &Names, model: &dyn LanguageModel) -> Result<ExitCode, Failure> {
    let all = names.all(model.info());
    if !global.quiet {
        warn_of_unread(names);
    }
    if global.json {
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
