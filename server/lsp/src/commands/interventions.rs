//! `unembed.interventions`: what each intervention line of a file does, and what all of them together make of the next
//! token.

use std::sync::Arc;

use lm::Priority;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::{document, ready};
use crate::session::Session;
use crate::session::progress::Running;

pub(crate) const NAME: &str = "unembed.interventions";

/// `[{"uri"}]`
#[derive(Deserialize)]
pub(crate) struct Argument {
    uri: Uri,
}

pub(crate) async fn interventions(
    session: &Arc<Session>,
    argument: Argument,
    token: Option<ProgressToken>,
) -> Result<Value> {
    let opened = session.document(&argument.uri)?;
    let running = Running::start(session, "looking at interventions".to_owned(), token);
    let answer = async {
        let (prepared, model) = ready(session, &opened.snapshot, &running.progress()).await?;
        // Editors ask for it by themselves.
        let work = session.run(prepared, Priority::Views, move |prepared, control| {
            ide::interventions(prepared.file(), &*model, control)
        });
        document(session, work.await?).await
    };
    let mut value = running.unless_cancelled(answer).await?;
    value["version"] = json!(opened.snapshot.edited_version());
    Ok(value)
}
