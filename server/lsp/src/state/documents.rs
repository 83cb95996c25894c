//! The open documents of one editor: text, version, and which answers an edit makes stale. They change in the order of
//! the editor's notifications. Nothing here waits or computes.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use base::{Encoding, LineIndex};
use tokio::sync::watch;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::positions;
use crate::state::snapshot::Snapshot;
use crate::uri::file_path;

/// A snapshot, and whether its document was edited since.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) snapshot: Arc<Snapshot>,
    edited: watch::Receiver<bool>,
}

impl Open {
    /// Returns when the document is edited. Closing is not an edit.
    pub(crate) async fn edited(&self) {
        if self.edited.clone().wait_for(|edited| *edited).await.is_err() {
            std::future::pending().await
        }
    }

    /// The answer, unless an edit comes first.
    pub(crate) async fn unless_edited<T>(&self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            answer = answer => answer,
            () = self.edited() => Err(Error::content_modified()),
        }
    }
}

struct Document {
    snapshot: Arc<Snapshot>,
    edited: watch::Sender<bool>,
}

/// Documents by their URI, as the editor writes it.
#[derive(Default)]
pub(crate) struct Documents {
    open: HashMap<Uri, Document>,
    /// Documents that are open in the editor with a text that is not known here.
    lost: HashSet<Uri>,
}

/// The largest number of open documents of one editor: it bounds the daemon's memory.
pub(crate) const MOST_OPEN: usize = 1000;

/// A wrong edit, for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ChangeError {
    /// The edit is lost.
    NotOpen { uri: Uri },
    /// The edit was made nevertheless.
    OldVersion { uri: Uri, before: i32, version: i32 },
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOpen { uri } => {
                write!(f, "{} was edited but is not open; the edit is lost", uri.as_str())
            }
            Self::OldVersion { uri, before, version } => {
                write!(f, "{} went from version {before} to {version}; its text was changed nevertheless", uri.as_str())
            }
        }
    }
}

impl std::error::Error for ChangeError {}

impl Documents {
    /// Whether there is room for one more, or it is open already.
    pub(crate) fn has_room_for(&self, uri: &Uri) -> bool {
        self.open.len() < MOST_OPEN || self.open.contains_key(uri)
    }

    /// Opens a document. Replaces a document that is open already; this counts as an edit.
    pub(crate) fn open(&mut self, uri: Uri, version: i32, text: String) {
        let document =
            Document { snapshot: Snapshot::open(uri.clone(), version, text), edited: watch::Sender::new(false) };
        self.lost.remove(&uri);
        if let Some(before) = self.open.insert(uri, document) {
            before.edited.send_replace(true);
        }
    }

    /// Makes the changes one after the other. A range beyond the text is cut to it, as the protocol says. A version that
    /// is not newer is an error, but the text changes: later positions refer to the text alone.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> std::result::Result<(), ChangeError> {
        // A text that replaces the whole document is known again.
        if self.lost.contains(uri)
            && let Some(whole) = changes.iter().rposition(|change| change.range.is_none())
        {
            self.open(uri.clone(), version.saturating_sub(1), changes[whole].text.clone());
            return self.change(uri, version, &changes[whole + 1..], encoding);
        }
        let Entry::Occupied(mut entry) = self.open.entry(uri.clone()) else {
            return Err(ChangeError::NotOpen { uri: uri.clone() });
        };
        let document = entry.get_mut();
        let before = document.snapshot.version;
        let text = edited(&document.snapshot, changes, encoding);
        document.snapshot = Snapshot::open(uri.clone(), version, text);
        document.edited.send_replace(true);
        document.edited = watch::Sender::new(false);
        if version <= before {
            return Err(ChangeError::OldVersion { uri: uri.clone(), before, version });
        }
        Ok(())
    }

    /// Whether it was open.
    pub(crate) fn close(&mut self, uri: &Uri) -> bool {
        let was_lost = self.lost.remove(uri);
        self.open.remove(uri).is_some() || was_lost
    }

    /// The text of a document is not known any more. Returns whether it was open.
    pub(crate) fn lose(&mut self, uri: &Uri) -> bool {
        let Some(document) = self.open.remove(uri) else { return self.lost.contains(uri) };
        document.edited.send_replace(true);
        self.lost.insert(uri.clone())
    }

    /// A document whose text is not known, if there is one.
    pub(crate) fn any_lost(&self) -> Option<&Uri> {
        self.lost.iter().next()
    }

    pub(crate) fn is_lost(&self, uri: &Uri) -> bool {
        self.lost.contains(uri)
    }

    pub(crate) fn get(&self, uri: &Uri) -> Option<Open> {
        let document = self.open.get(uri)?;
        Some(Open { snapshot: document.snapshot.clone(), edited: document.edited.subscribe() })
    }

    /// The document of a file, in any spelling of its URI.
    pub(crate) fn at(&self, path: &Path) -> Option<Arc<Snapshot>> {
        let snapshots = self.open.values().map(|document| &document.snapshot);
        snapshots.into_iter().find(|s| file_path(&s.uri).is_some_and(|p| p == path)).cloned()
    }

    /// The current snapshots of all documents.
    pub(crate) fn snapshots(&self) -> Vec<Arc<Snapshot>> {
        self.open.values().map(|document| document.snapshot.clone()).collect()
    }

    pub(crate) fn uris(&self) -> Vec<Uri> {
        self.open.keys().cloned().collect()
    }
}

fn edited(snapshot: &Snapshot, changes: &[TextDocumentContentChangeEvent], encoding: Encoding) -> String {
    let mut text = snapshot.text.to_string();
    for (i, change) in changes.iter().enumerate() {
        let Some(range) = change.range else {
            text.clone_from(&change.text);
            continue;
        };
        // Each change is of the text that the one before left behind.
        let own;
        let index = match i {
            0 => snapshot.lines(),
            _ => {
                own = LineIndex::new(&text);
                &own
            }
        };
        text.replace_range(positions::bytes(index, &text, range, encoding), &change.text);
    }
    text
}
