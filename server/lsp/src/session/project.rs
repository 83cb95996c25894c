//! The files around a document: its project's names, and the other prompt files. Open files are as the editor has them,
//! others as they are on the disk. Reads the disk: not for handlers.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ide::Names;
use tower_lsp::ls_types::Uri;
use tracing::warn;

use crate::session::Session;
use crate::state::names_files::NamesFileError;
use crate::state::snapshot::{DocumentKind, Snapshot};
use crate::uri::{file_path, folder};

/// Prompt files that are looked at in a workspace.
const MOST: usize = 1000;
/// Larger files are taken for data, not prompts. Bytes.
const LARGEST: u64 = 16 << 20;

impl Session {
    /// The names that count for a document.
    pub(crate) fn names_for(&self, uri: &Uri) -> Names {
        self.names_file(uri).map_or_else(|_| Names::default(), |file| file.names().clone())
    }

    /// The names file that counts for a document, empty if it does not exist yet. A document that is not a file has the
    /// workspace's.
    pub(crate) fn names_file(&self, uri: &Uri) -> Result<Arc<Snapshot>, NamesFileError> {
        let (roots, open) = {
            let state = self.state();
            let open = state.documents.snapshots().into_iter().filter(|s| s.kind() == DocumentKind::Names);
            (state.roots.clone(), open.filter_map(|s| file_path(&s.uri)).collect::<Vec<_>>())
        };
        let Some(folder) = folder(uri).or_else(|| roots.first().cloned()) else {
            return Err(NamesFileError::NoProject);
        };
        let there = |file: &Path| open.iter().any(|o| o == file) || file.is_file();
        let path = config::names_file_where(&folder, &roots, &there);
        let open = self.state().documents.at(&path);
        open.map_or_else(|| self.names_on_disk(&path), Ok)
    }

    fn names_on_disk(&self, path: &Path) -> Result<Arc<Snapshot>, NamesFileError> {
        let uri = Uri::from_file_path(path).ok_or_else(|| NamesFileError::NotAFilePath(path.to_owned()))?;
        let before = std::fs::metadata(path);
        if let Some(known) = before.as_ref().ok().and_then(|b| self.names_files().get(path, b)) {
            return Ok(known);
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => {
                let why = NamesFileError::Unreadable { path: path.to_owned(), error };
                warn!("{why}");
                return Err(why);
            }
        };
        let snapshot = Snapshot::detached(uri, text);
        if let Ok(before) = before {
            self.names_files().put(path, &before, &snapshot);
        }
        Ok(snapshot)
    }

    /// Every prompt file below a folder, and those that are open elsewhere, sorted by URI.
    pub(crate) fn prompt_files(&self, below: &Path) -> Vec<Arc<Snapshot>> {
        let mut found = self.open_prompts();
        let open: HashSet<PathBuf> = found.iter().filter_map(|s| file_path(&s.uri)).collect();
        config::visit(below, &mut |path| {
            if path.extension().is_some_and(|e| e == "prompt")
                && !open.contains(path)
                && let Some(uri) = Uri::from_file_path(path)
                && let Some(text) = read(path)
            {
                found.push(Snapshot::detached(uri, text));
            }
            found.len() < MOST
        });
        found.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
        found
    }

    /// The prompt files that are open, sorted by URI.
    pub(crate) fn open_prompts(&self) -> Vec<Arc<Snapshot>> {
        let mut open = self.state().documents.snapshots();
        open.retain(|s| s.kind() == DocumentKind::Prompt);
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

/// `None` if there is no such file, or it is too large or not UTF-8.
fn read(path: &Path) -> Option<String> {
    let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
    small.then(|| std::fs::read_to_string(path).ok()).flatten()
}
