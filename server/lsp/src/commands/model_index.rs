//! What the commands on a model's concept index share. The first of these commands starts the build and answers from what
//! is built.

use std::sync::Arc;

use api::command::{IndexSource, Source};
use lm::{Control, LanguageModel, Priority};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::Uri;

use crate::commands::document::{text_snapshot, unsaved, uri};
use crate::commands::ready::ready;
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::builds::Intent;
use crate::state::prepared::Prepared;
use crate::state::snapshot::{DocumentKind, Snapshot};
use crate::uri::folder;

/// A snapshot that names the index's model: the document itself, or an invented prompt file. For a names file, an invented
/// prompt file beside it that names no model.
pub(crate) fn snapshot_of(about: IndexSource, session: &Session) -> Result<Arc<Snapshot>> {
    let IndexSource { source: Source { uri: named, text }, model } = about;
    let named = named.as_deref().map(uri).transpose()?;
    let names_folder = named.as_ref().filter(|uri| DocumentKind::of(uri) == DocumentKind::Names).map(folder);
    let place = match (names_folder, named, text, &model) {
        (Some(folder), ..) => folder.and_then(|folder| Uri::from_file_path(folder.join("unembed.prompt"))),
        (None, uri, Some(text), None) => return Ok(text_snapshot(uri, text)),
        (None, Some(uri), None, None) => return Ok(session.document(&uri)?.snapshot),
        (None, uri, ..) => Some(uri.unwrap_or_else(unsaved)),
    };
    let front = model.map_or_else(String::new, |m| format!("model: {}\n", syntax::quote(&m)));
    let place = place
        .ok_or_else(|| Error::invalid_params("`uri`, `text` and `model` are missing: name a document or a model"))?;
    Ok(Snapshot::detached(place, format!("---\n{front}---\n")))
}

/// Whether a command needs an index.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Without an index the command fails.
    Index,
    /// Without an index the answer has less.
    IndexIfAny,
}

/// Runs a command's work on a model's index, on the engine.
pub(crate) async fn run_on_index<T: Send + 'static>(
    session: &Arc<Session>,
    running: &Running,
    snapshot: &Arc<Snapshot>,
    needs: Needs,
    work: impl FnOnce(&Prepared, &dyn LanguageModel, &dyn Control) -> std::result::Result<T, lm::Error> + Send + 'static,
) -> Result<T> {
    let answer = async {
        let (mut prepared, model) = ready(session, snapshot, &running.progress()).await?;
        prepared.concepts = match needs {
            Needs::Index => Some(session.concepts(&model, Intent::Explicit).await?),
            Needs::IndexIfAny => session.concepts_if_any(&model, Intent::Explicit).await,
        };
        session.run(prepared, Priority::Interactive, move |prepared, control| work(prepared, &*model, control)).await
    };
    running.unless_cancelled(answer).await
}

pub(crate) fn no_index() -> lm::Error {
    lm::Error::Model("there is no concept index".to_owned())
}

/// How results are shown.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    /// The server shows them.
    pub(crate) as_page: bool,
    /// With undertrained tokens among the words.
    pub(crate) undertrained: bool,
}

impl Shown {
    pub(crate) fn of(session: &Session) -> Self {
        let state = session.state();
        Self { as_page: !state.wishes.results, undertrained: state.settings.hover.undertrained }
    }
}
