//! `textDocument/documentSymbol`, the outline of a file, and `workspace/symbol`, names and concepts from the editor's own
//! symbol picker.

use std::sync::Arc;
use std::time::Instant;

use base::Encoding;
use ide::Outlined;
use lm::{LanguageModel, ModelInfo, Priority};
use tower_lsp::jsonrpc::{ErrorCode, Result};
use tower_lsp::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation, SymbolKind, Uri,
    WorkspaceSymbolParams, WorkspaceSymbolResponse,
};
use tracing::warn;

use crate::convert;
use crate::session::Session;
use crate::session::indexing::Asking;
use crate::session::models::Model;
use crate::state::documents::Snapshot;

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
    let (own, snapshot) = (session.clone(), document.snapshot.clone());
    let outlined = session.blocking(move || {
        let outline = match snapshot.is_names() {
            true => ide::names_outline(snapshot.names()),
            false => {
                // An outline does not wait for the names of vectors.
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

/// Names of the project that hold the query, then value vectors for it. A vector is where a prompt file uses it or, where
/// none does, at the list of one. Asked are the models of the files that are open and, as far as it is loaded, the one that
/// is meant where no file is.
pub(crate) async fn workspace_symbol(
    session: &Arc<Session>,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let query: Arc<str> = params.query.trim().into();
    let (encoding, style) = {
        let state = session.state();
        (state.abilities.encoding, state.settings.hover)
    };
    let mut symbols = Vec::new();
    for group in session.groups().await? {
        // One letter is no query.
        let concepts = match query.chars().nth(1) {
            None => None,
            Some(_) => session.concepts_if_any(&group.model, Asking::ByTheWay).await,
        };
        let query = query.clone();
        let prepared = session.prepare(&group.about).await?;
        let work = session.run(prepared, Priority::Interactive, move |_, control| {
            let model = &*group.model;
            let mut found: Vec<_> = group.names.iter().flat_map(|n| names(n, &query, encoding, model.info())).collect();
            let first = group.names.first().map_or_else(ide::Names::default, |n| n.names().clone());
            let hits = ide::look_up(&query, FOUND, model, concepts.as_deref(), &first, &style, control)?;
            found.extend(hits.into_iter().filter_map(|hit| group.concept(hit, &query, encoding)));
            Ok(found)
        });
        match work.await {
            Ok(found) => symbols.extend(found),
            Err(error) if error.code == ErrorCode::RequestCancelled => return Err(error),
            Err(error) => warn!("a model says nothing of {:?}: {error}", params.query),
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(symbols)))
}

/// A model, and what the workspace has for it.
struct Group {
    model: Arc<dyn LanguageModel>,
    /// A file that means this model.
    about: Arc<Snapshot>,
    /// Prompt files for it.
    prompts: Vec<Arc<Snapshot>>,
    /// The names files that count for them.
    names: Vec<Arc<Snapshot>>,
}

impl Session {
    /// The models of open prompt files, and the default of the workspace's folders if that is loaded.
    async fn groups(self: &Arc<Self>) -> Result<Vec<Group>> {
        let until = Instant::now() + self.backing.options.patience;
        let mut open = Vec::new();
        for snapshot in self.open_prompts() {
            let patience = until.saturating_duration_since(Instant::now());
            if let Model::Ready(model) = self.prepare_with(&snapshot, Some(patience)).await?.model {
                open.push((snapshot, model));
            }
        }
        let session = self.clone();
        self.blocking(move || {
            let mut groups: Vec<Group> = Vec::new();
            for (snapshot, model) in open {
                session.add(&mut groups, &snapshot, model, true);
            }
            let roots = session.state().roots.clone();
            for root in roots {
                let Some(uri) = Uri::from_file_path(root.join("search.prompt")) else { continue };
                let made_up = Snapshot::on_disk(uri, String::new());
                let Some(model) = session.loaded_model(&made_up) else { continue };
                session.add(&mut groups, &made_up, model.clone(), false);
                let fingerprint = &model.info().fingerprint;
                let Some(group) = groups.iter_mut().find(|g| g.model.info().fingerprint == *fingerprint) else {
                    continue;
                };
                // With nothing open there is no other place to go to.
                if group.prompts.is_empty() {
                    let same = |s: &Arc<Snapshot>| {
                        session.loaded_model(s).is_some_and(|m| m.info().fingerprint == *fingerprint)
                    };
                    group.prompts.extend(session.prompt_files(&root).into_iter().filter(same));
                }
            }
            groups
        })
        .await
    }

    fn add(&self, groups: &mut Vec<Group>, snapshot: &Arc<Snapshot>, model: Arc<dyn LanguageModel>, is_file: bool) {
        let known = groups.iter().position(|g| g.model.info().fingerprint == model.info().fingerprint);
        let at = known.unwrap_or_else(|| {
            let (about, prompts, names) = (snapshot.clone(), Vec::new(), Vec::new());
            groups.push(Group { model, about, prompts, names });
            groups.len() - 1
        });
        let group = &mut groups[at];
        if is_file {
            group.prompts.push(snapshot.clone());
        }
        if let Ok(names) = self.names_file(&snapshot.uri)
            && !group.names.iter().any(|n| n.uri == names.uri)
        {
            group.names.push(names);
        }
    }
}

impl Group {
    /// `None` where there is no file to go to.
    fn concept(&self, hit: ide::LookedUp, query: &str, encoding: Encoding) -> Option<SymbolInformation> {
        let meant = |s: &Arc<Snapshot>| {
            let names = self.names.iter().map(|n| n.names()).find(|n| n.of(hit.id, self.model.info()).is_some());
            let names = names.cloned().unwrap_or_default();
            let meant = ide::Meant::of(&names, &hit.id.to_string(), &self.model.info().fingerprint);
            Some((s.clone(), ide::references(s.file(), &meant).into_iter().next()?))
        };
        let list = |s: &Arc<Snapshot>| {
            let key = s.file().parsed.keys.iter().find(|k| k.name.value == "interventions");
            (s.clone(), key.map_or(0..0, |k| k.name.range.clone()))
        };
        let (snapshot, range) = self.prompts.iter().find_map(meant).or_else(|| self.prompts.first().map(list))?;
        let at = convert::range(&snapshot, &range, encoding);
        let model = Some(self.model.info().name.clone());
        Some(information(label(&hit, query), SymbolKind::CONSTANT, &snapshot.uri, at, model))
    }
}

/// What a picker shows of a vector. Pickers drop what does not hold the query: a word that is not among the first ones
/// stands behind them.
fn label(hit: &ide::LookedUp, query: &str) -> String {
    let label = match &hit.name {
        Some(name) => format!("{} {name}: {}", hit.id, hit.words),
        None => format!("{} {}", hit.id, hit.words),
    };
    match label.to_lowercase().contains(&query.to_lowercase()) {
        true => label,
        false => format!("{label} ({query})"),
    }
}

/// The names of a model that hold a query, where they are given.
fn names(snapshot: &Snapshot, query: &str, encoding: Encoding, info: &ModelInfo) -> Vec<SymbolInformation> {
    let names = snapshot.names();
    let wanted = query.to_lowercase();
    let all = names.all(info).into_iter().filter(|(name, _)| name.to_lowercase().contains(&wanted));
    let symbol = |(name, ids): (&str, Vec<base::ValueId>)| {
        let range = ide::definitions(names, name, &info.fingerprint).into_iter().next()?;
        let at = convert::range(snapshot, &range, encoding);
        let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        Some(information(name.to_owned(), SymbolKind::CONSTANT, &snapshot.uri, at, Some(ids)))
    };
    all.filter_map(symbol).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picker_finds_the_query_in_what_it_is_shown() {
        let check = |name: Option<&str>, query: &str, expected: &str| {
            let id = base::ValueId::new(2, 10);
            let hit = ide::LookedUp { id, words: "shore, North".to_owned(), name: name.map(str::to_owned) };
            assert_eq!(label(&hit, query), expected);
        };
        check(None, "north", "L2D10 shore, North");
        check(None, "river", "L2D10 shore, North (river)");
        check(Some("rivers"), "river", "L2D10 rivers: shore, North");
        check(None, "L2D10", "L2D10 shore, North");
    }
}
