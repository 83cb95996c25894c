//! `textDocument/documentSymbol`: the outline of a file.

use std::sync::Arc;

use base::Encoding;
use ide::Outlined;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, SymbolInformation, SymbolKind,
};

use crate::convert;
use crate::session::Session;
use crate::state::snapshot::{DocumentKind, Snapshot};

pub(crate) async fn document_symbol(
    session: &Arc<Session>,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let document = session.document(&params.text_document.uri)?;
    let (encoding, nests) = {
        let state = session.state();
        (state.capabilities.encoding, state.capabilities.nested_symbols)
    };
    let (own, snapshot) = (session.clone(), document.snapshot.clone());
    let outlined = session.blocking(move || {
        let outline = match snapshot.kind() {
            DocumentKind::Names => ide::names_outline(snapshot.names()),
            DocumentKind::Prompt => {
                // An outline does not wait for a model to load.
                let model = own.loaded_model(&snapshot);
                let file = snapshot.file().clone().with_names(own.names_for(&snapshot.uri));
                ide::outline(&file, model.as_ref().map(|m| m.info()))
            }
        };
        match nests {
            true => {
                DocumentSymbolResponse::Nested(outline.into_iter().map(|o| nested(&snapshot, o, encoding)).collect())
            }
            false => DocumentSymbolResponse::Flat(flat(&snapshot, outline, encoding)),
        }
    });
    let answer = async { outlined.await.map(Some) };
    document.unless_edited(answer).await
}

fn kind(outlined: &Outlined, inside: bool) -> SymbolKind {
    match (inside, outlined.name.as_str()) {
        (true, _) => SymbolKind::CONSTANT,
        (false, "prompt") => SymbolKind::STRING,
        (false, _) => SymbolKind::PROPERTY,
    }
}

fn nested(snapshot: &Snapshot, outlined: Outlined, encoding: Encoding) -> DocumentSymbol {
    fn one(snapshot: &Snapshot, outlined: Outlined, encoding: Encoding, inside: bool) -> DocumentSymbol {
        let kind = kind(&outlined, inside);
        let children: Vec<_> = outlined.inside.into_iter().map(|o| one(snapshot, o, encoding, true)).collect();
        #[expect(deprecated, reason = "the protocol's struct has the member still")]
        DocumentSymbol {
            name: outlined.name,
            detail: (!outlined.detail.is_empty()).then_some(outlined.detail),
            kind,
            tags: None,
            deprecated: None,
            range: snapshot.range(&outlined.range, encoding),
            selection_range: snapshot.range(&outlined.selection, encoding),
            children: (!children.is_empty()).then_some(children),
        }
    }
    one(snapshot, outlined, encoding, false)
}

fn flat(snapshot: &Snapshot, outline: Vec<Outlined>, encoding: Encoding) -> Vec<SymbolInformation> {
    let mut all = Vec::new();
    for outlined in outline {
        let (name, own) = (outlined.name.clone(), kind(&outlined, false));
        let at = convert::location(snapshot, &outlined.selection, encoding);
        all.push(convert::symbol_information(name.clone(), own, at, None));
        for inside in outlined.inside {
            let (own, at) = (kind(&inside, true), convert::location(snapshot, &inside.selection, encoding));
            all.push(convert::symbol_information(inside.name, own, at, Some(name.clone())));
        }
    }
    all
}
