//! `workspace/symbol`: names and concepts, from the editor's symbol picker.

use std::sync::Arc;
use std::time::Instant;

use base::Encoding;
use lm::{LanguageModel, ModelInfo, Priority};
use tower_lsp::jsonrpc::{ErrorCode, Result};
use tower_lsp::ls_types::{SymbolInformation, SymbolKind, Uri, WorkspaceSymbolParams, WorkspaceSymbolResponse};
use tracing::warn;

use crate::convert;
use crate::session::Session;
use crate::session::requests::Wait;
use crate::state::builds::Intent;
use crate::state::prepared::Model;
use crate::state::snapshot::Snapshot;

/// The largest number of concepts in the picker.
const FOUND: usize = 20;

/// Names of the project that contain the query, then value vectors for it. A vector's location is where a prompt file uses
/// it or, if none does, the `interventions:` of one. It asks the models of open files, and the default model if that is
/// loaded.
pub(crate) async fn workspace_symbol(
    session: &Arc<Session>,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>> {
    let query: Arc<str> = params.query.trim().into();
    let (encoding, style) = {
        let state = session.state();
        (state.capabilities.encoding, state.settings.hover.clone())
    };
    let mut symbols = Vec::new();
    for group in groups(session).await? {
        // One letter is not a query.
        let concepts = match query.chars().nth(1) {
            None => None,
            Some(_) => session.concepts_if_any(&group.model, Intent::Incidental).await,
        };
        let (query, style) = (query.clone(), style.clone());
        let prepared = session.prepare(&group.about, Wait::No).await?;
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
            Err(error) => warn!("a model was not searched for {:?}: {error}", params.query),
        }
    }
    Ok(Some(WorkspaceSymbolResponse::Flat(symbols)))
}

/// A model with its prompt files and names files of the workspace.
struct Group {
    model: Arc<dyn LanguageModel>,
    /// A file that names this model.
    about: Arc<Snapshot>,
    /// Prompt files for this model.
    prompts: Vec<Arc<Snapshot>>,
    /// The names files that apply to `prompts`.
    names: Vec<Arc<Snapshot>>,
}

/// The models of open prompt files, and the default of the workspace's folders if that is loaded.
async fn groups(session: &Arc<Session>) -> Result<Vec<Group>> {
    let until = Instant::now() + session.backing.options.patience;
    let mut open = Vec::new();
    for snapshot in session.open_prompts() {
        let patience = Wait::AtMost(until.saturating_duration_since(Instant::now()));
        if let Model::Ready(model) = session.prepare(&snapshot, patience).await?.model {
            open.push((snapshot, model));
        }
    }
    let own = session.clone();
    let groups = session.blocking(move || {
        let mut groups: Vec<Group> = Vec::new();
        for (snapshot, model) in open {
            add(&own, &mut groups, &snapshot, model, true);
        }
        let roots = own.state().roots.clone();
        for root in roots {
            let Some(uri) = Uri::from_file_path(root.join("search.prompt")) else { continue };
            let made_up = Snapshot::detached(uri, "");
            let Some(model) = own.loaded_model(&made_up) else { continue };
            add(&own, &mut groups, &made_up, model.clone(), false);
            let fingerprint = &model.info().fingerprint;
            let Some(group) = groups.iter_mut().find(|g| g.model.info().fingerprint == *fingerprint) else {
                continue;
            };
            // With nothing open there is no other location.
            if group.prompts.is_empty() {
                let same =
                    |s: &Arc<Snapshot>| own.loaded_model(s).is_some_and(|m| m.info().fingerprint == *fingerprint);
                group.prompts.extend(own.prompt_files(&root).files.into_iter().filter(same));
            }
        }
        groups
    });
    groups.await
}

fn add(
    session: &Session,
    groups: &mut Vec<Group>,
    snapshot: &Arc<Snapshot>,
    model: Arc<dyn LanguageModel>,
    is_file: bool,
) {
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
    if let Ok(names) = session.names_file(&snapshot.uri)
        && !group.names.iter().any(|n| n.uri == names.uri)
    {
        group.names.push(names);
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
        let at = convert::location(&snapshot, &range, encoding);
        let model = Some(self.model.info().name.clone());
        Some(convert::symbol_information(label(&hit, query), SymbolKind::CONSTANT, at, model))
    }
}

/// A vector's label in the picker. Pickers drop labels without the query: if the first words do not have it, it is added
/// after them.
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

/// The names of a model that contain a query, at their definitions.
fn names(snapshot: &Snapshot, query: &str, encoding: Encoding, info: &ModelInfo) -> Vec<SymbolInformation> {
    let names = snapshot.names();
    let wanted = query.to_lowercase();
    let all = names.all(info).into_iter().filter(|(name, _)| name.to_lowercase().contains(&wanted));
    let symbol = |(name, ids): (&str, Vec<base::ValueId>)| {
        let range = ide::definitions(names, name, &info.fingerprint).into_iter().next()?;
        let at = convert::location(snapshot, &range, encoding);
        let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        Some(convert::symbol_information(name.to_owned(), SymbolKind::CONSTANT, at, Some(ids)))
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
