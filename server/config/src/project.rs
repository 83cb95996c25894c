//! Finds the files of a project that belong to a prompt file. It does not read their contents.

use std::path::{Path, PathBuf};

pub const NAMES_FILE: &str = "unembed.names.yaml";

/// The path of the names file for the prompt files of a folder: the nearest existing one from the folder upwards, else
/// the one in the project's root. The project's root is the innermost of `roots` that contains the folder, else the
/// root of its repository, else the folder itself.
pub fn names_file(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    names_file_where(folder, roots, &|file| file.is_file())
}

/// Like `names_file`, with a predicate for the existence of files, so that files that are only open in an editor count.
pub fn names_file_where(folder: &Path, roots: &[PathBuf], exists: &dyn Fn(&Path) -> bool) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let root = project_root(&folder, roots);
    let inside = folder.ancestors().take_while(|f| f.starts_with(&root));
    let nearest = inside.map(|f| f.join(NAMES_FILE)).find(|file| exists(file));
    nearest.unwrap_or_else(|| root.join(NAMES_FILE))
}

/// The root of the project that contains a folder.
pub fn project_root(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    let absolute = |root: &PathBuf| std::path::absolute(root).unwrap_or_else(|_| root.clone());
    let containing = roots.iter().map(absolute).filter(|root| folder.starts_with(root));
    let nearest = containing.max_by_key(|root| root.components().count());
    nearest
        .or_else(|| folder.ancestors().find(|f| f.join(".git").exists()).map(Path::to_owned))
        .unwrap_or_else(|| folder.to_owned())
}

/// The folder of concept indexes: the folder from the settings if it is not empty, else a folder in the user's data
/// folder.
pub fn index_folder(named: &Path) -> Option<PathBuf> {
    match named.strip_prefix("~") {
        Ok(below) => Some(dirs::home_dir()?.join(below)),
        Err(_) if named.as_os_str().is_empty() => Some(crate::data_folder()?.join("index")),
        Err(_) => Some(named.to_owned()),
    }
}

/// Calls `each` for every file of a project, in order, until `each` returns false. Skips hidden folders, build folders,
/// links and unreadable folders. Stops after a fixed number of files, in case the root is a whole disk. Returns true if
/// it visited all files.
pub fn visit(root: &Path, each: &mut dyn FnMut(&Path) -> bool) -> bool {
    /// Folders below this depth are skipped.
    const MAX_DEPTH: usize = 12;
    /// Visiting this many entries takes about a second.
    const MAX_ENTRIES: usize = 100_000;
    fn below(folder: &Path, depth: usize, left: &mut usize, each: &mut dyn FnMut(&Path) -> bool) -> bool {
        let Ok(entries) = std::fs::read_dir(folder) else { return true };
        let mut entries: Vec<_> = entries.flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let (name, path) = (entry.file_name(), entry.path());
            let hidden = name.to_string_lossy().starts_with('.');
            let built = ["node_modules", "target", "__pycache__"].iter().any(|b| name == *b);
            let Ok(kind) = entry.file_type() else { continue };
            let Some(rest) = left.checked_sub(1) else { return false };
            *left = rest;
            let goes_on = match kind {
                kind if kind.is_dir() && !hidden && !built && depth < MAX_DEPTH => below(&path, depth + 1, left, each),
                kind if kind.is_file() => each(&path),
                _ => true,
            };
            if !goes_on {
                return false;
            }
        }
        true
    }
    below(root, 0, &mut MAX_ENTRIES.clone(), each)
}
