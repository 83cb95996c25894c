//! Names as symbols: `textDocument/definition`, `references`, `prepareRename` and `rename`, on prompt files and on the names
//! file.

use std::sync::Arc;

use base::{Edit, Encoding};
use ide::Meant;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges, GotoDefinitionParams,
    GotoDefinitionResponse, Location, OneOf, OptionalVersionedTextDocumentIdentifier, Position, PrepareRenameResponse,
    ReferenceParams, RenameParams, ResourceOp, TextDocumentEdit, TextDocumentPositionParams, Uri, WorkspaceEdit,
};

use crate::convert::{self, failed};
use crate::session::Session;
use crate::session::models::{Model, file_path};
use crate::state::capabilities::Abilities;
use crate::state::documents::{Open, Snapshot};

/// What stands under a cursor, in whichever of both kinds of file.
struct Found {
    /// The names file that counts there. Names and places are of the same text.
    names: Arc<Snapshot>,
    fingerprint: String,
    symbol: ide::Symbol,
    /// Where it was found.
    snapshot: Arc<Snapshot>,
}

/// What is there to say of a place.
enum Place {
    Found(Found),
    /// A name or an id, but nobody knows of which model. One line that says why.
    Unknown(String),
    Nothing,
}

impl Place {
    fn found(self) -> Option<Found> {
        match self {
            Self::Found(found) => Some(found),
            Self::Unknown(_) | Self::Nothing => None,
        }
    }

    /// For whoever wants to change it.
    fn or_refuse(self) -> Result<Found> {
        match self {
            Self::Found(found) => Ok(found),
            Self::Unknown(why) => Err(failed(why)),
            Self::Nothing => {
                Err(failed("here is no name: put the cursor on one below `interventions:` or in the names file"))
            }
        }
    }
}

impl Found {
    /// Where it is given a name.
    fn definitions(&self, encoding: Encoding) -> Vec<Location> {
        let ranges = ide::definitions(self.names.names(), &self.symbol.text, &self.fingerprint);
        ranges.iter().map(|range| location(&self.names, range, encoding)).collect()
    }

    /// The prompt files that have the same names and in which something is used. Reads the disk.
    fn users(&self, session: &Session, uses: impl Fn(&ide::File) -> bool) -> Vec<Arc<Snapshot>> {
        let place = file_path(&self.names.uri);
        // Every file that these names count for lies below their own.
        let all = place.as_deref().and_then(|p| p.parent()).map(|folder| session.prompt_files(folder));
        let mut users = all.unwrap_or_else(|| session.open_prompts());
        let same = |uri: &Uri| session.names_file(uri).is_ok_and(|names| names.uri == self.names.uri);
        users.retain(|snapshot| uses(snapshot.file()) && same(&snapshot.uri));
        users
    }
}

fn location(snapshot: &Snapshot, range: &std::ops::Range<usize>, encoding: Encoding) -> Location {
    Location { uri: snapshot.uri.clone(), range: convert::range(snapshot, range, encoding) }
}

impl Session {
    /// What stands at a position of a document. A model is looked for only where there is a name or an id.
    async fn place(self: &Arc<Self>, document: &Open, position: Position) -> Result<Place> {
        let (session, snapshot) = (self.clone(), document.snapshot.clone());
        let encoding = self.state().abilities.encoding;
        let first = move || {
            let offset = convert::offset(snapshot.lines(), &snapshot.text, position, encoding);
            if !snapshot.is_names() {
                return Ok((ide::symbol(snapshot.file(), offset), snapshot));
            }
            let names = snapshot.names();
            let found = ide::name_at(names, offset);
            Err(found.map_or(Place::Nothing, |(fingerprint, symbol)| {
                Place::Found(Found { names: snapshot.clone(), fingerprint, symbol, snapshot })
            }))
        };
        let (symbol, snapshot) = match self.blocking(first).await? {
            Ok((Some(symbol), snapshot)) => (symbol, snapshot),
            Ok((None, _)) => return Ok(Place::Nothing),
            Err(place) => return Ok(place),
        };
        let prepared = self.prepare_with(&snapshot, Some(self.backing.options.patience)).await?;
        let model = match prepared.model {
            Model::Ready(model) => model,
            Model::Loading(loading) => {
                return Ok(Place::Unknown(format!("{} is still loading: try again", loading.name)));
            }
            Model::Missing(error) => return Ok(Place::Unknown(error.message)),
        };
        let uri = snapshot.uri.clone();
        let names = self.blocking(move || session.names_file(&uri)).await?;
        Ok(match names {
            Ok(names) => Place::Found(Found { names, fingerprint: model.info().fingerprint.clone(), symbol, snapshot }),
            Err(why) => Place::Unknown(why),
        })
    }
}

pub(crate) async fn definition(
    session: &Arc<Session>,
    params: GotoDefinitionParams,
) -> Result<Option<GotoDefinitionResponse>> {
    let at = params.text_document_position_params;
    let document = session.document(&at.text_document.uri)?;
    let encoding = session.state().abilities.encoding;
    let answer = async {
        let Some(found) = session.place(&document, at.position).await?.found() else { return Ok(None) };
        let places = session.blocking(move || found.definitions(encoding)).await?;
        Ok((!places.is_empty()).then_some(GotoDefinitionResponse::Array(places)))
    };
    document.unless_edited(answer).await
}

/// Of prompt files whose model is loaded: to find out which model another one is would mean to load it.
pub(crate) async fn references(session: &Arc<Session>, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let at = params.text_document_position;
    let document = session.document(&at.text_document.uri)?;
    let encoding = session.state().abilities.encoding;
    let declared = params.context.include_declaration;
    let answer = async {
        let Some(found) = session.place(&document, at.position).await?.found() else { return Ok(None) };
        let own = session.clone();
        let places = move || {
            let meant = Meant::of(found.names.names(), &found.symbol.text, &found.fingerprint);
            let mut places = if declared { found.definitions(encoding) } else { Vec::new() };
            for user in found.users(&own, |file| !ide::references(file, &meant).is_empty()) {
                if own.loaded_model(&user).is_some_and(|m| m.info().fingerprint == found.fingerprint) {
                    let used = ide::references(user.file(), &meant);
                    places.extend(used.iter().map(|range| location(&user, range, encoding)));
                }
            }
            places
        };
        session.blocking(places).await.map(Some)
    };
    document.unless_edited(answer).await
}

pub(crate) async fn prepare_rename(
    session: &Arc<Session>,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let document = session.document(&params.text_document.uri)?;
    let encoding = session.state().abilities.encoding;
    let answer = async {
        let found = match session.place(&document, params.position).await? {
            Place::Nothing => return Ok(None),
            place => place.or_refuse()?,
        };
        let answer = move || match ide::not_renamed(found.names.names(), &found.fingerprint, &found.symbol.text) {
            Some(why) => Err(failed(why)),
            None => {
                let range = convert::range(&found.snapshot, &found.symbol.range, encoding);
                Ok(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: found.symbol.text })
            }
        };
        session.blocking(answer).await?.map(Some)
    };
    document.unless_edited(answer).await
}

/// One edit of the names file and of every prompt file that uses the name; the editor applies all of it or nothing, and
/// can undo it.
pub(crate) async fn rename(session: &Arc<Session>, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let (at, to) = (params.text_document_position, params.new_name);
    let document = session.document(&at.text_document.uri)?;
    let abilities = session.state().abilities;
    let answer = async {
        let found = Arc::new(session.place(&document, at.position).await?.or_refuse()?);
        let (own, meant, name) = (session.clone(), found.clone(), to.clone());
        let changed = session.blocking(move || {
            let from = &meant.symbol.text;
            let edits = ide::rename_name(meant.names.names(), &meant.fingerprint, from, &name)?;
            Ok::<_, String>((edits, meant.users(&own, |file| !ide::rename_in(file, from, &name).is_empty())))
        });
        let (edits, users) = changed.await?.map_err(failed)?;
        if edits.is_empty() {
            return Ok(None);
        }
        let mut files = vec![(found.names.clone(), edits)];
        for user in users {
            if session.is_for(&user, &found.fingerprint).await? {
                let edits = ide::rename_in(user.file(), &found.symbol.text, &to);
                files.push((user, edits));
            }
        }
        Ok(Some(changes(&files, None, abilities)))
    };
    document.unless_edited(answer).await
}

impl Session {
    /// Whether a file means the model with this fingerprint. One that is not loaded is loaded for it: a use that was
    /// passed over would name nothing from then on. A model that cannot be had is another one.
    async fn is_for(self: &Arc<Self>, snapshot: &Arc<Snapshot>, fingerprint: &str) -> Result<bool> {
        let prepared = self.prepare_with(snapshot, None).await?;
        Ok(matches!(prepared.model, Model::Ready(model) if model.info().fingerprint == fingerprint))
    }
}

/// Edits of several files: with the versions of those that are open, where the client takes them. `made` is a file that is
/// not there yet.
pub(crate) fn changes(files: &[(Arc<Snapshot>, Vec<Edit>)], made: Option<Uri>, abilities: Abilities) -> WorkspaceEdit {
    let edits = |(snapshot, edits): &(Arc<Snapshot>, Vec<Edit>)| {
        (snapshot.uri.clone(), convert::text_edits(snapshot, edits, abilities.encoding))
    };
    if !abilities.versioned_edits {
        return WorkspaceEdit { changes: Some(files.iter().map(edits).collect()), ..WorkspaceEdit::default() };
    }
    let edit = |file: &(Arc<Snapshot>, Vec<Edit>)| {
        let (uri, edits) = edits(file);
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: file.0.edited_version() };
        TextDocumentEdit { text_document, edits: edits.into_iter().map(OneOf::Left).collect() }
    };
    let edits = files.iter().map(edit);
    let changes = match made {
        None => DocumentChanges::Edits(edits.collect()),
        Some(uri) => {
            let options = Some(CreateFileOptions { overwrite: None, ignore_if_exists: Some(true) });
            let make = ResourceOp::Create(CreateFile { uri, options, annotation_id: None });
            let edits = edits.map(DocumentChangeOperation::Edit);
            DocumentChanges::Operations([DocumentChangeOperation::Op(make)].into_iter().chain(edits).collect())
        }
    };
    WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() }
}
