//! The names of value vectors in a project: the text of the names file, its content and its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Edit, ValueId};
use lm::ModelInfo;
use syntax::{NamesFile, Severity, check_name, parse_names};

use crate::{NameError, TargetError};

/// The names file of a prompt file. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Names(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    place: String,
    text: Arc<str>,
    file: NamesFile,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// At least one.
    Vectors(Vec<ValueId>),
    /// A name for another model.
    OtherModel,
    Unknown,
}

impl Names {
    /// The file name. The file is in the project's folder or in a folder above.
    pub const FILE: &'static str = "unembed.names.yaml";

    /// `place` is the path or URI of the file, as the caller writes it.
    pub fn new(place: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let file = parse_names(&text);
        Self(Arc::new(Inner { place: place.into(), text, file }))
    }

    /// The path or URI of the file; empty if there is no file.
    pub fn place(&self) -> &str {
        &self.0.place
    }

    pub fn text(&self) -> &Arc<str> {
        &self.0.text
    }

    pub fn file(&self) -> &NamesFile {
        &self.0.file
    }

    pub(crate) fn meaning(&self, name: &str, info: &ModelInfo) -> Meaning {
        let models = &self.0.file.models;
        match self.0.file.of(&info.fingerprint).and_then(|m| m.find(name)) {
            Some(found) => Meaning::Vectors(ids(found)),
            None if models.iter().any(|m| m.find(name).is_some()) => Meaning::OtherModel,
            None => Meaning::Unknown,
        }
    }

    /// The value vectors of an id or of a name for this model, at least one.
    pub fn vectors(&self, text: &str, info: &ModelInfo) -> Result<Vec<ValueId>, TargetError> {
        crate::resolve::targets(&syntax::TargetRef::from(text), info, self)
    }

    /// The value vector of an id or of a name that is not a group's.
    pub fn vector(&self, text: &str, info: &ModelInfo) -> Result<ValueId, TargetError> {
        let ids = self.vectors(text, info)?;
        match ids[..] {
            [id] => Ok(id),
            _ => Err(TargetError::Group { name: text.to_owned(), ids }),
        }
    }

    /// The first name for this vector alone, not for a group.
    pub fn of(&self, id: ValueId, info: &ModelInfo) -> Option<&str> {
        let names = &self.0.file.of(&info.fingerprint)?.names;
        names.iter().find(|n| ids(n) == [id]).map(|n| n.name.value.as_str())
    }

    /// The line of the first error, from 1.
    pub(crate) fn first_error(&self) -> Option<usize> {
        let mut problems = self.0.file.problems.iter();
        let error = problems.find(|problem| problem.severity == Severity::Error)?;
        Some(self.text()[..error.range.start].matches('\n').count() + 1)
    }

    /// The value vectors that have exactly this name; empty if the name is free.
    pub fn named(&self, name: &str, info: &ModelInfo) -> Vec<ValueId> {
        self.0.file.of(&info.fingerprint).and_then(|m| m.find(name)).map_or_else(Vec::new, ids)
    }

    /// Every name for this model with its value vectors, in file order.
    pub fn all(&self, info: &ModelInfo) -> Vec<(&str, Vec<ValueId>)> {
        let names = self.0.file.of(&info.fingerprint).map_or(&[][..], |m| &m.names);
        names.iter().map(|n| (n.name.value.as_str(), ids(n))).collect()
    }

    /// The edits that give value vectors a name.
    pub fn with_name(&self, name: &str, ids: &[ValueId], info: &ModelInfo) -> Result<Vec<Edit>, NameError> {
        check_name(name)?;
        if ids.is_empty() {
            return Err(NameError::NoVectors { name: name.to_owned() });
        }
        if let Some(error) = ids.iter().find_map(|id| info.check(*id).err()) {
            return Err(NameError::NoSuchVector(error));
        }
        let ids = distinct(ids.iter().copied());
        let edits = syntax::set_name(self.text(), &info.fingerprint, &info.name, name, &ids);
        let mut meant = all(&self.0.file);
        meant.insert((info.fingerprint.clone(), name.to_owned()), ids);
        self.sound(edits, &meant)
    }

    /// The edits that give value vectors a name, beside those that have it.
    pub fn with_more(&self, name: &str, ids: &[ValueId], info: &ModelInfo) -> Result<Vec<Edit>, NameError> {
        self.with_name(name, &[&self.named(name, info), ids].concat(), info)
    }

    /// The edits that remove a name.
    pub fn without_name(&self, name: &str, info: &ModelInfo) -> Result<Vec<Edit>, NameError> {
        let mut meant = all(&self.0.file);
        if meant.remove(&(info.fingerprint.clone(), name.to_owned())).is_none() {
            return Err(NameError::NotOfModel { name: name.to_owned(), model: info.name.clone() });
        }
        self.sound(syntax::remove_name(self.text(), &info.fingerprint, name), &meant)
    }

    /// The edits, if the file then has exactly the names of `meant`.
    pub(crate) fn sound(&self, edits: Vec<Edit>, meant: &All) -> Result<Vec<Edit>, NameError> {
        let after = base::apply(self.text(), &edits).map(|text| all(&parse_names(&text)));
        match after.as_ref() == Some(meant) {
            true => Ok(edits),
            false => Err(NameError::Layout),
        }
    }
}

/// The value vectors of each name, by the model's fingerprint and the name.
pub(crate) type All = BTreeMap<(String, String), Vec<ValueId>>;

pub(crate) fn all(file: &NamesFile) -> All {
    let of = |m: &syntax::ModelNames| {
        let name = |n: &syntax::Name| ((m.fingerprint.value.clone(), n.name.value.clone()), ids(n));
        m.names.iter().map(name).collect::<Vec<_>>()
    };
    file.models.iter().flat_map(of).collect()
}

/// The value vectors of a name, each once: a repeated one would act twice.
pub(crate) fn ids(name: &syntax::Name) -> Vec<ValueId> {
    distinct(name.ids.iter().map(|id| id.value))
}

fn distinct(all: impl Iterator<Item = ValueId>) -> Vec<ValueId> {
    let mut ids: Vec<ValueId> = Vec::new();
    for id in all {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}
