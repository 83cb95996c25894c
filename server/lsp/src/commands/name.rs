//! `unembed.name`: gives value vectors a name, by an edit of the names file.

use std::fs::File;
use std::io::ErrorKind;
use std::sync::Arc;

use base::{Edit, ValueId};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{ProgressToken, TextEdit, Uri};

use crate::commands::command::Command;
use crate::commands::document::DocumentArgument;
use crate::commands::ready::ready;
use crate::convert;
use crate::errors::failed;
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::capabilities::Capabilities;
use crate::state::snapshot::Snapshot;
use crate::uri::file_path;

pub(crate) struct Name;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    /// Its project's names file and its model are meant.
    #[serde(flatten)]
    document: DocumentArgument,
    name: String,
    ids: Vec<String>,
}

/// The edits of the names file, if the command came with a text.
#[derive(Serialize)]
pub(crate) struct Changed {
    /// Of the names file.
    uri: Uri,
    /// The version that the edits are for; null if the names file is not open.
    version: Option<i32>,
    /// The names file does not exist yet.
    create: bool,
    edits: Vec<TextEdit>,
}

impl Command for Name {
    const NAME: &'static str = "unembed.name";
    const FORM: &'static str =
        r#"{"uri", "name", "ids"}, with value vectors such as ["L3D77"]; or with "text" in place of "uri""#;
    type Arguments = Arguments;
    type Result = Option<Changed>;

    /// The client is asked to apply the edit of an open document's names file. For a text the edits are only returned.
    async fn run(
        session: &Arc<Session>,
        arguments: Arguments,
        token: Option<ProgressToken>,
    ) -> Result<Option<Changed>> {
        let Arguments { document, name, ids } = arguments;
        let snapshot = document.snapshot(session)?;
        let is_text = snapshot.edited_version().is_none();
        let capabilities = session.state().capabilities;
        let running = Running::start(session, "giving a name".to_owned(), token);
        let own = session.clone();
        let changed = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let changed = session.blocking(move || -> std::result::Result<_, String> {
                let ids = ids.iter().map(|id| id.parse::<ValueId>().map_err(|e| format!("{id} is {e}")));
                let ids = ids.collect::<std::result::Result<Vec<_>, _>>()?;
                let names = own.names_file(&prepared.snapshot.uri).map_err(|error| error.to_string())?;
                let edits = names.names().with_name(&name, &ids, model.info())?;
                Ok(match is_text {
                    true => Edited::Returned(changed(&names, &edits, capabilities)),
                    false => {
                        let made = made(&names, capabilities)?;
                        Edited::Applied(convert::edits_of_files(&[(names, edits)], made, capabilities))
                    }
                })
            });
            changed.await?.map_err(failed)
        };
        match running.unless_cancelled(changed).await? {
            Edited::Returned(changed) => Ok(Some(changed)),
            Edited::Applied(edit) => {
                session.apply(edit, "no name was given");
                Ok(None)
            }
        }
    }
}

enum Edited {
    Returned(Changed),
    Applied(tower_lsp::ls_types::WorkspaceEdit),
}

fn changed(names: &Snapshot, edits: &[Edit], capabilities: Capabilities) -> Changed {
    Changed {
        uri: names.uri.clone(),
        version: names.edited_version(),
        create: missing_path(names).is_some(),
        edits: convert::text_edits(names, edits, capabilities.encoding),
    }
}

/// The path of a names file that does not exist.
fn missing_path(names: &Snapshot) -> Option<std::path::PathBuf> {
    let is_new = names.edited_version().is_none();
    file_path(&names.uri).filter(|path| is_new && !path.exists())
}

/// The names file, if the edit must create it. Some editors do not create files for an edit: for them an empty one is
/// created here.
fn made(names: &Snapshot, capabilities: Capabilities) -> std::result::Result<Option<Uri>, String> {
    let Some(path) = missing_path(names) else { return Ok(None) };
    if capabilities.versioned_edits && capabilities.makes_files {
        return Ok(Some(names.uri.clone()));
    }
    match File::create_new(&path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(format!("cannot make {}: {error}", path.display()))
        }
        _ => Ok(None),
    }
}
