//! `unembed.name`: gives value vectors a name, by an edit of the names file.

use std::fs::File;
use std::io::ErrorKind;
use std::sync::Arc;

use api::command::{ExistingName, NameArguments, NameResult};
use base::files::stat;
use base::{Edit, ValueId};
use ide::{NameError, Names};
use lm::ModelInfo;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::command::{Arguments, Command};
use crate::commands::document::snapshot;
use crate::commands::ready::ready;
use crate::convert;
use crate::errors::failed;
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::capabilities::Capabilities;
use crate::state::snapshot::Snapshot;
use crate::uri::file_path;

pub(crate) struct Name;

impl Command for Name {
    type Api = api::command::Name;
    const FORM: &'static str = r#"{"uri", "name", "ids", "existing"?: "add" or "replace"}, with value vectors such as ["L3D77"]; or with "text" in place of "uri""#;

    /// The client is asked to apply the edit of an open document's names file. For a text, or where the client applies no
    /// edits, they are only returned.
    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<Option<NameResult>> {
        let NameArguments { source, name, ids, existing } = arguments;
        let snapshot = snapshot(source, session)?;
        session.all_texts_known()?;
        let capabilities = session.state().capabilities;
        let is_returned = snapshot.edited_version().is_none() || !capabilities.applies_edits;
        let running = Running::start(session, "adding a name".to_owned(), token);
        let own = session.clone();
        let changed = async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let changed = session.blocking(move || -> std::result::Result<_, String> {
                let ids = ids.iter().map(|id| id.parse::<ValueId>().map_err(|e| format!("{id} is {e}")));
                let ids = ids.collect::<std::result::Result<Vec<_>, _>>()?;
                let names = own.names_file(&prepared.snapshot.uri).map_err(|error| error.to_string())?;
                let edits = edits(names.names(), &name, &ids, existing, model.info());
                let edits = edits.map_err(|error| error.to_string())?;
                Ok(match is_returned {
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

/// The edits that give the vectors a name. A name never loses its vectors unless the client says so.
fn edits(
    names: &Names,
    name: &str,
    ids: &[ValueId],
    existing: Option<ExistingName>,
    info: &ModelInfo,
) -> std::result::Result<Vec<Edit>, NameError> {
    let before = names.named(name, info);
    match existing {
        Some(ExistingName::Add) => names.with_more(name, ids, info),
        None if before.iter().any(|id| !ids.contains(id)) => {
            Err(NameError::StandsFor { name: name.to_owned(), ids: before })
        }
        Some(ExistingName::Replace) | None => names.with_name(name, ids, info),
    }
}

enum Edited {
    Returned(NameResult),
    Applied(tower_lsp::ls_types::WorkspaceEdit),
}

fn changed(names: &Snapshot, edits: &[Edit], capabilities: Capabilities) -> NameResult {
    NameResult {
        uri: names.uri.as_str().to_owned(),
        version: names.edited_version(),
        create: missing_path(names).is_some(),
        edits: convert::text_changes(names, edits, capabilities.encoding),
    }
}

/// The path of a names file that does not exist.
fn missing_path(names: &Snapshot) -> Option<std::path::PathBuf> {
    let is_new = names.edited_version().is_none();
    file_path(&names.uri).filter(|path| is_new && stat(path).is_err())
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
