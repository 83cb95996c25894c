//! The project around the command line: its names and its prompt files.

use std::path::{Path, PathBuf};

use ide::Names;

use crate::failure::Failure;

/// Prompt files that are looked at; a project with more is not searched to its end.
const MOST: usize = 256;

/// The names that count for prompt files in a folder.
pub(crate) fn names(folder: &Path) -> Result<Names, Failure> {
    let path = config::names_file(folder, &[]);
    let text = concepts::read_names(&path).map_err(Failure::input)?;
    Ok(Names::new(path.display().to_string(), text))
}

/// The prompt files of the project that a folder is in, in the order of their paths.
pub(crate) fn prompt_files(folder: &Path) -> Vec<PathBuf> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let root = config::project_root(&folder, &[]);
    let mut found = Vec::new();
    config::visit(&root, &mut |path| {
        if path.extension().is_some_and(|e| e == "prompt") {
            found.push(path.to_owned());
        }
        found.len() < MOST
    });
    found.sort();
    found
}
