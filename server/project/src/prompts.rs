//! The prompt files of a folder, from the disk and from an editor that has some of them open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest number of prompt files of one folder that are read.
pub const MOST_PROMPTS: usize = 1000;
/// The largest size of a prompt file, in bytes. A larger file is data, not a prompt.
const LARGEST: u64 = 16 << 20;

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

/// The prompt files below a folder as they are on the disk.
pub fn saved_prompts(folder: &Path) -> Prompts<SavedPrompt> {
    let saved = |path: &Path, text: String| Some(SavedPrompt { path: path.to_owned(), file: ide::File::new(text) });
    prompt_files(folder, Vec::new(), saved)
}

/// `None` if there is no such file, or it is too large or not UTF-8.
fn text(path: &Path) -> Option<String> {
    let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
    small.then(|| std::fs::read_to_string(path).ok()).flatten()
}
