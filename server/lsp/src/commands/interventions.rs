//! `unembed.interventions`: what each intervention line of a file does, and how all of them together change the next
//! token.

use std::sync::Arc;

use api::InterventionsDocument;
use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::document::snapshot;
use crate::commands::ready::ready;
use crate::session::Session;
use crate::session::progress::Running;

pub(crate) struct Interventions;

impl Command for Interventions {
    type Api = api::command::Interventions;
    const FORM: &'static str = r#"{"uri"}, with an open prompt file, or {"text"}"#;

    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<InterventionsDocument> {
        let snapshot = snapshot(arguments.source, session)?;
        let running = Running::start(session, "testing interventions".to_owned(), token);
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            // Editors ask for it by themselves.
            let work = session.run(prepared, Priority::Views, move |prepared, control| {
                ide::interventions(prepared.file(), &*model, control)
            });
            work.await
        };
        let document = running.unless_cancelled(answer).await?;
        Ok(InterventionsDocument { version: snapshot.edited_version(), ..document })
    }
}
