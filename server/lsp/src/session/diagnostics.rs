//! Diagnostics: pushed after every change of a document or its model, or given to clients that ask for them
//! (`textDocument/diagnostic`). What text and model say comes at once, failing expectations when the model has run.

use std::collections::HashMap;
use std::sync::Arc;

use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, PublishDiagnosticsParams, RelatedFullDocumentDiagnosticReport, Uri,
};
use tracing::warn;

use crate::convert;
use crate::session::Session;
use crate::session::models::{Model, Prepared};
use crate::state::documents::{Open, Snapshot, is_names};
use crate::state::outbox::Note;

/// Documents that are being diagnosed, and whether they must be again. One round a document runs at a time, however
/// fast somebody types.
#[derive(Default)]
pub(crate) struct Diagnosing {
    rounds: HashMap<Uri, bool>,
    /// The client is told to ask again, and whether it must be once more.
    refreshing: Option<bool>,
}

impl Session {
    /// A document or its model changed.
    pub(crate) fn diagnose(self: &Arc<Self>, uri: Uri) {
        let mut state = self.state();
        if state.abilities.pulls_diagnostics {
            return;
        }
        if let Some(again) = state.diagnosing.rounds.get_mut(&uri) {
            *again = true;
            return;
        }
        state.diagnosing.rounds.insert(uri.clone(), false);
        drop(state);
        let session = self.clone();
        self.spawn(async move { session.rounds(uri).await });
    }

    /// What is known of models changed: of every document there may be other things to say.
    pub(crate) fn models_changed(self: &Arc<Self>) {
        let uris = self.state().documents.uris();
        self.diagnose_again(uris);
        self.views_changed();
    }

    /// A names file was opened, edited, saved or closed, or changed on the disk: of the prompts that use names there may
    /// be other things to say.
    pub(crate) fn names_changed(self: &Arc<Self>, uri: &Uri) {
        if !is_names(uri) {
            return;
        }
        let session = self.clone();
        self.spawn(async move {
            let own = session.clone();
            let users = session.blocking(move || {
                let uses = |s: &Arc<Snapshot>| {
                    let targets = s.file().parsed.interventions.iter().filter(|e| e.enabled).map(|e| &e.target.value);
                    targets.into_iter().any(|target| matches!(target, syntax::Target::Name(_)))
                };
                own.open_prompts().into_iter().filter(uses).map(|s| s.uri.clone()).collect::<Vec<_>>()
            });
            match users.await {
                Ok(users) if users.is_empty() => {}
                Ok(users) => session.diagnose_again(users),
                Err(error) => warn!("no new diagnostics after a change of names: {error}"),
            }
        });
    }

    fn diagnose_again(self: &Arc<Self>, uris: Vec<Uri>) {
        for uri in uris {
            self.diagnose(uri);
        }
        let mut state = self.state();
        if !state.abilities.pulls_diagnostics {
            return;
        }
        // While the client is told, what is new is told once more, not as often as somebody types.
        if let Some(again) = &mut state.diagnosing.refreshing {
            *again = true;
            return;
        }
        state.diagnosing.refreshing = Some(false);
        drop(state);
        let session = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = session.client.workspace_diagnostic_refresh().await {
                    warn!("the client does not ask for diagnostics again: {error}");
                }
                let mut state = session.state();
                match &mut state.diagnosing.refreshing {
                    Some(again) if *again => *again = false,
                    refreshing => {
                        *refreshing = None;
                        return;
                    }
                }
            }
        });
    }

    async fn rounds(self: &Arc<Self>, uri: Uri) {
        loop {
            let document = self.state().documents.get(&uri);
            if let Some(document) = document
                && let Err(error) = self.round(&document).await
            {
                warn!("no diagnostics for {}: {error}", uri.as_str());
            }
            let mut state = self.state();
            match state.diagnosing.rounds.get_mut(&uri) {
                Some(again) if *again => *again = false,
                _ => {
                    state.diagnosing.rounds.remove(&uri);
                    return;
                }
            }
        }
    }

    async fn round(self: &Arc<Self>, document: &Open) -> Result<()> {
        if document.snapshot.is_names() {
            let found = self.found_in_names(document).await?;
            self.publish(&document.snapshot, &found);
            return Ok(());
        }
        let (prepared, mut found) = self.found(document).await?;
        self.publish(&prepared.snapshot, &found);
        let failing = tokio::select! {
            failing = self.failing(prepared) => failing?,
            // Of the text as it was nothing is to be said any more.
            () = document.edited() => None,
        };
        if let Some(failing) = failing {
            found.extend(failing);
            self.publish(&document.snapshot, &found);
        }
        Ok(())
    }

    /// What text and model say.
    async fn found(self: &Arc<Self>, document: &Open) -> Result<(Prepared, Vec<Diagnostic>)> {
        let prepared = self.prepare(&document.snapshot).await?;
        self.note_missing(&prepared);
        let encoding = self.state().abilities.encoding;
        let work = self.blocking(move || {
            let found = ide::diagnostics(prepared.file(), &prepared.state());
            let found = found.iter().map(|d| convert::diagnostic(&prepared.snapshot, d, encoding)).collect();
            (prepared, found)
        });
        work.await
    }

    /// What is wrong with a names file.
    async fn found_in_names(&self, document: &Open) -> Result<Vec<Diagnostic>> {
        let (snapshot, encoding) = (document.snapshot.clone(), self.state().abilities.encoding);
        let found = move || {
            let found = ide::names_diagnostics(snapshot.names());
            found.iter().map(|d| convert::diagnostic(&snapshot, d, encoding)).collect()
        };
        self.blocking(found).await
    }

    /// The expectations that fail; `None` where there are none to check, or no model.
    async fn failing(&self, prepared: Prepared) -> Result<Option<Vec<Diagnostic>>> {
        let Model::Ready(model) = prepared.model.clone() else { return Ok(None) };
        if prepared.file().parsed.expect.is_empty() {
            return Ok(None);
        }
        let encoding = self.state().abilities.encoding;
        let work = self.run(prepared, Priority::Diagnostics, move |prepared, control| {
            let failing = ide::expectations(prepared.file(), &*model, control)?;
            Ok(failing.iter().map(|d| convert::diagnostic(&prepared.snapshot, d, encoding)).collect())
        });
        work.await.map(Some)
    }

    /// Whether the model can be had counts for the status as long as this is what the document says.
    fn note_missing(self: &Arc<Self>, prepared: &Prepared) {
        let uri = &prepared.snapshot.uri;
        {
            let mut state = self.state();
            match &prepared.model {
                Model::Missing(error) if is_current(&state.documents, &prepared.snapshot) => {
                    state.missing.insert(uri.clone(), error.clone());
                }
                _ => {
                    state.missing.remove(uri);
                }
            }
        }
        self.status_changed();
    }

    /// Only what is said of the current text is published.
    fn publish(&self, snapshot: &Snapshot, found: &[Diagnostic]) {
        let state = self.state();
        if is_current(&state.documents, snapshot) {
            self.outbox.put(Note::Diagnostics(PublishDiagnosticsParams {
                uri: snapshot.uri.clone(),
                diagnostics: found.to_vec(),
                version: Some(snapshot.version),
            }));
        }
    }
}

fn is_current(documents: &crate::state::documents::Documents, snapshot: &Snapshot) -> bool {
    documents.get(&snapshot.uri).is_some_and(|open| std::ptr::eq(&*open.snapshot, snapshot))
}

/// `textDocument/diagnostic`: all of them, once the model has run.
pub(crate) async fn diagnostic(
    session: &Arc<Session>,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult> {
    let document = session.document(&params.text_document.uri)?;
    let answer = async {
        let items = match document.snapshot.is_names() {
            true => session.found_in_names(&document).await?,
            false => {
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
