//! `unembed.choose`: applies one of several changes of a file, after asking the user if the client did not.

use std::sync::Arc;

use api::command::{Choice, ChooseArguments};
use ide::Pending;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{MessageActionItem, MessageType, ProgressToken, Uri};

use crate::commands::command::Command;
use crate::commands::document::uri;
use crate::convert;
use crate::errors::failed;
use crate::session::Session;

/// What the warning begins with if the change could not be made.
const REFUSED: &str = "nothing was changed";

pub(crate) struct Choose;

impl Command for Choose {
    type Api = api::command::Choose;
    const FORM: &'static str = r#"{"uri", "title", "choices", "choice"?: n}, as a code action of this server has them"#;

    /// Does not wait for the user: the change is made beside the session's requests.
    async fn run(session: &Arc<Session>, arguments: ChooseArguments, _: Option<ProgressToken>) -> Result<()> {
        let ChooseArguments { uri: document, title, choices, choice } = arguments;
        let document = uri(&document)?;
        session.document(&document)?;
        if !session.state().capabilities.applies_edits {
            return Err(failed("the editor does not apply edits: change the file by hand".to_owned()));
        }
        match choice {
            Some(choice) => {
                let count = choices.len();
                let wrong =
                    || Error::invalid_params(format!("choice {choice} does not exist: there are {count} choices"));
                let pending = pending(&choices.get(choice).ok_or_else(wrong)?.action)?;
                change(session, &document, pending).await
            }
            None => {
                // Before the user is asked.
                choices.iter().try_for_each(|choice| pending(&choice.action).map(drop))?;
                let own = session.clone();
                session.spawn(async move {
                    if let Err(error) = ask(&own, &document, title, &choices).await {
                        own.warn(&format!("{REFUSED}: {}", error.message));
                    }
                });
                Ok(())
            }
        }
    }
}

fn pending(action: &Value) -> Result<Pending> {
    serde_json::from_value(action.clone())
        .map_err(|error| Error::invalid_params(format!("an action is not this server's: {error}")))
}

async fn ask(session: &Arc<Session>, document: &Uri, title: String, choices: &[Choice]) -> Result<()> {
    let item = |choice: &Choice| MessageActionItem { title: choice.title.clone(), properties: Default::default() };
    let items = choices.iter().map(item).collect();
    let chosen = session.client.show_message_request(MessageType::INFO, title, Some(items)).await?;
    match chosen.and_then(|chosen| choices.iter().find(|choice| choice.title == chosen.title)) {
        Some(choice) => change(session, document, pending(&choice.action)?).await,
        None => Ok(()),
    }
}

/// Changes the document's present text.
async fn change(session: &Arc<Session>, document: &Uri, pending: Pending) -> Result<()> {
    let capabilities = session.state().capabilities;
    let snapshot = session.document(document)?.snapshot;
    let edit = session.blocking(move || {
        let edits = ide::resolve_action(snapshot.file(), &pending)?;
        Some(convert::workspace_edit(&snapshot, &edits, capabilities.encoding, capabilities.versioned_edits))
    });
    let gone = || failed("the file has changed since the actions were listed: list them again".to_owned());
    session.apply(edit.await?.ok_or_else(gone)?, REFUSED);
    Ok(())
}
