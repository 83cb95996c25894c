//! Plain structs to the protocol's. Nothing is decided here.

use std::ops::Range;
use std::sync::Arc;

use base::{Edit, Encoding};
use syntax::Severity;
use tower_lsp::ls_types as types;

use crate::state::capabilities::Capabilities;
use crate::state::snapshot::Snapshot;

pub(crate) fn text_edits(snapshot: &Snapshot, edits: &[Edit], encoding: Encoding) -> Vec<types::TextEdit> {
    edits.iter().map(|e| types::TextEdit::new(snapshot.range(&e.range, encoding), e.text.clone())).collect()
}

/// Edits as results of commands have them.
pub(crate) fn text_changes(snapshot: &Snapshot, edits: &[Edit], encoding: Encoding) -> Vec<api::TextChange> {
    let change =
        |e: &Edit| api::TextChange { range: text_range(snapshot, &e.range, encoding), new_text: e.text.clone() };
    edits.iter().map(change).collect()
}

/// A range as documents have it.
pub(crate) fn text_range(snapshot: &Snapshot, bytes: &Range<usize>, encoding: Encoding) -> api::TextRange {
    let position = |at: types::Position| api::TextPosition { line: at.line, character: at.character };
    let range = snapshot.range(bytes, encoding);
    api::TextRange { start: position(range.start), end: position(range.end) }
}

/// Edits of one document, with its version if the client takes one.
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
        range: Some(snapshot.range(&hover.range, encoding)),
    }
}

pub(crate) fn diagnostic(snapshot: &Snapshot, diagnostic: &ide::Diagnostic, encoding: Encoding) -> types::Diagnostic {
    types::Diagnostic {
        range: snapshot.range(&diagnostic.range, encoding),
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

pub(crate) fn location(snapshot: &Snapshot, range: &Range<usize>, encoding: Encoding) -> types::Location {
    types::Location { uri: snapshot.uri.clone(), range: snapshot.range(range, encoding) }
}

pub(crate) fn symbol_information(
    name: String,
    kind: types::SymbolKind,
    location: types::Location,
    container_name: Option<String>,
) -> types::SymbolInformation {
    #[expect(deprecated, reason = "the protocol's struct has the member still")]
    types::SymbolInformation { name, kind, tags: None, deprecated: None, location, container_name }
}

/// Edits of several files, with the versions of those that are open if the client takes versions. `made` is a file that
/// the edit creates.
pub(crate) fn edits_of_files(
    files: &[(Arc<Snapshot>, Vec<Edit>)],
    made: Option<types::Uri>,
    capabilities: Capabilities,
) -> types::WorkspaceEdit {
    let edits = |(snapshot, edits): &(Arc<Snapshot>, Vec<Edit>)| {
        (snapshot.uri.clone(), text_edits(snapshot, edits, capabilities.encoding))
    };
    if !capabilities.versioned_edits {
        return types::WorkspaceEdit {
            changes: Some(files.iter().map(edits).collect()),
            ..types::WorkspaceEdit::default()
        };
    }
    let edit = |file: &(Arc<Snapshot>, Vec<Edit>)| {
        let (uri, edits) = edits(file);
        let text_document = types::OptionalVersionedTextDocumentIdentifier { uri, version: file.0.edited_version() };
        types::TextDocumentEdit { text_document, edits: edits.into_iter().map(types::OneOf::Left).collect() }
    };
    let edits = files.iter().map(edit);
    let changes = match made {
        None => types::DocumentChanges::Edits(edits.collect()),
        Some(uri) => {
            let options = Some(types::CreateFileOptions { overwrite: None, ignore_if_exists: Some(true) });
            let make = types::ResourceOp::Create(types::CreateFile { uri, options, annotation_id: None });
            let edits = edits.map(types::DocumentChangeOperation::Edit);
            types::DocumentChanges::Operations(
                [types::DocumentChangeOperation::Op(make)].into_iter().chain(edits).collect(),
            )
        }
    };
    types::WorkspaceEdit { document_changes: Some(changes), ..types::WorkspaceEdit::default() }
}
