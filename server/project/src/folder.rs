//! The extent of a project, and a walk over its files.

use std::path::{Path, PathBuf};

use base::files::{DEADLINE, NotDone, stream_within_deadline, within_deadline};

/// The root of the project that a folder is in: the nearest of `roots` that holds the folder, else the root of its
/// repository, else the folder itself.
pub fn root(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    let own = folder.to_owned();
    let repository = || within_deadline(folder, DEADLINE, move || repository(&own)).ok().flatten();
    holding(folder, roots).or_else(repository).unwrap_or_else(|| folder.to_owned())
}

/// The same for work that has a deadline as a whole.
pub(crate) fn root_now(folder: &Path, roots: &[PathBuf]) -> PathBuf {
    holding(folder, roots).or_else(|| repository(folder)).unwrap_or_else(|| folder.to_owned())
}

fn holding(folder: &Path, roots: &[PathBuf]) -> Option<PathBuf> {
    let absolute = |root: &PathBuf| std::path::absolute(root).unwrap_or_else(|_| root.clone());
    let holding = roots.iter().map(absolute).filter(|root| folder.starts_with(root));
    holding.max_by_key(|root| root.components().count())
}

fn repository(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|f| f.join(".git").exists()).map(Path::to_owned)
}

/// How a walk over a folder ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visited {
    All,
    /// `each` returned false.
    Stopped,
    /// There are more files than are looked at, in case the folder is a whole disk.
    TooMany,
    /// The disk did not answer in time.
    Late,
}

/// Calls `find` for every file below a folder, in the order of the paths, and `each` for what it finds, until `each` returns
/// false. `find` may read the file: it runs on a thread of its own, which may hang. Skips hidden folders, build folders,
/// links and unreadable folders.
pub fn visit<T: Send + 'static>(
    root: &Path,
    find: impl FnMut(&Path) -> Option<T> + Send + 'static,
    each: &mut dyn FnMut(T) -> bool,
) -> Visited {
    let folder = root.to_owned();
    let mut visited = Visited::Stopped;
    let walk = move |send: &mut dyn FnMut(Step<T>) -> bool| {
        let mut walk = Walk { find, send, left: MAX_ENTRIES };
        if let Some(ended) = walk.below(&folder, 0) {
            (walk.send)(Step::Ended(ended));
        }
    };
    let walked = stream_within_deadline(root, DEADLINE, walk, &mut |step| match step {
        Step::Folder => true,
        Step::Found(found) => each(found),
        Step::Ended(ended) => {
            visited = ended;
            false
        }
    });
    match walked {
        Ok(()) => visited,
        Err(NotDone::Late | NotDone::NoThread(_)) => Visited::Late,
    }
}

/// Folders below this depth are skipped: deeper than any folder of prompts.
const MAX_DEPTH: usize = 64;
/// Visiting this many entries takes about a second.
const MAX_ENTRIES: usize = 100_000;

enum Step<T> {
    /// A folder was listed: the disk answers.
    Folder,
    Found(T),
    Ended(Visited),
}

struct Walk<'a, F, T> {
    find: F,
    send: &'a mut dyn FnMut(Step<T>) -> bool,
    /// Entries that are still looked at.
    left: usize,
}

impl<T, F: FnMut(&Path) -> Option<T>> Walk<'_, F, T> {
    /// How the walk ended if it goes on, and `None` if no one takes its steps any more.
    fn below(&mut self, folder: &Path, depth: usize) -> Option<Visited> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Some(Visited::All) };
        let mut entries: Vec<_> = entries.flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        if !(self.send)(Step::Folder) {
            return None;
        }
        for entry in entries {
            let (name, path) = (entry.file_name(), entry.path());
            let hidden = name.to_string_lossy().starts_with('.');
            let built = ["node_modules", "target", "__pycache__"].iter().any(|b| name == *b);
            let Ok(kind) = entry.file_type() else { continue };
            let Some(left) = self.left.checked_sub(1) else { return Some(Visited::TooMany) };
            self.left = left;
            if kind.is_dir() && !hidden && !built && depth < MAX_DEPTH {
                match self.below(&path, depth + 1)? {
                    Visited::All => {}
                    ended => return Some(ended),
                }
            } else if kind.is_file()
                && let Some(found) = (self.find)(&path)
                && !(self.send)(Step::Found(found))
            {
                return None;
            }
        }
        Some(Visited::All)
    }
}
