//! Bytes to positions and back, and plain structs to the protocol's. Nothing is decided here.

use std::ops::Range;

use base::{Edit, Encoding, LineIndex};
use syntax::Severity;
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::ls_types as types;

use crate::state::documents::Snapshot;

/// The bytes of a range; one that is the wrong way round is turned.
pub(crate) fn bytes(index: &LineIndex, text: &str, range: types::Range, encoding: Encoding) -> Range<usize> {
    let (a, b) = (offset(index, text, range.start, encoding), offset(index, text, range.end, encoding));
    a.min(b)..a.max(b)
}

/// The byte at a position.
pub(crate) fn offset(index: &LineIndex, text: &str, position: types::Position, encoding: Encoding) -> usize {
    index.offset(text, base::Position { line: position.line, column: position.character }, encoding)
}

/// The positions of a range of bytes.
pub(crate) fn range(snapshot: &Snapshot, bytes: &Range<usize>, encoding: Encoding) -> types::Range {
    let position = |offset| {
        let at = snapshot.lines().position(&snapshot.text, offset, encoding);
        types::Position::new(at.line, at.column)
    };
    types::Range::new(position(bytes.start), position(bytes.end))
}

pub(crate) fn text_edits(snapshot: &Snapshot, edits: &[Edit], encoding: Encoding) -> Vec<types::TextEdit> {
    edits.iter().map(|e| types::TextEdit::new(range(snapshot, &e.range, encoding), e.text.clone())).collect()
}

/// Edits of one document: with its version where the client takes one.
pub(crate) fn workspace_edit(
    snapshot: &Snapshot,
    edits: &[Edit],
    encoding: Encoding,
    versioned: bool,
) -> types::WorkspaceEdit {
    let edits = text_edits(snapshot, edits, encoding);
    let uri = snapshot.uri.clone();
    if !versioned {
        return types::WorkspaceEdit { changes: Some([(uri, edits)].into()), ..Default::default() };
    }
    let document = types::OptionalVersionedTextDocumentIdentifier { uri, version: Some(snapshot.version) };
    let edits = edits.into_iter().map(types::OneOf::Left).collect();
    let edit = types::TextDocumentEdit { text_document: document, edits };
    types::WorkspaceEdit { document_changes: Some(types::DocumentChanges::Edits(vec![edit])), ..Default::default() }
}

pub(crate) fn hover(snapshot: &Snapshot, hover: ide::Hover, encoding: Encoding, plain: bool) -> types::Hover {
    let (kind, value) = match plain {
        true => (types::MarkupKind::PlainText, hover.plain),
        false => (types::MarkupKind::Markdown, hover.markdown),
    };
    types::Hover {
        contents: types::HoverContents::Markup(types::MarkupContent { kind, value }),
        range: Some(range(snapshot, &hover.range, encoding)),
    }
}

pub(crate) fn diagnostic(snapshot: &Snapshot, diagnostic: &ide::Diagnostic, encoding: Encoding) -> types::Diagnostic {
    types::Diagnostic {
        range: range(snapshot, &diagnostic.range, encoding),
        severity: Some(match diagnostic.severity {
            Severity::Error => types::DiagnosticSeverity::ERROR,
            Severity::Warning => types::DiagnosticSeverity::WARNING,
            Severity::Information => types::DiagnosticSeverity::INFORMATION,
            Severity::Hint => types::DiagnosticSeverity::HINT,
        }),
        code: Some(types::NumberOrString::String(diagnostic.code.to_owned())),
        source: Some("unembed".to_owned()),
        message: diagnostic.message.clone(),
        ..Default::default()
    }
}

/// A request that was understood and could not be done; editors show the message.
pub(crate) fn failed(message: impl Into<String>) -> Error {
    Error {
        code: ErrorCode::ServerError(types::error_codes::REQUEST_FAILED),
        message: message.into().into(),
        data: None,
    }
}

pub(crate) fn model_error(error: &lm::Error) -> Error {
    match error {
        lm::Error::Cancelled => Error::request_cancelled(),
        lm::Error::Input(_) | lm::Error::Model(_) => failed(error.to_string()),
    }
}
