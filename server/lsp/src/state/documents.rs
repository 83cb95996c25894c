//! The open documents of one editor: their text, their version and who waits for an answer about them. Pure state: it
//! changes in the order in which the editor said so, and nothing here waits or computes more than an edit takes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use base::{Encoding, LineIndex};
use tokio::sync::watch;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{TextDocumentContentChangeEvent, Uri};

use crate::convert;
use crate::session::models::file_path;

/// A document as it was at one moment. What is made of its text is made once, by whoever needs it first.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) uri: Uri,
    pub(crate) version: i32,
    pub(crate) text: Arc<str>,
    is_open: bool,
    lines: OnceLock<LineIndex>,
    file: OnceLock<ide::File>,
    names: OnceLock<ide::Names>,
}

impl Snapshot {
    fn new(uri: Uri, version: i32, text: impl Into<Arc<str>>, is_open: bool) -> Arc<Self> {
        let text = text.into();
        let (lines, file, names) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Arc::new(Self { uri, version, text, is_open, lines, file, names })
    }

    /// A file that is not open.
    pub(crate) fn on_disk(uri: Uri, text: String) -> Arc<Self> {
        Self::new(uri, 0, text, false)
    }

    /// The version that an edit of it is for; a file that is not open has none.
    pub(crate) fn edited_version(&self) -> Option<i32> {
        self.is_open.then_some(self.version)
    }

    /// Where its lines start.
    pub(crate) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// What it says. Parses at the first call: not for handlers.
    pub(crate) fn file(&self) -> &ide::File {
        self.file.get_or_init(|| ide::File::new(self.text.clone()))
    }

    /// Whether it is a names file and no prompt file.
    pub(crate) fn is_names(&self) -> bool {
        is_names(&self.uri)
    }

    /// What it says as a names file. Parses at the first call: not for handlers.
    pub(crate) fn names(&self) -> &ide::Names {
        self.names.get_or_init(|| ide::Names::new(self.uri.as_str(), self.text.clone()))
    }
}

/// Whether this is what names files are called.
pub(crate) fn is_names(uri: &Uri) -> bool {
    uri.as_str().rsplit('/').next() == Some(config::NAMES_FILE)
}

/// A snapshot, and whether its document was edited since.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) snapshot: Arc<Snapshot>,
    edited: watch::Receiver<bool>,
}

impl Open {
    /// Returns once the document is edited; closing it is no edit.
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
pub(crate) struct Documents(HashMap<Uri, Document>);

/// More than these nobody has open, and a process that many share must not fill up.
pub(crate) const MOST_OPEN: usize = 1000;

impl Documents {
    /// Whether there is room for one more, or it is open already.
    pub(crate) fn has_room_for(&self, uri: &Uri) -> bool {
        self.0.len() < MOST_OPEN || self.0.contains_key(uri)
    }

    /// Opens a document. One that was open already is replaced, which is an edit like any other.
    pub(crate) fn open(&mut self, uri: Uri, version: i32, text: String) {
        let document =
            Document { snapshot: Snapshot::new(uri.clone(), version, text, true), edited: watch::Sender::new(false) };
        if let Some(before) = self.0.insert(uri, document) {
            before.edited.send_replace(true);
        }
    }

    /// Changes a document, step by step. A range beyond the text is cut to it, as the protocol has it; `Err` says what
    /// was odd, for the log. Of text and version the text is what counts: it is all that later positions refer to.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> std::result::Result<(), String> {
        let Entry::Occupied(mut entry) = self.0.entry(uri.clone()) else {
            return Err(format!("{} was edited but is not open; the edit is lost", uri.as_str()));
        };
        let document = entry.get_mut();
        let before = document.snapshot.version;
        let text = edited(&document.snapshot, changes, encoding);
        document.snapshot = Snapshot::new(uri.clone(), version, text, true);
        document.edited.send_replace(true);
        document.edited = watch::Sender::new(false);
        if version <= before {
            return Err(format!(
                "{} went from version {before} to {version}; its text was changed all the same",
                uri.as_str()
            ));
        }
        Ok(())
    }

    /// Whether it was open.
    pub(crate) fn close(&mut self, uri: &Uri) -> bool {
        self.0.remove(uri).is_some()
    }

    pub(crate) fn get(&self, uri: &Uri) -> Option<Open> {
        let document = self.0.get(uri)?;
        Some(Open { snapshot: document.snapshot.clone(), edited: document.edited.subscribe() })
    }

    /// The document of a file, however the editor writes its URI.
    pub(crate) fn at(&self, path: &Path) -> Option<Arc<Snapshot>> {
        let snapshots = self.0.values().map(|document| &document.snapshot);
        snapshots.into_iter().find(|s| file_path(&s.uri).is_some_and(|p| p == path)).cloned()
    }

    /// Every document as it is now.
    pub(crate) fn snapshots(&self) -> Vec<Arc<Snapshot>> {
        self.0.values().map(|document| document.snapshot.clone()).collect()
    }

    pub(crate) fn uris(&self) -> Vec<Uri> {
        self.0.keys().cloned().collect()
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
        text.replace_range(convert::bytes(index, &text, range, encoding), &change.text);
    }
    text
}
