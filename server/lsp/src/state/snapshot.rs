//! A document as it was at one moment.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use base::{Encoding, LineIndex};
use tower_lsp::ls_types::{self as types, Uri};

use crate::positions;

/// The kind of a document, by its file name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// A prompt file.
    Prompt,
    /// A names file, `unembed.names.yaml`.
    Names,
}

impl DocumentKind {
    pub(crate) fn of(uri: &Uri) -> Self {
        match uri.as_str().rsplit('/').next() == Some(project::NAMES_FILE) {
            true => Self::Names,
            false => Self::Prompt,
        }
    }
}

/// A text with its URI and version. It is parsed once, at the first request that needs it.
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
    fn new(uri: Uri, version: i32, text: Arc<str>, is_open: bool) -> Arc<Self> {
        let (lines, file, names) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Arc::new(Self { uri, version, text, is_open, lines, file, names })
    }

    /// The snapshot of an open document.
    pub(crate) fn open(uri: Uri, version: i32, text: impl Into<Arc<str>>) -> Arc<Self> {
        Self::new(uri, version, text.into(), true)
    }

    /// The snapshot of a file that is not open, or of a command's text.
    pub(crate) fn detached(uri: Uri, text: impl Into<Arc<str>>) -> Arc<Self> {
        Self::new(uri, 0, text.into(), false)
    }

    /// The version for edits; `None` if the document is not open.
    pub(crate) fn edited_version(&self) -> Option<i32> {
        self.is_open.then_some(self.version)
    }

    pub(crate) fn kind(&self) -> DocumentKind {
        DocumentKind::of(&self.uri)
    }

    pub(crate) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The text as a prompt file. The first call parses it: not for handlers.
    pub(crate) fn file(&self) -> &ide::File {
        self.file.get_or_init(|| ide::File::new(self.text.clone()))
    }

    /// The text as a names file. The first call parses it: not for handlers.
    pub(crate) fn names(&self) -> &ide::Names {
        self.names.get_or_init(|| ide::Names::new(self.uri.as_str(), self.text.clone()))
    }

    /// The byte at a position.
    pub(crate) fn offset(&self, position: types::Position, encoding: Encoding) -> usize {
        positions::offset(self.lines(), &self.text, position, encoding)
    }

    /// The bytes of a range.
    pub(crate) fn bytes(&self, range: types::Range, encoding: Encoding) -> Range<usize> {
        positions::bytes(self.lines(), &self.text, range, encoding)
    }

    /// The positions of a range of bytes.
    pub(crate) fn range(&self, bytes: &Range<usize>, encoding: Encoding) -> types::Range {
        positions::range(self.lines(), &self.text, bytes, encoding)
    }
}
