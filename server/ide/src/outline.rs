//! The outline of a prompt file or a names file.

use std::ops::Range;

use base::{RunName, Target};
use lm::ModelInfo;
use syntax::{FileKind, TargetRef};

use crate::token::shorten;
use crate::{File, Names};

/// An entry of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlined {
    pub name: String,
    /// Shown beside the name.
    pub detail: String,
    pub range: Range<usize>,
    /// The part that a jump selects; inside `range`.
    pub selection: Range<usize>,
    pub inside: Vec<Outlined>,
}

/// The outline of a prompt file: its keys, its interventions, its prompt.
pub fn outline(file: &File, info: Option<&ModelInfo>) -> Vec<Outlined> {
    if file.parsed.kind != FileKind::Ours {
        return Vec::new();
    }
    let text = |range: &Range<usize>| file.text.get(range.clone()).unwrap_or_default().trim().to_owned();
    let interventions = |run: &RunName| {
        let entry = |e: &syntax::Entry| {
            let own = match (&e.target.value, info) {
                (TargetRef::Id(Target::Value(id)), Some(info)) => file.names.of(*id, info).map(str::to_owned),
                _ => None,
            };
            let name = own.map_or_else(|| e.target.value.to_string(), |n| format!("{} {n}", e.target.value));
            let state = if e.enabled { "" } else { " (disabled)" };
            let selection = e.target.range.clone();
            let range = e.lines.start.min(selection.start)..e.lines.end.max(selection.end);
            let detail = format!("{}{state}", text(&e.value).replace(['\n', '\r'], " "));
            Outlined { name: titled(&name), detail, range, selection, inside: Vec::new() }
        };
        file.parsed.entries_of(run).map(entry).collect()
    };
    let outlined = |key: &syntax::Key, inside: Vec<Outlined>| {
        let value = text(&key.value);
        let detail = if value.contains('\n') || !inside.is_empty() { String::new() } else { value };
        let selection = key.name.range.clone();
        let range = key.lines.start.min(selection.start)..key.lines.end.max(selection.end);
        Outlined { name: titled(&key.name.value), detail, range, selection, inside }
    };
    let runs = || file.parsed.runs.iter().map(|list| outlined(&list.key, interventions(&list.name))).collect();
    let key = |key: &syntax::Key| match key.name.value.as_str() {
        "interventions" => outlined(key, interventions(&RunName::intervened())),
        "runs" => outlined(key, runs()),
        _ => outlined(key, Vec::new()),
    };
    let mut all: Vec<Outlined> = file.parsed.keys.iter().map(key).collect();
    let prompt = file.parsed.prompt.clone();
    if !prompt.is_empty() {
        let detail = shorten(&text(&prompt).replace(['\n', '\r'], " "), 40);
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

/// The outline of a names file: its models, and their names.
pub fn names_outline(names: &Names) -> Vec<Outlined> {
    let name = |name: &syntax::Name| {
        let ids: Vec<String> = crate::names::ids(name).iter().map(ToString::to_string).collect();
        let range = name.lines.start.min(name.name.range.start)..name.lines.end.max(name.name.range.end);
        let selection = name.name.range.clone();
        Outlined { name: name.name.value.clone(), detail: ids.join(" "), range, selection, inside: Vec::new() }
    };
    let model = |model: &syntax::ModelNames| {
        let inside: Vec<Outlined> = model.names.iter().map(name).collect();
        let selection = model.fingerprint.range.clone();
        let end = inside.last().map_or(selection.end, |last| last.range.end.max(selection.end));
        let name = titled(&model.fingerprint.value);
        Outlined { name, detail: String::new(), range: selection.start..end, selection, inside }
    };
    names.file().models.iter().map(model).collect()
}

/// The name, or quotes for an empty one: editors refuse a symbol without a name.
fn titled(name: &str) -> String {
    if name.trim().is_empty() { format!("\"{name}\"") } else { name.to_owned() }
}
