//! Names and ids of value vectors as symbols: the symbol at a position, its definition, the files that use it.

use std::sync::Arc;

use base::Encoding;
use project::{Prompts, RenameError};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Location, Position};

use crate::convert;
use crate::errors::failed;
use crate::session::Session;
use crate::state::documents::Open;
use crate::state::prepared::Model;
use crate::state::snapshot::{DocumentKind, Snapshot};
use crate::uri::file_path;

/// A name or an id in a prompt file or a names file.
pub(crate) struct FoundSymbol {
    /// The names file that applies to the document. Its names and their ranges are of the same text.
    pub(crate) names: Arc<Snapshot>,
    /// The model's.
    pub(crate) fingerprint: String,
    pub(crate) symbol: ide::Symbol,
    /// The document that has the symbol.
    pub(crate) snapshot: Arc<Snapshot>,
}

/// The symbol at a position.
pub(crate) enum SymbolAt {
    Found(FoundSymbol),
    /// A name or an id whose model is not known. One line: why.
    Unknown(String),
    Nothing,
}

impl SymbolAt {
    pub(crate) fn found(self) -> Option<FoundSymbol> {
        match self {
            Self::Found(found) => Some(found),
            Self::Unknown(_) | Self::Nothing => None,
        }
    }

    /// An error if there is nothing to change.
    pub(crate) fn or_refuse(self) -> Result<FoundSymbol> {
        match self {
            Self::Found(found) => Ok(found),
            Self::Unknown(why) => Err(failed(why)),
            Self::Nothing => {
                Err(failed("no name at the cursor: put the cursor on one below `interventions:` or in the names file"))
            }
        }
    }
}

impl FoundSymbol {
    /// Where the name is defined.
    pub(crate) fn definitions(&self, encoding: Encoding) -> Vec<Location> {
        let ranges = ide::definitions(self.names.names(), &self.symbol.text, &self.fingerprint);
        ranges.iter().map(|range| convert::location(&self.names, range, encoding)).collect()
    }

    /// The prompt files that may have the same names file: it applies to files below its folder. Reads the disk.
    pub(crate) fn prompts(&self, session: &Session) -> Prompts<Arc<Snapshot>> {
        let path = file_path(&self.names.uri);
        match path.as_deref().and_then(|p| p.parent()) {
            Some(folder) => session.prompt_files(folder),
            None => Prompts { files: session.open_prompts(), left_out: None },
        }
    }

    /// All of them whose text may hold the symbol. Reads the disk.
    pub(crate) fn prompts_to_rename(&self, session: &Session) -> std::result::Result<Vec<Arc<Snapshot>>, RenameError> {
        let path = file_path(&self.names.uri);
        match path.as_deref().and_then(|p| p.parent()) {
            Some(folder) => session.prompt_files_with_name(folder, &self.symbol.text),
            None => Ok(session.open_prompts()),
        }
    }

    /// Whether a prompt file has the same names file. Reads the disk.
    pub(crate) fn is_for(&self, prompt: &Snapshot, session: &Session) -> bool {
        session.names_file(&prompt.uri).is_ok_and(|names| names.uri == self.names.uri)
    }
}

impl Session {
    /// The symbol at a position of a document. Loads the model only for a name or an id.
    pub(crate) async fn symbol_at(self: &Arc<Self>, document: &Open, position: Position) -> Result<SymbolAt> {
        let (session, snapshot) = (self.clone(), document.snapshot.clone());
        let encoding = self.state().capabilities.encoding;
        let first = move || {
            let offset = snapshot.offset(position, encoding);
            if snapshot.kind() == DocumentKind::Prompt {
                return Ok((ide::symbol(snapshot.file(), offset), snapshot));
            }
            let names = snapshot.names();
            let found = ide::name_at(names, offset);
            Err(found.map_or(SymbolAt::Nothing, |(fingerprint, symbol)| {
                SymbolAt::Found(FoundSymbol { names: snapshot.clone(), fingerprint, symbol, snapshot })
            }))
        };
        let (symbol, snapshot) = match self.blocking(first).await? {
            Ok((Some(symbol), snapshot)) => (symbol, snapshot),
            Ok((None, _)) => return Ok(SymbolAt::Nothing),
            Err(found) => return Ok(found),
        };
        let prepared = self.prepare(&snapshot, self.patience()).await?;
        let model = match prepared.model {
            Model::Ready(model) => model,
            Model::Loading(loading) => {
                return Ok(SymbolAt::Unknown(format!("{} is still loading: try again", loading.name)));
            }
            Model::Missing(error) => return Ok(SymbolAt::Unknown(error.message)),
        };
        let uri = snapshot.uri.clone();
        let names = self.blocking(move || session.names_file(&uri)).await?;
        Ok(match names {
            Ok(names) => {
                SymbolAt::Found(FoundSymbol { names, fingerprint: model.info().fingerprint.clone(), symbol, snapshot })
            }
            Err(error) => SymbolAt::Unknown(error.to_string()),
        })
    }
}
