//! The document that a command is about.

use std::sync::Arc;

use api::command::Source;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Uri;

use crate::session::Session;
use crate::state::snapshot::Snapshot;

/// The snapshot of an open document, or of a text that is read as if it stood at the URI. Names and relative paths are
/// looked up there; without a URI, in the workspace. The session does not keep the snapshot of a text, which has no version.
pub(crate) fn snapshot(source: Source, session: &Session) -> Result<Arc<Snapshot>> {
    let uri = source.uri.as_deref().map(uri).transpose()?;
    match (uri, source.text) {
        (uri, Some(text)) => Ok(text_snapshot(uri, text)),
        (Some(uri), None) => Ok(session.document(&uri)?.snapshot),
        (None, None) => {
            Err(Error::invalid_params("`uri` or `text` is missing: name an open document, or give its text"))
        }
    }
}

/// Parses the URI of an argument.
pub(crate) fn uri(text: &str) -> Result<Uri> {
    text.parse().map_err(|_| Error::invalid_params(format!("`{text}` is not a URI")))
}

/// The snapshot of a text that came with a command.
pub(crate) fn text_snapshot(uri: Option<Uri>, text: String) -> Arc<Snapshot> {
    Snapshot::detached(uri.unwrap_or_else(unsaved), text)
}

/// The URI of a text without one: a prompt file that is not saved.
#[expect(clippy::expect_used, reason = "a constant")]
pub(crate) fn unsaved() -> Uri {
    "untitled:unembed.prompt".parse().expect("this is a URI")
}
