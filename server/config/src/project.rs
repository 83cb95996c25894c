//! Which files of a project belong to a prompt file. Nothing of what they say is known here.

use std::path::{Path, PathBuf};

/// The names file's name.
pub const NAMES_FILE: &str = "unembed.names.yaml";

/// Where the names file of a folder's prompt files is, or would be: the nearest one from the folder upwards, else in the
/// project's root. A project ends at one of `roots` that holds the folder or, where none does, at a repository's root; a
/// folder in neither is a project of its own.
pub fn names_file(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    names_file_where(folder, roots, &|file| file.is_file())
}

/// The same for whoever knows of more files than the disk does: `there` says which ones there are.
pub fn names_file_where(folder: &Path, roots: &[PathBuf], there: &dyn Fn(&Path) -> bool) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let root = project_root(&folder, roots);
    let inside = folder.ancestors().take_while(|f| f.starts_with(&root));
    let nearest = inside.map(|f| f.join(NAMES_FILE)).find(|file| there(file));
    nearest.unwrap_or_else(|| root.join(NAMES_FILE))
}

/// The root of the project that a folder is in.
pub fn project_root(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    let absolute = |root: &PathBuf| std::path::absolute(root).unwrap_or_else(|_| root.clone());
    let holding = roots.iter().map(absolute).filter(|root| folder.starts_with(root));
    let nearest = holding.max_by_key(|root| root.components().count());
    nearest
        .or_else(|| folder.ancestors().find(|f| f.join(".git").exists()).map(Path::to_owned))
        .unwrap_or_else(|| folder.to_owned())
}

/// Where concept indexes are kept: the folder that the settings name, else the platform's for such data.
pub fn index_folder(named: &Path) -> Option<PathBuf> {
    match named.strip_prefix("~") {
        Ok(below) => Some(dirs::home_dir()?.join(below)),
        Err(_) if named.as_os_str().is_empty() => Some(crate::data_folder()?.join("index")),
        Err(_) => Some(named.to_owned()),
    }
}

/// Shows every file of a project to `each`, which says whether to go on. Hidden folders, what programs build and links
/// are passed over, and so is what cannot be read. A project with more files than anybody keeps beside prompts, such as a
/// whole disk, is not shown to its end. Whether it went on to the end.
pub fn visit(root: &Path, each: &mut dyn FnMut(&Path) -> bool) -> bool {
    /// Deeper than anybody sorts prompts.
    const DEEPEST: usize = 12;
    /// About a second's work.
    const MOST: usize = 100_000;
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
    below(root, 0, &mut MOST.clone(), each)
}
