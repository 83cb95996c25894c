//! The prompt files of a folder, from the disk and from an editor that has some of them open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::files::{Reading, read_text};

use crate::names_file::LARGEST;
use crate::rename_error::RenameError;

/// The largest number of prompt files of one folder that are read.
pub const MOST_PROMPTS: usize = 1000;

/// A prompt file, on the disk or in an editor.
pub trait Prompt {
    fn file(&self) -> &ide::File;
}

impl<P: Prompt> Prompt for Arc<P> {
    fn file(&self) -> &ide::File {
        (**self).file()
    }
}

/// A prompt file as it is on the disk.
#[derive(Debug)]
pub struct SavedPrompt {
    pub path: PathBuf,
    pub file: ide::File,
}

impl SavedPrompt {
    /// The same file as it is now; `None` if it cannot be read any more.
    pub fn again(&self) -> Option<Self> {
        saved(&self.path, text(&self.path)?)
    }
}

impl Prompt for SavedPrompt {
    fn file(&self) -> &ide::File {
        &self.file
    }
}

/// Prompt files in the order of their paths.
#[derive(Debug)]
pub struct Prompts<P> {
    pub files: Vec<P>,
    /// One line that says which files were not read, if any.
    pub left_out: Option<String>,
}

/// The prompt files below a folder: the first [`MOST_PROMPTS`] of the disk in the order of their paths, and those that an
/// editor has open, whose text replaces the disk's. `read` takes a path and the text on the disk. Files that are not UTF-8
/// or larger than 16 MiB are skipped. See [`visit`](crate::visit) for the folders that are skipped.
pub fn prompt_files<P>(
    folder: &Path,
    open: Vec<(PathBuf, P)>,
    mut read: impl FnMut(&Path, String) -> Option<P>,
) -> Prompts<P> {
    let mut open: HashMap<PathBuf, P> = open.into_iter().filter(|(path, _)| path.starts_with(folder)).collect();
    let mut found = Vec::new();
    let is_complete = crate::visit(folder, &mut |path| {
        if path.extension().is_none_or(|e| e != "prompt") {
            return true;
        }
        // It stays among the open ones, which are all in the result.
        if found.len() == MOST_PROMPTS && open.contains_key(path) {
            return false;
        }
        let prompt = open.remove(path).or_else(|| read(path, text(path)?));
        let is_full = prompt.is_some() && found.len() == MOST_PROMPTS;
        if !is_full {
            found.extend(prompt.map(|prompt| (path.to_owned(), prompt)));
        }
        !is_full
    });
    let left_out = (!is_complete).then(|| {
        let (folder, most) = (folder.display(), found.len());
        format!("{folder} holds too many files: only its first {most} prompt files were read")
    });
    found.extend(open);
    // In the order of the walk: by the names of folders and files.
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Prompts { files: found.into_iter().map(|(_, prompt)| prompt).collect(), left_out }
}

/// All prompt files below a folder whose text may hold `name`, in the order of their paths; an error if there are too many
/// files to look at all of them. `open` and `read` are as for [`prompt_files`]. Only files that hold the name are kept in
/// memory.
pub fn prompts_with_name<P: Prompt>(
    folder: &Path,
    open: Vec<(PathBuf, P)>,
    name: &str,
    mut read: impl FnMut(&Path, String) -> Option<P>,
) -> Result<Vec<P>, RenameError> {
    let mut open: HashMap<PathBuf, P> = open.into_iter().filter(|(path, _)| path.starts_with(folder)).collect();
    let mut found = Vec::new();
    let is_complete = crate::visit(folder, &mut |path| {
        if path.extension().is_some_and(|e| e == "prompt") {
            let saved = || text(path).filter(|text| may_hold(text, name));
            let prompt = open.remove(path).or_else(|| read(path, saved()?));
            found.extend(prompt.map(|prompt| (path.to_owned(), prompt)));
        }
        true
    });
    if !is_complete {
        return Err(RenameError::too_many_files(folder));
    }
    found.extend(open);
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found.into_iter().map(|(_, prompt)| prompt).collect())
}

/// Whether a name can stand in a text. YAML can write its letters as escapes.
fn may_hold(text: &str, name: &str) -> bool {
    text.contains(name) || text.contains('\\')
}

/// The prompt files below a folder as they are on the disk whose text may hold `name`.
pub fn saved_prompts_with_name(folder: &Path, name: &str) -> Result<Vec<SavedPrompt>, RenameError> {
    prompts_with_name(folder, Vec::new(), name, saved)
}

/// The prompt files below a folder as they are on the disk.
pub fn saved_prompts(folder: &Path) -> Prompts<SavedPrompt> {
    prompt_files(folder, Vec::new(), saved)
}

fn saved(path: &Path, text: String) -> Option<SavedPrompt> {
    Some(SavedPrompt { path: path.to_owned(), file: ide::File::new(text) })
}

/// `None` if there is no such file, or it is too large or not UTF-8.
fn text(path: &Path) -> Option<String> {
    read_text(path, &Reading::of(LARGEST).without_deadline()).ok()
}
