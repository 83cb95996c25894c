//! URIs of files and their paths.

use std::path::PathBuf;

use tower_lsp::ls_types::{Uri, WorkspaceFolder};

/// `None` for a document that is not a file.
pub(crate) fn file_path(uri: &Uri) -> Option<PathBuf> {
    let path = uri.scheme().as_str().eq_ignore_ascii_case("file").then(|| uri.to_file_path())??;
    Some(path.into_owned())
}

/// The folder that a file is in. `None` for a document that is not a file.
pub(crate) fn folder(uri: &Uri) -> Option<PathBuf> {
    file_path(uri)?.parent().map(Into::into)
}

/// The paths of workspace folders that are on this machine.
pub(crate) fn folders(folders: &[WorkspaceFolder]) -> Vec<PathBuf> {
    folders.iter().filter_map(|folder| folder.uri.to_file_path()).map(Into::into).collect()
}
