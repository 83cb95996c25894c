//! Names as symbols: their definitions, their uses, and the edits of a rename. Ranges are bytes of the prompt file or of the
//! names file. The caller knows which other files there are.

use std::ops::Range;

use base::{Edit, Target, ValueId};
use syntax::{FileKind, TargetRef, check_name};

use crate::names::{all, ids};
use crate::place::{Place, place};
use crate::{File, NameError, Names};

/// A name or an id at a place of a prompt file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// As written.
    pub text: String,
    pub range: Range<usize>,
}

/// The name or id under byte `offset` of a prompt file.
pub fn symbol(file: &File, offset: usize) -> Option<Symbol> {
    if file.parsed.kind != FileKind::Ours {
        return None;
    }
    let Place::Target(index) = place(file, offset) else { return None };
    let target = &file.parsed.interventions[index].target;
    Some(Symbol { text: target.value.to_string(), range: target.range.clone() })
}

/// The name under byte `offset` of a names file, after its model's fingerprint.
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
        Some(id) => ids(name).contains(&id),
        None => name.name.value == text,
    };
    model.names.iter().filter(meant).map(|n| n.name.range.clone()).collect()
}

/// Every way to write what a name or an id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    names: Vec<String>,
    id: Option<ValueId>,
}

impl Meant {
    /// For a single value vector its id and its names, for a group its name alone.
    pub fn of(names: &Names, text: &str, fingerprint: &str) -> Self {
        let known = names.file().of(fingerprint).map_or(&[][..], |m| &m.names);
        let id: Option<ValueId> = text.parse().ok();
        let alone = |name: &syntax::Name| match ids(name)[..] {
            [one] => Some(one),
            _ => None,
        };
        let id = id.or_else(|| known.iter().find(|n| n.name.value == text).and_then(alone));
        let own = id.is_none_or(|id| id.to_string() != text).then(|| text.to_owned());
        let same = |n: &&syntax::Name| id.is_some() && n.name.value != text && alone(n) == id;
        let others = known.iter().filter(same).map(|n| n.name.value.clone());
        Self { names: own.into_iter().chain(others).collect(), id }
    }

    fn is(&self, target: &TargetRef) -> bool {
        match target {
            TargetRef::Name(name) => self.names.contains(name),
            TargetRef::Id(Target::Value(id)) => self.id == Some(*id),
        }
    }
}

/// Where a prompt file uses the name or the id, disabled lines too.
pub fn references(file: &File, meant: &Meant) -> Vec<Range<usize>> {
    let used = file.parsed.interventions.iter().filter(|e| meant.is(&e.target.value));
    used.map(|e| e.target.range.clone()).collect()
}

/// The edits of a prompt file that rename a name.
pub fn rename_in(file: &File, from: &str, to: &str) -> Vec<Edit> {
    let uses = |e: &&syntax::Entry| matches!(&e.target.value, TargetRef::Name(name) if name == from);
    let edit = |e: &syntax::Entry| Edit { range: e.target.range.clone(), text: syntax::write_name(to) };
    file.parsed.interventions.iter().filter(uses).map(edit).collect()
}

/// Why a name or an id cannot be renamed; `None` if it can.
pub fn not_renamed(names: &Names, fingerprint: &str, text: &str) -> Option<NameError> {
    if text.parse::<ValueId>().is_ok() {
        return Some(NameError::IsId { id: text.to_owned() });
    }
    let known = names.file().of(fingerprint).is_some_and(|m| m.find(text).is_some());
    (!known).then(|| NameError::NotInFile { name: text.to_owned() })
}

/// The edits of the names file that rename a name.
pub fn rename_name(names: &Names, fingerprint: &str, from: &str, to: &str) -> Result<Vec<Edit>, NameError> {
    check_name(to)?;
    if let Some(why) = not_renamed(names, fingerprint, from) {
        return Err(why);
    }
    if from == to {
        return Ok(Vec::new());
    }
    if names.file().of(fingerprint).is_some_and(|m| m.find(to).is_some()) {
        return Err(NameError::InUse { name: to.to_owned() });
    }
    let mut meant = all(names.file());
    let whose = |name: &str| (fingerprint.to_owned(), name.to_owned());
    if let Some(vectors) = meant.remove(&whose(from)) {
        meant.insert(whose(to), vectors);
    }
    names.sound(syntax::rename_name(names.text(), fingerprint, from, to), &meant)
}
