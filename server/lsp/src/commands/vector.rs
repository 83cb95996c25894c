//! `unembed.vector`: the card of one value vector.

use std::sync::Arc;

use api::VectorDocument;
use api::command::VectorArguments;
use ide::page::vector_page;
use lm::{CARD_WORDS, Control, LanguageModel, Priority};
use project::Prompts;
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
        let style = Shown::of(session);
        let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn Control| {
            let names = &prepared.file().names;
            let id = names.vector(&id, model.info())?;
            ide::vector(id, CARD_WORDS, model, prepared.concepts.as_deref(), names, control)
        };
        let snapshot = snapshot_of(about, session)?;
        let running = Running::start(session, "reading a card".to_owned(), token);
        let mut card = run_on_index(session, &running, &snapshot, Needs::IndexIfAny, work).await?;
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let prompts = prompts_of(session, &snapshot, &model).await?;
            // It runs prompts: interactive work goes first.
            let work = session.run(prepared, Priority::Command, move |_, control| {
                card.prompts = project::strongest(&prompts, shown, card.id, &*model, control)?;
                let page =
                    style.as_page.then(|| vector_page(&card, &*model, style.undertrained, control)).transpose()?;
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

/// The prompts of a document's project that are for this model. It loads no model to find out.
async fn prompts_of(
    session: &Arc<Session>,
    snapshot: &Arc<Snapshot>,
    model: &Arc<dyn LanguageModel>,
) -> Result<Vec<Arc<Snapshot>>> {
    let (own, snapshot, fingerprint) = (session.clone(), snapshot.clone(), model.info().fingerprint.clone());
    session
        .blocking(move || {
            let prompts = match own.project(&snapshot.uri) {
                Some(folder) => own.prompt_files(&folder),
                None => Prompts { files: own.open_prompts(), left_out: None },
            };
            let is_meant = |s: &Arc<Snapshot>| own.loaded_model(s).is_some_and(|m| m.info().fingerprint == fingerprint);
            let prompts = project::prompts_of_model(prompts, is_meant);
            if let Some(left_out) = &prompts.left_out {
                own.warn_once(left_out);
            }
            prompts.files
        })
        .await
}

/// A prompt file's name in the answer.
fn shown(prompt: &Arc<Snapshot>) -> String {
    let path = file_path(&prompt.uri).map(|p| p.display().to_string());
    path.unwrap_or_else(|| prompt.uri.as_str().to_owned())
}
