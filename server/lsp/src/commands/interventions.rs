//! `unembed.interventions`: what each intervention line of a file does, and how all of them together change the next
//! token.

use std::sync::Arc;

use api::InterventionsDocument;
use lm::Priority;
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::Command;
use crate::commands::document::DocumentArgument;
use crate::commands::ready::ready;
use crate::session::Session;
use crate::session::progress::Running;

pub(crate) struct Interventions;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    #[serde(flatten)]
    document: DocumentArgument,
}

#[derive(Serialize)]
pub(crate) struct Listed {
    #[serde(flatten)]
    document: InterventionsDocument,
    /// Of the open document; null for a text.
    version: Option<i32>,
}

impl Command for Interventions {
    const NAME: &'static str = "unembed.interventions";
    const FORM: &'static str = r#"{"uri"}, with an open prompt file, or {"text"}"#;
    type Arguments = Arguments;
    type Result = Listed;

    async fn run(session: &Arc<Session>, arguments: Arguments, token: Option<ProgressToken>) -> Result<Listed> {
        let snapshot = arguments.document.snapshot(session)?;
        let running = Running::start(session, "looking at interventions".to_owned(), token);
        let answer = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            // Editors ask for it by themselves.
            let work = session.run(prepared, Priority::Views, move |prepared, control| {
                ide::interventions(prepared.file(), &*model, control)
            });
            work.await
        };
        let document = running.unless_cancelled(answer).await?;
        Ok(Listed { document, version: snapshot.edited_version() })
    }
}
