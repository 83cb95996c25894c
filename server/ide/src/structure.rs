//! The structure of a file: the ranges of its parts, so that no editor parses it. Needs no model.

use std::ops::Range;

use base::{RunName, ValueId};
use syntax::{Entry, FileKind, Key};

use crate::{File, Names};

/// The parts of a prompt file or a names file. Ranges are bytes of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    pub kind: StructureKind,
    /// The model as written.
    pub model: Option<String>,
    /// With its `---` lines.
    pub front_matter: Option<Range<usize>>,
    /// The keys at the top of the front matter, in file order.
    pub keys: Vec<Key>,
    pub prompt: Range<usize>,
    /// The baseline, then `intervened` where an entry of `interventions:` is enabled, then the runs of `runs:`.
    pub runs: Vec<RunName>,
    /// The interventions of every run, in file order.
    pub entries: Vec<EntryPlace>,
    /// The names that a names file gives, in file order.
    pub names: Vec<NamePlace>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StructureKind {
    Prompt,
    /// A prompt file of another program.
    Foreign,
    Names,
}

/// Where an intervention stands.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryPlace {
    pub run: RunName,
    /// From 1.
    pub line: usize,
    /// Whole lines without their last line break; in a list in brackets, the entry alone.
    pub range: Range<usize>,
    /// The id or name as written.
    pub target: String,
    pub target_range: Range<usize>,
    /// The value as written.
    pub value: String,
    pub value_range: Range<usize>,
    pub enabled: bool,
    /// The number to step, if the value has one.
    pub number: Option<NumberPlace>,
}

/// The number of a value: the value itself, or the number of `set`, `scale` or `add`.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberPlace {
    pub range: Range<usize>,
    pub value: f32,
    /// As written.
    pub text: String,
}

/// Where a name stands in a names file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePlace {
    pub name: String,
    pub ids: Vec<ValueId>,
    /// The name without its ids.
    pub range: Range<usize>,
}

/// The structure of a prompt file.
pub fn structure(file: &File) -> Structure {
    let parsed = &file.parsed;
    let start = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let intervened = parsed.entries_of(&RunName::intervened()).any(|entry| entry.enabled);
    let own = intervened.then(RunName::intervened);
    let runs = std::iter::once(RunName::baseline()).chain(own).chain(parsed.runs.iter().map(|list| list.name.clone()));
    Structure {
        kind: match parsed.kind {
            FileKind::Ours => StructureKind::Prompt,
            FileKind::Foreign { .. } => StructureKind::Foreign,
        },
        model: parsed.model.as_ref().map(|model| model.value.clone()),
        front_matter: parsed.front.as_ref().map(|_| start..parsed.prompt.start),
        keys: parsed.keys.clone(),
        prompt: parsed.prompt.clone(),
        runs: runs.collect(),
        entries: parsed.interventions.iter().map(|entry| place(file, entry)).collect(),
        names: Vec::new(),
    }
}

/// The structure of a names file.
pub fn names_structure(names: &Names) -> Structure {
    let end = names.text().len();
    let name = |name: &syntax::Name| NamePlace {
        name: name.name.value.clone(),
        ids: crate::names::ids(name),
        range: name.name.range.clone(),
    };
    Structure {
        kind: StructureKind::Names,
        model: None,
        front_matter: None,
        keys: Vec::new(),
        prompt: end..end,
        runs: Vec::new(),
        entries: Vec::new(),
        names: names.file().models.iter().flat_map(|model| model.names.iter().map(name)).collect(),
    }
}

fn place(file: &File, entry: &Entry) -> EntryPlace {
    let in_brackets = file.parsed.interventions.iter().any(|other| other != entry && other.lines == entry.lines);
    let lines = file.written(&entry.lines);
    let whole = entry.lines.start..entry.lines.start + lines.trim_end_matches(['\n', '\r']).len();
    EntryPlace {
        run: entry.run.clone(),
        line: entry.line,
        range: if in_brackets { entry.item.clone() } else { whole },
        target: entry.target.value.to_string(),
        target_range: entry.target.range.clone(),
        value: file.written(&entry.value).to_owned(),
        value_range: entry.value.clone(),
        enabled: entry.enabled,
        number: number(file, &entry.change.range),
    }
}

/// The number of a change: of `4.5`, or of `scale: 2`.
fn number(file: &File, change: &Range<usize>) -> Option<NumberPlace> {
    let written = file.written(change);
    let behind = written.rfind(':').map_or(0, |colon| colon + 1);
    let text = written[behind..].trim();
    let value = text.parse().ok().filter(|value: &f32| value.is_finite())?;
    let start = change.start + behind + written[behind..].len() - written[behind..].trim_start().len();
    Some(NumberPlace { range: start..start + text.len(), value, text: text.to_owned() })
}
