//! `unembed.vector`: the card of one value vector.

use std::sync::Arc;

use api::command::VectorArguments;
use api::{PromptDocument, VectorDocument};
use ide::page::vector_page;
use lm::{Control, LanguageModel, Priority};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::model_index::{Needs, Shown, run_on_index, snapshot_of};
use crate::commands::ready::ready;
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::prepared::Prepared;
use crate::state::snapshot::Snapshot;
use crate::uri::file_path;

/// Words of a card at each end.
const WORDS: usize = 50;

pub(crate) struct Vector;

impl Command for Vector {
    type Api = api::command::Vector;
    const FORM: &'static str = r#"{"uri"?, "text"?, "model"?, "id"}, with a value vector such as "L3D77""#;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<VectorDocument> {
        let VectorArguments { about, id } = arguments;
        let shown = Shown::of(session);
        let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn Control| {
            let names = &prepared.file().names;
            let ids = names.vectors(&id, model.info())?;
            let &[id] = &ids[..] else {
                return Err(lm::Error::input(format!("{id} is a group of {} value vectors: look at one", ids.len())));
            };
            ide::vector(id, WORDS, model, prepared.concepts.as_deref(), names, control)
        };
        let snapshot = snapshot_of(about, session)?;
        let running = Running::start(session, "looking at a value vector".to_owned(), token);
        let mut card = run_on_index(session, &running, &snapshot, Needs::IndexIfAny, work).await?;
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let files = prompts_of(session, &snapshot, &model).await?;
            // It runs prompts: interactive work goes first.
            let work = session.run(prepared, Priority::Command, move |_, control| {
                card.prompts = strongest(&files, card.id, &*model, control)?;
                let page =
                    shown.as_page.then(|| vector_page(&card, &*model, shown.undertrained, control)).transpose()?;
                Ok((card, page))
            });
            work.await
        };
        let (card, page) = running.unless_cancelled(answer).await?;
        if let Some(page) = page {
            session.show(&snapshot, "vector.txt", page);
        }
        Ok(card)
    }
}

/// The prompt files of a document's project that are for this model, each with its name.
async fn prompts_of(
    session: &Arc<Session>,
    snapshot: &Arc<Snapshot>,
    model: &Arc<dyn LanguageModel>,
) -> Result<Vec<(String, Arc<Snapshot>)>> {
    /// More files would take too long.
    const FILES: usize = 50;
    let (own, snapshot, fingerprint) = (session.clone(), snapshot.clone(), model.info().fingerprint.clone());
    session
        .blocking(move || {
            let project = own.project(&snapshot.uri);
            let all = project.as_ref().map_or_else(|| own.open_prompts(), |project| own.prompt_files(project));
            let meant = |s: &Arc<Snapshot>| own.loaded_model(s).is_some_and(|m| m.info().fingerprint == fingerprint);
            let called = |s: Arc<Snapshot>| {
                let path = file_path(&s.uri).map(|p| p.display().to_string());
                (path.unwrap_or_else(|| s.uri.as_str().to_owned()), s)
            };
            all.into_iter().filter(meant).take(FILES).map(called).collect()
        })
        .await
}

/// Where the prompts' coefficients of a vector are largest.
fn strongest(
    files: &[(String, Arc<Snapshot>)],
    id: base::ValueId,
    model: &dyn LanguageModel,
    control: &dyn lm::Control,
) -> std::result::Result<Vec<PromptDocument>, lm::Error> {
    const PLACES: usize = 5;
    let mut places = Vec::new();
    for (called, snapshot) in files {
        match ide::strongest(snapshot.file(), called, id, model, control) {
            Ok(place) => places.extend(place),
            Err(lm::Error::Cancelled) => return Err(lm::Error::Cancelled),
            // A file that cannot be run has its own diagnostics.
            Err(_) => {}
        }
    }
    places.sort_by(|a, b| b.coefficient.abs().total_cmp(&a.coefficient.abs()));
    places.truncate(PLACES);
    Ok(places)
}
