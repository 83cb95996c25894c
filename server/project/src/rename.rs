//! Renaming a name in its names file and in the prompt files that use it: which files change, how, and in which order. An
//! editor applies all edits as one. A caller that writes one file after the other first writes the names file with both
//! names, then the prompt files, then the names file as planned: if it is killed, every name still has its vectors, and
//! the same rename continues from there.

use std::collections::{BTreeMap, BTreeSet};

use base::{Edit, ValueId};
use ide::Names;
use lm::ModelInfo;
use syntax::{NamesFile, parse_names};

use crate::prompts::Prompt;
use crate::rename_error::RenameError;

/// What a rename changes.
#[derive(Debug)]
pub struct Rename<P> {
    /// The edits of the names file. Empty if both names are the same.
    pub names: Vec<Edit>,
    /// The prompt files that use the name, with their edits. The caller checks which of them are for the name's model.
    pub prompts: Vec<(P, Vec<Edit>)>,
}

/// Plans a rename of a model's name. `prompts` finds the prompt files that may use it, and is not called if the rename is
/// refused. `has_names` says whether this names file applies to a prompt file. If both names already stand for the same
/// vectors, it completes an interrupted rename: the old name is removed.
pub fn rename<P: Prompt>(
    names: &Names,
    fingerprint: &str,
    (from, to): (&str, &str),
    prompts: impl FnOnce() -> Result<Vec<P>, RenameError>,
    has_names: impl Fn(&P) -> bool,
) -> Result<Rename<P>, RenameError> {
    let edits = match is_begun(names, fingerprint, from, to) {
        true => without(names, fingerprint, from)?,
        false => ide::rename_name(names, fingerprint, from, to).map_err(|e| RenameError(e.to_string()))?,
    };
    if edits.is_empty() {
        return Ok(Rename { names: edits, prompts: Vec::new() });
    }
    let edited = |prompt: P| {
        let edits = ide::rename_in(prompt.file(), from, to);
        (!edits.is_empty() && has_names(&prompt)).then_some((prompt, edits))
    };
    Ok(Rename { names: edits, prompts: prompts()?.into_iter().filter_map(edited).collect() })
}

impl<P> Rename<P> {
    /// The names file's texts for a caller that writes one file after the other: with both names, to be written before the
    /// prompt files, then with the new name alone, to be written after them. `names` and `from` are those of the plan.
    pub fn names_texts(&self, names: &Names, from: &str, info: &ModelInfo) -> Result<[String; 2], RenameError> {
        let misfit = || RenameError(format!("{}: an edit did not fit; please report it", names.place()));
        let after = base::apply(names.text(), &self.names).ok_or_else(misfit)?;
        let vectors = names.vectors(from, info).map_err(|e| RenameError(e.to_string()))?;
        let renamed = Names::new(names.place(), after.as_str());
        let back = renamed.with_name(from, &vectors, info).map_err(|e| RenameError(e.to_string()))?;
        let both = base::apply(renamed.text(), &back).ok_or_else(misfit)?;
        Ok([both, after])
    }
}

/// Whether both names stand for the same vectors, as after a rename that was interrupted.
fn is_begun(names: &Names, fingerprint: &str, from: &str, to: &str) -> bool {
    let Some(known) = names.file().of(fingerprint).filter(|_| from != to) else { return false };
    let vectors = |name: &str| Some(known.find(name)?.ids.iter().map(|id| id.value).collect::<BTreeSet<_>>());
    vectors(from).is_some_and(|from| vectors(to) == Some(from))
}

/// The edits that remove a name and change nothing else.
fn without(names: &Names, fingerprint: &str, from: &str) -> Result<Vec<Edit>, RenameError> {
    let edits = syntax::remove_name(names.text(), fingerprint, from);
    let mut expected = vectors_of_names(names.file());
    expected.remove(&(fingerprint.to_owned(), from.to_owned()));
    let after = base::apply(names.text(), &edits).map(|text| vectors_of_names(&parse_names(&text)));
    match after == Some(expected) {
        true => Ok(edits),
        false => {
            let place = names.place();
            Err(RenameError(format!("{place}: `{from}` is not on a line of its own: write one name per line")))
        }
    }
}

fn vectors_of_names(file: &NamesFile) -> BTreeMap<(String, String), Vec<ValueId>> {
    let mut all = BTreeMap::new();
    for model in &file.models {
        for name in &model.names {
            let key = (model.fingerprint.value.clone(), name.name.value.clone());
            all.insert(key, name.ids.iter().map(|id| id.value).collect());
        }
    }
    all
}
