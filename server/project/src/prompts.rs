//! The prompt files of a folder, from the disk and from an editor that has some of them open.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::files::{Reading, read_text};

use crate::folder::{Visited, visit};
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
    let visited = visit(folder, found_prompt(paths(&open), |_| true), &mut |prompt| {
        let FoundPrompt { path, text } = prompt;
        // It stays among the open ones, which are all in the result.
        if found.len() == MOST_PROMPTS && text.is_none() {
            return false;
        }
        let prompt = text.map_or_else(|| open.remove(&path), |text| read(&path, text));
        let is_full = prompt.is_some() && found.len() == MOST_PROMPTS;
        if !is_full {
            found.extend(prompt.map(|prompt| (path, prompt)));
        }
        !is_full
    });
    let (shown, most) = (folder.display(), found.len());
    let left_out = match visited {
        Visited::All => None,
        Visited::Stopped | Visited::TooMany => {
            Some(format!("{shown} holds too many files: only its first {most} prompt files were read"))
        }
        Visited::Late => {
            Some(format!("the disk does not answer: only the first {most} prompt files of {shown} were read"))
        }
    };
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
    let wanted = name.to_owned();
    let visited = visit(folder, found_prompt(paths(&open), move |text| may_hold(text, &wanted)), &mut |prompt| {
        let FoundPrompt { path, text } = prompt;
        let prompt = text.map_or_else(|| open.remove(&path), |text| read(&path, text));
        found.extend(prompt.map(|prompt| (path, prompt)));
        true
    });
    match visited {
        Visited::All => {}
        Visited::Stopped | Visited::TooMany => return Err(RenameError::too_many_files(folder)),
        Visited::Late => return Err(RenameError::late(folder)),
    }
    found.extend(open);
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found.into_iter().map(|(_, prompt)| prompt).collect())
}

/// A prompt file of a walk.
struct FoundPrompt {
    path: PathBuf,
    /// `None` if an editor has it open.
    text: Option<String>,
}

/// What a walk does with a file: reads it if it is a prompt file that no editor has open. Passes over it if it cannot be read
/// or its text is not `wanted`.
fn found_prompt(
    open: HashSet<PathBuf>,
    wanted: impl Fn(&str) -> bool + Send + 'static,
) -> impl FnMut(&Path) -> Option<FoundPrompt> + Send + 'static {
    move |path| {
        path.extension().filter(|e| *e == "prompt")?;
        let own = path.to_owned();
        if open.contains(path) {
            return Some(FoundPrompt { path: own, text: None });
        }
        // The walk as a whole has a deadline.
        let text = read_text(path, &Reading::of(LARGEST).without_deadline()).ok()?;
        wanted(&text).then_some(FoundPrompt { path: own, text: Some(text) })
    }
}

fn paths<P>(open: &HashMap<PathBuf, P>) -> HashSet<PathBuf> {
    open.keys().cloned().collect()
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
    read_text(path, &Reading::of(LARGEST)).ok()
}
