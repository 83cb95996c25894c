//! The extent of a project, and a walk over its files.

use std::path::{Path, PathBuf};

/// The root of the project that a folder is in: the nearest of `roots` that holds the folder, else the root of its
/// repository, else the folder itself.
pub fn root(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    let absolute = |root: &PathBuf| std::path::absolute(root).unwrap_or_else(|_| root.clone());
    let holding = roots.iter().map(absolute).filter(|root| folder.starts_with(root));
    let nearest = holding.max_by_key(|root| root.components().count());
    nearest
        .or_else(|| folder.ancestors().find(|f| f.join(".git").exists()).map(Path::to_owned))
        .unwrap_or_else(|| folder.to_owned())
}

/// Calls `each` for every file below a folder, in the order of the paths, until `each` returns false. Skips hidden folders,
/// build folders, links and unreadable folders. Stops after a fixed number of files, in case the root is a whole disk.
/// Returns true if it visited all files.
pub fn visit(root: &Path, each: &mut dyn FnMut(&Path) -> bool) -> bool {
    /// Folders below this depth are skipped: deeper than any folder of prompts.
    const MAX_DEPTH: usize = 64;
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
