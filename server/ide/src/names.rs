//! What a project calls value vectors, as every feature sees it: a names file's text, what it says, and where it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use base::{Edit, ValueId};
use lm::ModelInfo;
use syntax::{NamesFile, check_name, parse_names};

/// The names file that counts for a prompt file. Clones share it.
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
    /// These value vectors, at least one.
    Vectors(Vec<ValueId>),
    /// Nothing of this model's, but something of another's.
    OtherModel,
    /// Nothing.
    Unknown,
}

impl Names {
    /// A project's names file, found in its folder or one above.
    pub const FILE: &'static str = "unembed.names.yaml";

    /// A names file's text; `place` is where it is, in whatever way the caller names files.
    pub fn new(place: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let file = parse_names(&text);
        Self(Arc::new(Inner { place: place.into(), text, file }))
    }

    /// Where it is; empty where there is none.
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// Its text.
    pub fn text(&self) -> &Arc<str> {
        &self.0.text
    }

    /// What it says.
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

    /// The value vectors that a text names: an id, or a name of this model's.
    pub fn vectors(&self, text: &str, info: &ModelInfo) -> Result<Vec<ValueId>, String> {
        crate::resolve::targets(&syntax::TargetRef::from(text), info, self).map_err(|(_, message)| message)
    }

    /// The first name that stands for this vector alone.
    pub fn of(&self, id: ValueId, info: &ModelInfo) -> Option<&str> {
        let names = &self.0.file.of(&info.fingerprint)?.names;
        names.iter().find(|n| ids(n) == [id]).map(|n| n.name.value.as_str())
    }

    /// Every name of this model's with what it stands for, in file order.
    pub fn all(&self, info: &ModelInfo) -> Vec<(&str, Vec<ValueId>)> {
        let names = self.0.file.of(&info.fingerprint).map_or(&[][..], |m| &m.names);
        names.iter().map(|n| (n.name.value.as_str(), ids(n))).collect()
    }

    /// The text after giving vectors a name; an error is one line that says what to do.
    pub fn with_name(&self, name: &str, ids: &[ValueId], info: &ModelInfo) -> Result<Vec<Edit>, String> {
        check_name(name)?;
        if ids.is_empty() {
            return Err(format!("say what `{name}` is to stand for: a value vector's id, such as L0D7, or several"));
        }
        if let Some(error) = ids.iter().find_map(|id| info.check(*id).err()) {
            return Err(error.to_string());
        }
        let edits = syntax::set_name(self.text(), &info.fingerprint, &info.name, name, ids);
        let mut meant = all(&self.0.file);
        meant.insert((info.fingerprint.clone(), name.to_owned()), distinct(ids.iter().copied()));
        self.sound(edits, &meant)
    }

    /// The text after forgetting a name; an error is one line that says what to do.
    pub fn without_name(&self, name: &str, info: &ModelInfo) -> Result<Vec<Edit>, String> {
        let mut meant = all(&self.0.file);
        if meant.remove(&(info.fingerprint.clone(), name.to_owned())).is_none() {
            return Err(format!("nothing of {}'s is named {name}", info.name));
        }
        self.sound(syntax::remove_name(self.text(), &info.fingerprint, name), &meant)
    }

    /// The edits, if after them the file says what is meant and nothing else.
    pub(crate) fn sound(&self, edits: Vec<Edit>, meant: &All) -> Result<Vec<Edit>, String> {
        let after = base::apply(self.text(), &edits).map(|text| all(&parse_names(&text)));
        match after.as_ref() == Some(meant) {
            true => Ok(edits),
            false => Err(format!("{} is not written a name a line where this one belongs: mend it first", Self::FILE)),
        }
    }
}

/// Every name by whose it is, and what it stands for.
pub(crate) type All = BTreeMap<(String, String), Vec<ValueId>>;

pub(crate) fn all(file: &NamesFile) -> All {
    let of = |m: &syntax::ModelNames| {
        let name = |n: &syntax::Name| ((m.fingerprint.value.clone(), n.name.value.clone()), ids(n));
        m.names.iter().map(name).collect::<Vec<_>>()
    };
    file.models.iter().flat_map(of).collect()
}

/// What a name stands for, each vector once: in a group it would act twice.
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
