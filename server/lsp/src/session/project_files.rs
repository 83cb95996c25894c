//! The files around a document: its project's names, and the other prompt files. Open files are as the editor has them,
//! others as they are on the disk. Reads the disk: not for handlers.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ide::Names;
use project::{FoundNames, Prompt, Prompts, RenameError};
use tower_lsp::ls_types::Uri;
use tracing::warn;

use crate::session::Session;
use crate::state::snapshot::{DocumentKind, Snapshot};
use crate::uri::{file_path, folder};

/// Why a document has no names file.
#[derive(Debug)]
pub(crate) enum NamesFileError {
    /// The document is not a file, and there is no workspace.
    NoProject,
    NotAFilePath(PathBuf),
    Unreadable(project::NamesFileError),
}

impl fmt::Display for NamesFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProject => {
                f.write_str("a file that is not saved has no project that names could be kept in: save it first")
            }
            Self::NotAFilePath(path) => write!(f, "{} cannot be the path of a file", path.display()),
            Self::Unreadable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NamesFileError {}

impl Prompt for Snapshot {
    fn file(&self) -> &ide::File {
        self.file()
    }
}

impl Session {
    /// The names that apply to a document.
    pub(crate) fn names_for(&self, uri: &Uri) -> Names {
        self.names_file(uri).map_or_else(|_| Names::default(), |file| file.names().clone())
    }

    /// The names file that applies to a document, empty if it does not exist yet. A document that is not a file has the
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
        let found = project::names_file_beside(&folder, &roots, open).map_err(unreadable)?;
        let open = self.state().documents.at(&found.path);
        open.map_or_else(|| self.names_on_disk(&found, &roots), Ok)
    }

    fn names_on_disk(&self, found: &FoundNames, roots: &[PathBuf]) -> Result<Arc<Snapshot>, NamesFileError> {
        let path = &found.path;
        let uri = Uri::from_file_path(path).ok_or_else(|| NamesFileError::NotAFilePath(path.clone()))?;
        let read = self.names_files.read(found, roots, |text| Snapshot::detached(uri, text));
        read.map_err(unreadable)
    }

    /// The prompt files below a folder whose text may hold a name, then the open ones that are not files.
    pub(crate) fn prompt_files_with_name(&self, below: &Path, name: &str) -> Result<Vec<Arc<Snapshot>>, RenameError> {
        let OpenPrompts { files: open, mut unsaved } = self.open_by_path();
        let mut prompts = project::prompts_with_name(below, open, name, saved)?;
        prompts.append(&mut unsaved);
        Ok(prompts)
    }

    /// The prompt files below a folder, then the open ones that are not files.
    pub(crate) fn prompt_files(&self, below: &Path) -> Prompts<Arc<Snapshot>> {
        let OpenPrompts { files: open, mut unsaved } = self.open_by_path();
        let mut prompts = project::prompt_files(below, open, saved);
        prompts.files.append(&mut unsaved);
        if let Some(left_out) = &prompts.left_out {
            warn!("{left_out}");
        }
        prompts
    }

    fn open_by_path(&self) -> OpenPrompts {
        let mut found = OpenPrompts::default();
        for snapshot in self.open_prompts() {
            match file_path(&snapshot.uri) {
                Some(path) => found.files.push((path, snapshot)),
                None => found.unsaved.push(snapshot),
            }
        }
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
        Some(project::root(&folder, &roots))
    }
}

fn unreadable(error: project::NamesFileError) -> NamesFileError {
    warn!("{error}");
    NamesFileError::Unreadable(error)
}

/// The open prompt files with their paths, and the open prompts that are not files.
#[derive(Default)]
struct OpenPrompts {
    files: Vec<(PathBuf, Arc<Snapshot>)>,
    unsaved: Vec<Arc<Snapshot>>,
}

fn saved(path: &Path, text: String) -> Option<Arc<Snapshot>> {
    Some(Snapshot::detached(Uri::from_file_path(path)?, text))
}
