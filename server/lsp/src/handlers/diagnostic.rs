//! `textDocument/diagnostic`: all diagnostics of a document, once the model has run.

use std::sync::Arc;

use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport,
};
use tracing::warn;

use crate::session::Session;
use crate::state::snapshot::DocumentKind;

pub(crate) async fn diagnostic(
    session: &Arc<Session>,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult> {
    let document = session.document(&params.text_document.uri)?;
    let answer = async {
        let items = match document.snapshot.kind() {
            DocumentKind::Names => session.found_in_names(&document).await?,
            DocumentKind::Prompt => {
                let (prepared, mut items) = session.found(&document).await?;
                match session.failing(prepared).await {
                    Ok(failing) => items.extend(failing.unwrap_or_default()),
                    Err(error) => warn!("expectations were not checked: {error}"),
                }
                items
            }
        };
        let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: None, items };
        let report = RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report };
        Ok(DocumentDiagnosticReport::Full(report).into())
    };
    document.unless_edited(answer).await
}
