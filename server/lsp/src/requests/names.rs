//! Names as symbols: `textDocument/definition`, `references`, `prepareRename` and `rename`, on prompt files and on the names
//! file; and `unembed.name`, which gives one.

use std::sync::Arc;

use base::{Edit, Encoding, ValueId};
use ide::Names;
use lm::ModelInfo;
use serde::Deserialize;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{
    DocumentChanges, GotoDefinitionParams, GotoDefinitionResponse, Location, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, PrepareRenameResponse, ReferenceParams, RenameParams,
    TextDocumentEdit, TextDocumentPositionParams, Uri, WorkspaceEdit,
};

use crate::client::Abilities;
use crate::convert::{self, failed};
use crate::documents::Snapshot;
use crate::models::{Model, Prepared};
use crate::session::Session;

pub(crate) const NAME: &str = "unembed.name";

/// What stands under a cursor, in whichever of both kinds of file.
struct Found {
    names: Names,
    fingerprint: String,
    symbol: ide::Symbol,
    /// What an id or a name stands for.
    ids: Vec<ValueId>,
    /// Where it was found.
    snapshot: Arc<Snapshot>,
}

impl Found {
    fn at(session: &Session, prepared: &Prepared, position: Position, encoding: Encoding) -> Option<Self> {
        let snapshot = prepared.snapshot.clone();
        let offset = convert::offset(snapshot.lines(), &snapshot.text, position, encoding);
        let names = session.names_for(&snapshot.uri);
        if names.place() == snapshot.uri.as_str() {
            let (fingerprint, symbol) = ide::name_at(&names, offset)?;
            let known = names.file().of(&fingerprint)?.find(&symbol.text)?;
            let ids = known.ids.iter().map(|id| id.value).collect();
            return Some(Self { names, fingerprint, symbol, ids, snapshot });
        }
        let Model::Ready(model) = &prepared.model else { return None };
        let symbol = ide::symbol(prepared.file(), offset)?;
        let ids = names.vectors(&symbol.text, model.info()).unwrap_or_default();
        Some(Self { names, fingerprint: model.info().fingerprint.clone(), symbol, ids, snapshot })
    }

    /// Where it is given a name.
    fn definitions(&self, session: &Session, encoding: Encoding) -> Vec<Location> {
        let Some(snapshot) = session.names_snapshot(&self.names) else { return Vec::new() };
        let ranges = ide::definitions(&self.names, &self.symbol.text, &self.fingerprint);
        let at = |range| Location { uri: snapshot.uri.clone(), range: convert::range(&snapshot, &range, encoding) };
        ranges.into_iter().map(at).collect()
    }

    /// The prompt files of the workspace that are for the same model and have the same names.
    fn prompts(&self, session: &Arc<Session>) -> Vec<Arc<Snapshot>> {
        let same = |snapshot: &Arc<Snapshot>| {
            let for_model = session.fingerprint(snapshot).is_some_and(|f| f == self.fingerprint);
            for_model && session.names_for(&snapshot.uri).place() == self.names.place()
        };
        session.prompt_files(&self.snapshot.uri).into_iter().filter(same).collect()
    }
}

impl Session {
    /// The fingerprint of the model that a file means, if that is loaded.
    pub(crate) fn fingerprint(self: &Arc<Self>, snapshot: &Arc<Snapshot>) -> Option<String> {
        match self.find_model(snapshot) {
            Model::Ready(model) => Some(model.info().fingerprint.clone()),
            Model::Loading(_) | Model::Missing(_) => None,
        }
    }
}

/// Asks about what is under a cursor, on a thread that may read the disk.
async fn ask<T: Send + 'static>(
    session: &Arc<Session>,
    at: TextDocumentPositionParams,
    work: impl FnOnce(&Arc<Session>, Option<Found>, Abilities) -> T + Send + 'static,
) -> Result<T> {
    let document = session.document(&at.text_document.uri)?;
    let abilities = session.state().abilities;
    let patience = session.backing.options.patience;
    let answer = async {
        let prepared = session.prepare_with(&document.snapshot, Some(patience)).await?;
        let own = session.clone();
        let found = move || {
            let found = Found::at(&own, &prepared, at.position, abilities.encoding);
            work(&own, found, abilities)
        };
        session.blocking(found).await
    };
    document.unless_edited(answer).await
}

pub(crate) async fn definition(
    session: &Arc<Session>,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    ask(session, params.text_document_position_params, |session, found, abilities| {
        let places = found?.definitions(session, abilities.encoding);
        (!places.is_empty()).then_some(GotoDefinitionResponse::Array(places))
    })
    .await
}

pub(crate) async fn references(session: &Arc<Session>, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let declared = params.context.include_declaration;
    ask(session, params.text_document_position, move |session, found, abilities| {
        let found = found?;
        let mut places = if declared { found.definitions(session, abilities.encoding) } else { Vec::new() };
        for snapshot in found.prompts(session) {
            let ranges = ide::references(snapshot.file(), &found.symbol.text, &found.ids);
            let at = |range| Location {
                uri: snapshot.uri.clone(),
                range: convert::range(&snapshot, &range, abilities.encoding),
            };
            places.extend(ranges.into_iter().map(at));
        }
        Some(places)
    })
    .await
}

pub(crate) async fn prepare_rename(
    session: &Arc<Session>,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    ask(session, params, |_, found, abilities| {
        // An id is the model's; only what the project calls it can change.
        let found = found.filter(|f| f.symbol.text.parse::<ValueId>().is_err())?;
        let range = convert::range(&found.snapshot, &found.symbol.range, abilities.encoding);
        Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: found.symbol.text })
    })
    .await
}

/// One edit of the names file and of every prompt file that uses the name; the editor applies all of it or nothing, and
/// can undo it.
pub(crate) async fn rename(session: &Arc<Session>, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let to = params.new_name;
    let renamed = ask(session, params.text_document_position, move |session, found, abilities| {
        let found =
            found.ok_or("here is no name: put the cursor on one below `interventions:` or in the names file")?;
        let from = &found.symbol.text;
        let edits = ide::rename_name(&found.names, &found.fingerprint, from, &to)?;
        let names = session.names_snapshot(&found.names).ok_or("the names file has no place")?;
        let mut files = vec![(names, edits)];
        for snapshot in found.prompts(session) {
            let edits = ide::rename_in(snapshot.file(), from, &to);
            if !edits.is_empty() {
                files.push((snapshot, edits));
            }
        }
        Ok::<_, String>(changes(session, &files, abilities))
    });
    renamed.await?.map(Some).map_err(failed)
}

/// Edits of several files: with the versions of those that are open, where the client takes them.
fn changes(session: &Session, files: &[(Arc<Snapshot>, Vec<Edit>)], abilities: Abilities) -> WorkspaceEdit {
    let edits = |(snapshot, edits): &(Arc<Snapshot>, Vec<Edit>)| {
        (snapshot.uri.clone(), convert::text_edits(snapshot, edits, abilities.encoding))
    };
    if !abilities.versioned_edits {
        return WorkspaceEdit { changes: Some(files.iter().map(edits).collect()), ..WorkspaceEdit::default() };
    }
    let edit = |file: &(Arc<Snapshot>, Vec<Edit>)| {
        let (uri, edits) = edits(file);
        let version = session.state().documents.get(&uri).map(|open| open.snapshot.version);
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
        TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() }
    };
    let edits = DocumentChanges::Edits(files.iter().map(edit).collect());
    WorkspaceEdit { document_changes: Some(edits), ..WorkspaceEdit::default() }
}

/// `[{"uri", "name", "ids"}]`
#[derive(Deserialize)]
pub(crate) struct Argument {
    uri: Uri,
    name: String,
    ids: Vec<String>,
}

/// Gives value vectors a name, by an edit that the client applies.
pub(crate) async fn name(session: &Arc<Session>, argument: Argument) -> Result<()> {
    let document = session.document(&argument.uri)?;
    let abilities = session.state().abilities;
    let prepared = session.prepare_with(&document.snapshot, None).await?;
    let Model::Ready(model) = prepared.model.clone() else {
        return Err(failed("the file's model cannot be had: its diagnostics say why"));
    };
    let own = session.clone();
    let edit = session.blocking(move || {
        let names = own.names_for(&prepared.snapshot.uri);
        let edits = named(&names, &argument.name, &argument.ids, model.info())?;
        let snapshot = own.names_snapshot(&names).ok_or("a file that is not saved has no project for names yet")?;
        Ok::<_, String>((created(&own, &snapshot), changes(&own, &[(snapshot, edits)], abilities)))
    });
    let (created, edit) = edit.await?.map_err(failed)?;
    created.map_err(failed)?;
    let client = session.client.clone();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // Not in the handler: it must not wait for the client.
    session.spawn(async move {
        let _ = sender.send(client.apply_edit(edit).await);
    });
    match receiver.await {
        Ok(Ok(applied)) if applied.applied => Ok(()),
        Ok(Ok(refused)) => {
            Err(failed(refused.failure_reason.unwrap_or_else(|| "the editor did not apply the edit".to_owned())))
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Err(Error::request_cancelled()),
    }
}

fn named(names: &Names, name: &str, ids: &[String], info: &ModelInfo) -> std::result::Result<Vec<Edit>, String> {
    let ids = ids.iter().map(|id| id.parse().map_err(|e| format!("{id}: {e}")));
    names.with_name(name, &ids.collect::<std::result::Result<Vec<ValueId>, _>>()?, info)
}

/// Not every editor makes a file for an edit: an empty one is made where there is none.
fn created(session: &Session, snapshot: &Snapshot) -> std::result::Result<(), String> {
    let open = session.state().documents.get(&snapshot.uri).is_some();
    let Some(path) = snapshot.uri.to_file_path().filter(|p| !open && !p.exists()) else { return Ok(()) };
    std::fs::write(&path, "").map_err(|e| format!("cannot make {}: {e}", path.display()))
}
