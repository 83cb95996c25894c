//! The files around an open document: its project's names and the other prompt files, as the editor has them where they are
//! open and as the disk has them elsewhere. Reads the disk: not for handlers.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use ide::Names;
use tower_lsp::ls_types::Uri;

use crate::documents::Snapshot;
use crate::models::folder;
use crate::session::Session;

/// Prompt files that are looked at; a workspace with more is not searched to its end.
const MOST: usize = 1000;
/// Larger files are no prompts that somebody wrote.
const LARGEST: u64 = 16 << 20;

impl Session {
    /// The names that count for a document. One that is no file has none.
    pub(crate) fn names_for(&self, uri: &Uri) -> Names {
        let Some(folder) = folder(uri) else { return Names::default() };
        let roots = self.state().roots.clone();
        let path = config::names_file(&folder, &roots);
        let Some(place) = Uri::from_file_path(&path) else { return Names::default() };
        match self.text_of(&place, &path) {
            Some(text) => Names::new(place.as_str(), text),
            None => Names::new(place.as_str(), ""),
        }
    }

    /// Every prompt file of the workspace, and those that are open elsewhere, in the order of their places.
    pub(crate) fn prompt_files(&self, near: &Uri) -> Vec<Arc<Snapshot>> {
        let (roots, open) = {
            let state = self.state();
            (state.roots.clone(), state.documents.snapshots())
        };
        let mut roots = roots;
        if roots.is_empty() {
            roots.extend(folder(near));
        }
        let mut found: Vec<Arc<Snapshot>> = open.into_iter().filter(|s| is_prompt(Path::new(s.uri.as_str()))).collect();
        let mut seen: Vec<PathBuf> = found.iter().filter_map(|s| Some(s.uri.to_file_path()?.into_owned())).collect();
        for root in &roots {
            config::visit(root, &mut |path| {
                if is_prompt(path)
                    && !seen.iter().any(|s| s == path)
                    && let Some(uri) = Uri::from_file_path(path)
                    && let Some(text) = read(path)
                {
                    seen.push(path.to_owned());
                    found.push(Snapshot::on_disk(uri, text));
                }
                found.len() < MOST
            });
        }
        found.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
        found
    }

    /// A file's text: the editor's where it is open.
    fn text_of(&self, uri: &Uri, path: &Path) -> Option<Arc<str>> {
        let open = self.state().documents.get(uri);
        match open {
            Some(open) => Some(open.snapshot.text.clone()),
            None => read(path).map(Into::into),
        }
    }

    /// A names file as positions in it are counted.
    pub(crate) fn names_snapshot(&self, names: &Names) -> Option<Arc<Snapshot>> {
        let uri = Uri::from_str(names.place()).ok()?;
        let open = self.state().documents.get(&uri);
        Some(open.map_or_else(|| Snapshot::on_disk(uri, names.text().to_string()), |open| open.snapshot))
    }
}

fn is_prompt(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "prompt")
}

/// `None` where there is no such file, or none that somebody wrote as text.
fn read(path: &Path) -> Option<String> {
    let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
    small.then(|| std::fs::read_to_string(path).ok()).flatten()
}
