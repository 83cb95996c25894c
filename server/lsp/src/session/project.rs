//! The files around an open document: its project's names and the other prompt files, as the editor has them where they are
//! open and as the disk has them elsewhere. Reads the disk: not for handlers.

use std::collections::{HashMap, HashSet};
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ide::Names;
use tower_lsp::ls_types::Uri;
use tracing::warn;

use crate::session::Session;
use crate::session::models::{file_path, folder};
use crate::state::documents::Snapshot;

/// Prompt files that are looked at; a workspace with more is not searched to its end.
const MOST: usize = 1000;
/// Larger files are no prompts that somebody wrote.
const LARGEST: u64 = 16 << 20;
/// Names files that are kept in memory.
const KEPT: usize = 64;
/// A file may change twice within its clock's tick, so that one that has just changed is read again.
const TICK: Duration = Duration::from_secs(2);

/// Names files as they were when they were last read.
#[derive(Default)]
pub(crate) struct NamesFiles(HashMap<PathBuf, Read>);

struct Read {
    len: u64,
    modified: SystemTime,
    at: SystemTime,
    snapshot: Arc<Snapshot>,
}

impl NamesFiles {
    fn get(&self, path: &Path, now: &Metadata) -> Option<Arc<Snapshot>> {
        let read = self.0.get(path)?;
        let same = read.len == now.len() && now.modified().is_ok_and(|m| m == read.modified);
        let settled = read.at.duration_since(read.modified).is_ok_and(|since| since > TICK);
        (same && settled).then(|| read.snapshot.clone())
    }

    fn put(&mut self, path: &Path, before: &Metadata, snapshot: &Arc<Snapshot>) {
        let Ok(modified) = before.modified() else { return };
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        let read = Read { len: before.len(), modified, at: SystemTime::now(), snapshot: snapshot.clone() };
        self.0.insert(path.to_owned(), read);
    }
}

impl Session {
    /// The names that count for a document.
    pub(crate) fn names_for(&self, uri: &Uri) -> Names {
        self.names_file(uri).map_or_else(|_| Names::default(), |file| file.names().clone())
    }

    /// The names file that counts for a document, empty where there is none yet. A document that is no file has that of
    /// the workspace. `Err`: one line that says why there is none.
    pub(crate) fn names_file(&self, uri: &Uri) -> Result<Arc<Snapshot>, String> {
        let (roots, open) = {
            let state = self.state();
            let open = state.documents.snapshots().into_iter().filter(|s| s.is_names());
            (state.roots.clone(), open.filter_map(|s| file_path(&s.uri)).collect::<Vec<_>>())
        };
        let Some(folder) = folder(uri).or_else(|| roots.first().cloned()) else {
            return Err("a file that is not saved has no project that names could be kept in: save it first".to_owned());
        };
        let there = |file: &Path| open.iter().any(|o| o == file) || file.is_file();
        let path = config::names_file_where(&folder, &roots, &there);
        let open = self.state().documents.at(&path);
        open.map_or_else(|| self.names_on_disk(&path), Ok)
    }

    fn names_on_disk(&self, path: &Path) -> Result<Arc<Snapshot>, String> {
        let nowhere = || format!("{} is no place for a file", path.display());
        let uri = Uri::from_file_path(path).ok_or_else(nowhere)?;
        let before = std::fs::metadata(path);
        if let Some(known) = before.as_ref().ok().and_then(|b| self.names_files().get(path, b)) {
            return Ok(known);
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                let why = format!("{} cannot be read: {error}", path.display());
                warn!("{why}");
                return Err(why);
            }
        };
        let snapshot = Snapshot::on_disk(uri, text);
        if let Ok(before) = before {
            self.names_files().put(path, &before, &snapshot);
        }
        Ok(snapshot)
    }

    /// Every prompt file below a folder, and those that are open elsewhere, in the order of their places.
    pub(crate) fn prompt_files(&self, below: &Path) -> Vec<Arc<Snapshot>> {
        let mut found = self.open_prompts();
        let open: HashSet<PathBuf> = found.iter().filter_map(|s| file_path(&s.uri)).collect();
        config::visit(below, &mut |path| {
            if path.extension().is_some_and(|e| e == "prompt")
                && !open.contains(path)
                && let Some(uri) = Uri::from_file_path(path)
                && let Some(text) = read(path)
            {
                found.push(Snapshot::on_disk(uri, text));
            }
            found.len() < MOST
        });
        found.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
        found
    }

    /// The prompt files that are open, in the order of their places.
    pub(crate) fn open_prompts(&self) -> Vec<Arc<Snapshot>> {
        let mut open = self.state().documents.snapshots();
        open.retain(|s| !s.is_names());
        open.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
        open
    }

    /// The folder of the project that a document is in.
    pub(crate) fn project(&self, uri: &Uri) -> Option<PathBuf> {
        let roots = self.state().roots.clone();
        let folder = folder(uri).or_else(|| roots.first().cloned())?;
        Some(config::project_root(&folder, &roots))
    }
}

/// `None` where there is no such file, or none that somebody wrote as text.
fn read(path: &Path) -> Option<String> {
    let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
    small.then(|| std::fs::read_to_string(path).ok()).flatten()
}
