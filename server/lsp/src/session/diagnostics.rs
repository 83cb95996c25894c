//! Diagnostics of documents: pushed after each change of a document or its model, or, for clients that ask for them,
//! found when asked. What text and model say comes at once, failing expectations when the model has run.

use std::sync::Arc;

use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use tracing::warn;

use crate::convert;
use crate::session::Session;
use crate::session::requests::Wait;
use crate::state::documents::{Documents, Open};
use crate::state::outbox::Note;
use crate::state::prepared::{Model, Prepared};
use crate::state::snapshot::{DocumentKind, Snapshot};

impl Session {
    /// A document or its model changed.
    pub(crate) fn diagnose(self: &Arc<Self>, uri: Uri) {
        {
            let mut state = self.state();
            if state.capabilities.pulls_diagnostics || !state.diagnosing.request(&uri) {
                return;
            }
        }
        let session = self.clone();
        self.spawn(async move { session.rounds(uri).await });
    }

    /// A model was loaded or failed to load: all diagnostics and views may change.
    pub(crate) fn models_changed(self: &Arc<Self>) {
        let uris = self.state().documents.uris();
        self.diagnose_again(uris);
        self.views_changed();
    }

    /// A names file was opened, edited, saved or closed, or changed on the disk: the diagnostics of prompts that use names
    /// may change. Does nothing for other documents.
    pub(crate) fn names_changed(self: &Arc<Self>, uri: &Uri) {
        if DocumentKind::of(uri) != DocumentKind::Names {
            return;
        }
        let session = self.clone();
        self.spawn(async move {
            let own = session.clone();
            let users = session.blocking(move || {
                let uses = |s: &Arc<Snapshot>| {
                    let targets = s.file().parsed.interventions.iter().filter(|e| e.enabled).map(|e| &e.target.value);
                    targets.into_iter().any(|target| matches!(target, syntax::TargetRef::Name(_)))
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
        {
            let mut state = self.state();
            if !state.capabilities.pulls_diagnostics || !state.diagnosing.refresh.request() {
                return;
            }
        }
        let session = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = session.client.workspace_diagnostic_refresh().await {
                    warn!("the client does not ask for diagnostics again: {error}");
                }
                if !session.state().diagnosing.refresh.end_round() {
                    return;
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
            if !self.state().diagnosing.end_round(&uri) {
                return;
            }
        }
    }

    async fn round(self: &Arc<Self>, document: &Open) -> Result<()> {
        if document.snapshot.kind() == DocumentKind::Names {
            let found = self.found_in_names(document).await?;
            self.publish(&document.snapshot, &found);
            return Ok(());
        }
        let (prepared, mut found) = self.found(document).await?;
        self.publish(&prepared.snapshot, &found);
        let failing = tokio::select! {
            failing = self.failing(prepared) => failing?,
            // Diagnostics of an old text are not published.
            () = document.edited() => None,
        };
        if let Some(failing) = failing {
            found.extend(failing);
            self.publish(&document.snapshot, &found);
        }
        Ok(())
    }

    /// The diagnostics of text and model.
    pub(crate) async fn found(self: &Arc<Self>, document: &Open) -> Result<(Prepared, Vec<Diagnostic>)> {
        let prepared = self.prepare(&document.snapshot, Wait::No).await?;
        self.note_missing(&prepared);
        let encoding = self.state().capabilities.encoding;
        let work = self.blocking(move || {
            let found = ide::diagnostics(prepared.file(), &prepared.state());
            let found = found.iter().map(|d| convert::diagnostic(&prepared.snapshot, d, encoding)).collect();
            (prepared, found)
        });
        work.await
    }

    /// The diagnostics of a names file.
    pub(crate) async fn found_in_names(&self, document: &Open) -> Result<Vec<Diagnostic>> {
        let (snapshot, encoding) = (document.snapshot.clone(), self.state().capabilities.encoding);
        let found = move || {
            let found = ide::names_diagnostics(snapshot.names());
            found.iter().map(|d| convert::diagnostic(&snapshot, d, encoding)).collect()
        };
        self.blocking(found).await
    }

    /// The expectations that fail. `None` if there are none to check, or no model.
    pub(crate) async fn failing(&self, prepared: Prepared) -> Result<Option<Vec<Diagnostic>>> {
        let Model::Ready(model) = prepared.model.clone() else { return Ok(None) };
        if prepared.file().parsed.expect.is_empty() {
            return Ok(None);
        }
        let encoding = self.state().capabilities.encoding;
        let work = self.run(prepared, Priority::Diagnostics, move |prepared, control| {
            let failing = ide::expectations(prepared.file(), &*model, control)?;
            Ok(failing.iter().map(|d| convert::diagnostic(&prepared.snapshot, d, encoding)).collect())
        });
        work.await.map(Some)
    }

    /// Notes for the status whether the current text's model is missing.
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

    /// Publishes diagnostics of the current text. Those of an older one are dropped.
    fn publish(&self, snapshot: &Snapshot, found: &[Diagnostic]) {
        let state = self.state();
        if is_current(&state.documents, snapshot) {
            self.outbox.put(Note::Diagnostics(PublishDiagnosticsParams {
                uri: snapshot.uri.clone(),
                diagnostics: found.to_vec(),
                version: state.capabilities.versioned_diagnostics.then_some(snapshot.version),
            }));
        }
    }
}

fn is_current(documents: &Documents, snapshot: &Snapshot) -> bool {
    documents.get(&snapshot.uri).is_some_and(|open| std::ptr::eq(&*open.snapshot, snapshot))
}
