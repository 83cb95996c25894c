//! The argument that says which document a command is about.

use std::sync::Arc;

use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::Uri;

use crate::session::Session;
use crate::state::snapshot::Snapshot;

/// `{"uri"}`, `{"text"}` or both.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Members")]
pub(crate) enum DocumentArgument {
    /// A document that is open.
    Open(Uri),
    /// A text, read as if it stood at the URI. Its names and its model's relative path are those of that place; without
    /// one, those of the workspace.
    Text { uri: Option<Uri>, text: String },
}

#[derive(Deserialize)]
struct Members {
    uri: Option<Uri>,
    text: Option<String>,
}

impl TryFrom<Members> for DocumentArgument {
    type Error = &'static str;

    fn try_from(members: Members) -> std::result::Result<Self, Self::Error> {
        match members {
            Members { uri, text: Some(text) } => Ok(Self::Text { uri, text }),
            Members { uri: Some(uri), text: None } => Ok(Self::Open(uri)),
            Members { uri: None, text: None } => Err("neither uri nor text"),
        }
    }
}

impl DocumentArgument {
    /// A text's snapshot is not kept: it is not among the session's documents, and has no version.
    pub(crate) fn snapshot(self, session: &Session) -> Result<Arc<Snapshot>> {
        match self {
            Self::Open(uri) => Ok(session.document(&uri)?.snapshot),
            Self::Text { uri, text } => Ok(text_snapshot(uri, text)),
        }
    }
}

/// Of a text that came with a command.
pub(crate) fn text_snapshot(uri: Option<Uri>, text: String) -> Arc<Snapshot> {
    Snapshot::detached(uri.unwrap_or_else(unsaved), text)
}

/// The URI of a text without one: a prompt file that is not saved.
#[expect(clippy::expect_used, reason = "a constant")]
pub(crate) fn unsaved() -> Uri {
    "untitled:unembed.prompt".parse().expect("this is a URI")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_uri_or_a_text_or_both() {
        let read = |value: Value| DocumentArgument::deserialize(value).ok();
        let uri: Uri = "file:///a.prompt".parse().expect("a uri");
        let text = |uri| Some(DocumentArgument::Text { uri, text: "x".to_owned() });
        assert_eq!(read(json!({"uri": uri, "more": 1})), Some(DocumentArgument::Open(uri.clone())));
        assert_eq!(read(json!({"text": "x", "uri": null})), text(None));
        assert_eq!(read(json!({"text": "x", "uri": uri})), text(Some(uri)));
        assert_eq!(read(json!({})), None);
        assert_eq!(read(json!({"uri": 3})), None);
    }
}
