//! `textDocument/documentSymbol`, the outline of a file, and `workspace/symbol`, names and concepts from the editor's own
//! symbol picker.

use std::sync::Arc;

use ide::Outlined;
use lm::Priority;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind, Uri,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use crate::convert;
use crate::documents::Snapshot;
use crate::models::{Model, Prepared};
use crate::session::Session;
use base::Encoding;

/// Concepts in the picker.
const FOUND: usize = 20;

pub(crate) async fn document_symbol(
    session: &Arc<Session>,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>> {
    let document = session.document(&params.text_document.uri)?;
    let (encoding, nests) = {
        let state = session.state();
        (state.abilities.encoding, state.abilities.nested_symbols)
    };
    let answer = async {
        let prepared = session.prepare(&document.snapshot).await?;
        let work = session.blocking(move || {
            let info = match &prepared.model {
                Model::Ready(model) => Some(model.info()),
                Model::Loading(_) | Model::Missing(_) => None,
            };
            let outline = ide::outline(prepared.file(), info);
            match nests {
                true => DocumentSymbolResponse::Nested(
                    outline.into_iter().map(|o| nested(&prepared.snapshot, o, encoding)).collect(),
                ),
                false => DocumentSymbolResponse::Flat(flat(&prepared.snapshot, outline, encoding)),
            }
        });
        work.await.map(Some)
    };
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
            range: convert::range(snapshot, &outlined.range, encoding),
            selection_range: convert::range(snapshot, &outlined.selection, encoding),
            children: (!children.is_empty()).then_some(children),
        }
    }
    one(snapshot, outlined, encoding, false)
}

fn flat(snapshot: &Snapshot, outline: Vec<Outlined>, encoding: Encoding) -> Vec<SymbolInformation> {
    let mut all = Vec::new();
    for outlined in outline {
        let (name, own) = (outlined.name.clone(), kind(&outlined, false));
        let range = |r: &std::ops::Range<usize>| convert::range(snapshot, r, encoding);
        all.push(information(name.clone(), own, &snapshot.uri, range(&outlined.selection), None));
        for inside in outlined.inside {
            let (own, at) = (kind(&inside, true), range(&inside.selection));
            all.push(information(inside.name, own, &snapshot.uri, at, Some(name.clone())));
        }
    }
    all
}

fn information(
    name: String,
    kind: SymbolKind,
    uri: &Uri,
    range: tower_lsp::ls_types::Range,
    container_name: Option<String>,
) -> SymbolInformation {
    #[expect(deprecated, reason = "the protocol's struct has the member still")]
    SymbolInformation {
        name,
        kind,
        tags: None,
        deprecated: None,
        location: Location { uri: uri.clone(), range },
        container_name,
    }
}

/// Names of the project that hold the query, then value vectors for it, of the model of the file that was opened last;
/// each is where it is used or, where nobody uses it, at that file's list.
pub(crate) async fn workspace_symbol(
    session: &Arc<Session>,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let (snapshots, encoding) = {
        let state = session.state();
        (state.documents.snapshots(), state.abilities.encoding)
    };
    let query = params.query.trim().to_owned();
    let mut prompts: Vec<_> = snapshots.into_iter().filter(|s| s.uri.as_str().ends_with(".prompt")).collect();
    prompts.sort_by(|a, b| a.uri.as_str().cmp(b.uri.as_str()));
    let patience = session.backing.options.patience;
    let mut symbols = Vec::new();
    let mut asked: Vec<String> = Vec::new();
    for snapshot in prompts {
        let mut prepared = session.prepare_with(&snapshot, Some(patience)).await?;
        let Model::Ready(model) = prepared.model.clone() else { continue };
        // Once for each model.
        if asked.contains(&model.info().fingerprint) {
            continue;
        }
        asked.push(model.info().fingerprint.clone());
        if query.chars().count() >= 2 && session.backing.indexes.is_some() {
            prepared.concepts = session.concepts(&model).await.ok();
        }
        let (searched, own) = (query.clone(), session.clone());
        let work = session.run(prepared, Priority::Interactive, move |prepared, control| {
            let mut found = names(&own, prepared, &searched, encoding, model.info());
            if let Some(concepts) = prepared.concepts.as_deref().filter(|_| searched.chars().count() >= 2) {
                // What is typed into the picker is seldom a whole query.
                let document = ide::search(&searched, FOUND, &*model, concepts, &prepared.file().names, control);
                found.extend(document.into_iter().flat_map(|d| d.hits).map(|hit| {
                    let words = hit.top.iter().filter(|w| !w.undertrained).take(6).map(|w| w.token.trim());
                    let name = format!("{} {}", hit.id, words.collect::<Vec<_>>().join(", "));
                    let at = place(prepared, &hit.id.to_string(), encoding);
                    information(name, SymbolKind::CONSTANT, &prepared.snapshot.uri, at, Some(model.info().name.clone()))
                }));
            }
            Ok(found)
        });
        symbols.extend(work.await?);
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(symbols)))
}

fn names(
    session: &Session,
    prepared: &Prepared,
    query: &str,
    encoding: Encoding,
    info: &lm::ModelInfo,
) -> Vec<SymbolInformation> {
    let names = &prepared.file().names;
    let Some(snapshot) = session.names_snapshot(names) else { return Vec::new() };
    let wanted = query.to_lowercase();
    let all = names.all(info).into_iter().filter(|(name, _)| name.to_lowercase().contains(&wanted));
    let symbol = |(name, ids): (&str, Vec<base::ValueId>)| {
        let range = ide::definitions(names, name, &info.fingerprint).into_iter().next()?;
        let at = convert::range(&snapshot, &range, encoding);
        let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        Some(information(name.to_owned(), SymbolKind::CONSTANT, &snapshot.uri, at, Some(ids)))
    };
    all.filter_map(symbol).collect()
}

/// Where a file uses an id, else its list of interventions, else its start.
fn place(prepared: &Prepared, id: &str, encoding: Encoding) -> tower_lsp::ls_types::Range {
    let file = prepared.file();
    let used = ide::references(file, id, &[]).into_iter().next();
    let list = || file.parsed.keys.iter().find(|k| k.name.value == "interventions").map(|k| k.name.range.clone());
    convert::range(&prepared.snapshot, &used.or_else(list).unwrap_or(0..0), encoding)
}
