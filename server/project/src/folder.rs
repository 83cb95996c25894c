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

/// Shows each file below a folder to `each`, in the order of the paths, until `each` returns false. Hidden folders, build
/// folders, links and what cannot be read are skipped. Returns false if the walk ended early: `each` stopped it, or there
/// are more than 100,000 entries.
pub fn visit(root: &Path, each: &mut dyn FnMut(&Path) -> bool) -> bool {
    /// Levels of folders.
    const DEEPEST: usize = 12;
    /// About a second's work.
    const MOST_ENTRIES: usize = 100_000;
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
                kind if kind.is_dir() && !hidden && !built && depth < DEEPEST => below(&path, depth + 1, left, each),
                kind if kind.is_file() => each(&path),
                _ => true,
            };
            if !goes_on {
                return false;
            }
        }
        true
    }
    below(root, 0, &mut MOST_ENTRIES.clone(), each)
}
