//! Names as symbols: where they are defined, where they are used, and what a rename changes. Places are bytes of the prompt
//! file at hand or of the names file; which other files there are is the caller's to know.

use std::ops::Range;

use base::{Edit, ValueId};
use lm::ModelInfo;
use syntax::{FileKind, Target, check_name};

use crate::place::{Place, place};
use crate::{File, Names};

/// A name or an id at a place of a prompt file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// As written.
    pub text: String,
    /// Where it stands.
    pub range: Range<usize>,
}

/// The name or id under byte `offset` of a prompt file.
pub fn symbol(file: &File, offset: usize) -> Option<Symbol> {
    if file.parsed.kind != FileKind::Ours {
        return None;
    }
    let Place::Target(index) = place(file, offset) else { return None };
    let target = &file.parsed.interventions[index].target;
    Some(Symbol { text: file.text.get(target.range.clone())?.to_owned(), range: target.range.clone() })
        .map(|s| Symbol { text: written(&target.value), ..s })
}

/// The name under byte `offset` of a names file, and whose it is.
pub fn name_at(names: &Names, offset: usize) -> Option<(String, Symbol)> {
    let on = |range: &Range<usize>| range.start <= offset && offset <= range.end;
    names.file().models.iter().find_map(|m| {
        let name = m.names.iter().find(|n| on(&n.name.range))?;
        let symbol = Symbol { text: name.name.value.clone(), range: name.name.range.clone() };
        Some((m.fingerprint.value.clone(), symbol))
    })
}

/// Where a name is given in the names file; for an id, the names that stand for it alone or among others.
pub fn definitions(names: &Names, text: &str, fingerprint: &str) -> Vec<Range<usize>> {
    let Some(model) = names.file().of(fingerprint) else { return Vec::new() };
    let id: Option<ValueId> = text.parse().ok();
    let meant = |name: &&syntax::Name| match id {
        Some(id) => name.ids.iter().any(|i| i.value == id),
        None => name.name.value == text,
    };
    model.names.iter().filter(meant).map(|n| n.name.range.clone()).collect()
}

/// Where a prompt file uses a name or an id, disabled lines too. With `same`, an id counts where its name is meant and
/// the other way round: what stands for the same vector.
pub fn references(file: &File, text: &str, same: &[ValueId]) -> Vec<Range<usize>> {
    let meant = |target: &Target| match target {
        Target::Name(name) => name == text,
        Target::Id(id) => id.to_string() == text || same == [*id],
    };
    file.parsed.interventions.iter().filter(|e| meant(&e.target.value)).map(|e| e.target.range.clone()).collect()
}

/// The edits of a prompt file that call a name by another one.
pub fn rename_in(file: &File, from: &str, to: &str) -> Vec<Edit> {
    let uses = |e: &&syntax::Entry| matches!(&e.target.value, Target::Name(name) if name == from);
    let edit = |e: &syntax::Entry| Edit { range: e.target.range.clone(), text: syntax::write_name(to) };
    file.parsed.interventions.iter().filter(uses).map(edit).collect()
}

/// The edits of the names file that call a name by another one, or one line that says why it cannot be.
pub fn rename_name(names: &Names, fingerprint: &str, from: &str, to: &str) -> Result<Vec<Edit>, String> {
    check_name(to)?;
    let known = names.file().of(fingerprint);
    if known.is_none_or(|m| m.find(from).is_none()) {
        return Err(format!("`{from}` is no name in {}: an id cannot be renamed, name it first", Names::FILE));
    }
    if known.is_some_and(|m| m.find(to).is_some()) {
        return Err(format!("`{to}` is a name already: take another one"));
    }
    Ok(syntax::rename_name(names.text(), fingerprint, from, to))
}

/// What a prompt file's outline shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlined {
    /// What it is called.
    pub name: String,
    /// Beside the name.
    pub detail: String,
    /// All of it.
    pub range: Range<usize>,
    /// The part that is selected when it is gone to.
    pub selection: Range<usize>,
    /// What is in it.
    pub inside: Vec<Outlined>,
}

/// The outline of a prompt file: its keys, its interventions, its prompt.
pub fn outline(file: &File, info: Option<&ModelInfo>) -> Vec<Outlined> {
    if file.parsed.kind != FileKind::Ours {
        return Vec::new();
    }
    let text = |range: &Range<usize>| file.text.get(range.clone()).unwrap_or_default().trim().to_owned();
    let interventions = || {
        let entry = |e: &syntax::Entry| {
            let own = match (&e.target.value, info) {
                (Target::Id(id), Some(info)) => file.names.of(*id, info).map(str::to_owned),
                _ => None,
            };
            let name = own.map_or_else(|| written(&e.target.value), |n| format!("{} {n}", written(&e.target.value)));
            let state = if e.enabled { "" } else { " (disabled)" };
            let selection = e.target.range.clone();
            let range = e.lines.start.min(selection.start)..e.lines.end.max(selection.end);
            Outlined { name, detail: format!("{}{state}", text(&e.value)), range, selection, inside: Vec::new() }
        };
        file.parsed.interventions.iter().map(entry).collect()
    };
    let key = |key: &syntax::Key| {
        let inside = if key.name.value == "interventions" { interventions() } else { Vec::new() };
        let value = text(&key.value);
        let detail = if value.contains('\n') || !inside.is_empty() { String::new() } else { value };
        let selection = key.name.range.clone();
        let range = key.lines.start.min(selection.start)..key.lines.end.max(selection.end);
        Outlined { name: key.name.value.clone(), detail, range, selection, inside }
    };
    let mut all: Vec<Outlined> = file.parsed.keys.iter().map(key).collect();
    let prompt = file.parsed.prompt.clone();
    if !prompt.is_empty() {
        let detail = crate::token::shorten(&text(&prompt).replace(['\n', '\r'], " "), 40);
        all.push(Outlined {
            name: "prompt".to_owned(),
            detail,
            selection: prompt.start..prompt.start,
            range: prompt,
            inside: Vec::new(),
        });
    }
    all
}

fn written(target: &Target) -> String {
    match target {
        Target::Id(id) => id.to_string(),
        Target::Name(name) => name.clone(),
    }
}
