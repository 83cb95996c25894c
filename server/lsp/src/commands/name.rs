//! `unembed.name`: gives value vectors a name, by an edit of the names file that the client applies.

use std::fs::File;
use std::io::ErrorKind;
use std::sync::Arc;

use base::ValueId;
use serde::Deserialize;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::ready;
use crate::convert::failed;
use crate::session::Session;
use crate::session::models::file_path;
use crate::session::progress::Running;
use crate::session::symbols::changes;
use crate::state::capabilities::Abilities;
use crate::state::documents::Snapshot;

pub(crate) const NAME: &str = "unembed.name";

/// `[{"uri", "name", "ids"}]`
#[derive(Deserialize)]
pub(crate) struct Argument {
    uri: Uri,
    name: String,
    ids: Vec<String>,
}

pub(crate) async fn name(session: &Arc<Session>, argument: Argument, token: Option<ProgressToken>) -> Result<()> {
    let document = session.document(&argument.uri)?;
    let abilities = session.state().abilities;
    let running = Running::start(session, "giving a name".to_owned(), token);
    let own = session.clone();
    let edit = async {
        let (prepared, model) = ready(session, &document.snapshot, &running.progress()).await?;
        let edit = session.blocking(move || {
            let ids = argument.ids.iter().map(|id| id.parse::<ValueId>().map_err(|e| format!("{id} is {e}")));
            let ids = ids.collect::<std::result::Result<Vec<_>, _>>()?;
            let names = own.names_file(&prepared.snapshot.uri)?;
            let edits = names.names().with_name(&argument.name, &ids, model.info())?;
            let made = made(&names, abilities)?;
            Ok::<_, String>(changes(&[(names, edits)], made, abilities))
        });
        edit.await?.map_err(failed)
    };
    let edit = running.unless_cancelled(edit).await?;
    session.apply(edit, "no name was given");
    Ok(())
}

/// The names file, if the edit is to make it. Not every editor makes a file for an edit: for one that does not, an empty
/// one is made here.
fn made(names: &Snapshot, abilities: Abilities) -> std::result::Result<Option<Uri>, String> {
    let is_new = names.edited_version().is_none();
    let Some(path) = file_path(&names.uri).filter(|path| is_new && !path.exists()) else { return Ok(None) };
    if abilities.versioned_edits && abilities.makes_files {
        return Ok(Some(names.uri.clone()));
    }
    match File::create_new(&path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(format!("cannot make {}: {error}", path.display()))
        }
        _ => Ok(None),
    }
}
