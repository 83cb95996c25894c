//! `unembed.search`, `unembed.vector` and `unembed.clusters`: the concept index as commands. The first search starts the
//! build and answers from what is there.

use std::sync::Arc;

use ide::document::PromptDocument;
use ide::page::{clusters_page, search_page, vector_page};
use lm::{LanguageModel, Priority};
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::Running;
use crate::documents::{Snapshot, is_names};
use crate::indexing::Asking;
use crate::models::{Prepared, file_path, folder};
use crate::requests::execute_command::{document, ready};
use crate::requests::show;
use crate::session::Session;

pub(crate) const SEARCH: &str = "unembed.search";
pub(crate) const VECTOR: &str = "unembed.vector";
pub(crate) const CLUSTERS: &str = "unembed.clusters";

/// Hits where nobody says how many.
const LIMIT: usize = 20;
/// Words of a card at each end.
const WORDS: usize = 50;

/// Whose index: the model of a file, or a model by its name.
#[derive(Deserialize)]
struct About {
    uri: Option<Uri>,
    model: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct SearchArgument {
    #[serde(flatten)]
    about: About,
    query: String,
    limit: Option<usize>,
}

#[derive(Deserialize)]
pub(crate) struct VectorArgument {
    #[serde(flatten)]
    about: About,
    id: String,
}

#[derive(Deserialize)]
pub(crate) struct ClustersArgument {
    #[serde(flatten)]
    about: About,
    /// By its number.
    cluster: Option<usize>,
    /// The one that this vector is in.
    id: Option<String>,
}

impl Session {
    /// The text that says which model is meant: an open file, or one made up that names the model. What is beside a names
    /// file means the default.
    fn about(&self, about: &About) -> Result<Arc<Snapshot>> {
        let uri = match &about.uri {
            Some(uri) if is_names(uri) => folder(uri).and_then(|f| Uri::from_file_path(f.join("unembed.prompt"))),
            Some(uri) if about.model.is_none() => return Ok(self.document(uri)?.snapshot),
            Some(uri) => Some(uri.clone()),
            None => "untitled:unembed.prompt".parse().ok(),
        };
        let front = about.model.as_ref().map_or_else(String::new, |m| format!("model: {}\n", syntax::quote(m)));
        let uri = uri.ok_or_else(|| Error::invalid_params("name a uri or a model"))?;
        Ok(Snapshot::on_disk(uri, format!("---\n{front}---\n")))
    }
}

/// What a command needs of the index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// There is no answer without it.
    Index,
    /// There is less of one without it.
    IndexIfAny,
}

/// Runs a command on a model's index, on the engine.
async fn run<T: Send + 'static>(
    session: &Arc<Session>,
    running: &Running,
    snapshot: &Arc<Snapshot>,
    needs: Needs,
    work: impl FnOnce(&Prepared, &dyn LanguageModel, &dyn lm::Control) -> std::result::Result<T, lm::Error> + Send + 'static,
) -> Result<T> {
    let answer = async {
        let (mut prepared, model) = ready(session, snapshot, &running.progress()).await?;
        prepared.concepts = match needs {
            Needs::Index => Some(session.concepts(&model, Asking::Outright).await?),
            Needs::IndexIfAny => session.concepts_if_any(&model, Asking::Outright).await,
        };
        session.run(prepared, Priority::Interactive, move |prepared, control| work(prepared, &*model, control)).await
    };
    running.unless_cancelled(answer).await
}

fn no_index() -> lm::Error {
    lm::Error::Model("there is no concept index".to_owned())
}

pub(crate) async fn search(
    session: &Arc<Session>,
    argument: SearchArgument,
    token: Option<ProgressToken>,
) -> Result<Value> {
    let SearchArgument { about, query, limit } = argument;
    let (results, undertrained) = shown(session);
    let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn lm::Control| {
        let concepts = prepared.concepts.as_deref().ok_or_else(no_index)?;
        let names = &prepared.file().names;
        let found = concepts.search(&query, limit.unwrap_or(LIMIT), model, control)?;
        let page = (!results).then(|| search_page(&found, model, names, undertrained));
        Ok((ide::search_document(&query, found, model, names), page))
    };
    let snapshot = session.about(&about)?;
    let running = Running::start(session, "searching".to_owned(), token);
    let (found, page) = run(session, &running, &snapshot, Needs::Index, work).await?;
    if let Some(page) = page {
        show::show(session, &snapshot, "search.txt", page);
    }
    document(session, found).await
}

pub(crate) async fn vector(
    session: &Arc<Session>,
    argument: VectorArgument,
    token: Option<ProgressToken>,
) -> Result<Value> {
    let VectorArgument { about, id } = argument;
    let (results, undertrained) = shown(session);
    let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn lm::Control| {
        let names = &prepared.file().names;
        let ids = names.vectors(&id, model.info()).map_err(lm::Error::input)?;
        let &[id] = &ids[..] else {
            return Err(lm::Error::input(format!("{id} is a group of {} value vectors: look at one", ids.len())));
        };
        ide::vector(id, WORDS, model, prepared.concepts.as_deref(), names, control)
    };
    let snapshot = session.about(&about)?;
    let running = Running::start(session, "looking at a value vector".to_owned(), token);
    let mut card = run(session, &running, &snapshot, Needs::IndexIfAny, work).await?;
    let (card, page) = running
        .unless_cancelled(async {
            let (prepared, model) = ready(session, &snapshot, &running.progress()).await?;
            let files = session.prompts_of(&snapshot, &model).await?;
            // Prompts are run for it: what somebody looks at goes first.
            let work = session.run(prepared, Priority::Command, move |_, control| {
                card.prompts = strongest(&files, card.id, &*model, control)?;
                let page = (!results).then(|| vector_page(&card, &*model, undertrained, control)).transpose()?;
                Ok((card, page))
            });
            work.await
        })
        .await?;
    if let Some(page) = page {
        show::show(session, &snapshot, "vector.txt", page);
    }
    document(session, card).await
}

pub(crate) async fn clusters(
    session: &Arc<Session>,
    argument: ClustersArgument,
    token: Option<ProgressToken>,
) -> Result<Value> {
    let ClustersArgument { about, cluster, id } = argument;
    let (results, _) = shown(session);
    let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn lm::Control| {
        let concepts = prepared.concepts.as_deref().ok_or_else(no_index)?;
        let number = match (cluster, id) {
            (None, Some(id)) => Some(ide::cluster_of(&id, model, concepts, &prepared.file().names, control)?),
            (number, _) => number,
        };
        let all = ide::clusters(number, model, concepts, control)?;
        let page = (!results).then(|| clusters_page(&all, model, control)).transpose()?;
        Ok((all, page))
    };
    let snapshot = session.about(&about)?;
    let running = Running::start(session, "looking at clusters".to_owned(), token);
    let (all, page) = run(session, &running, &snapshot, Needs::Index, work).await?;
    if let Some(page) = page {
        show::show(session, &snapshot, "clusters.txt", page);
    }
    document(session, all).await
}

/// Whether the client shows results itself, and which words it wants.
fn shown(session: &Session) -> (bool, bool) {
    let state = session.state();
    (state.wishes.results, state.settings.hover.undertrained)
}

impl Session {
    /// The prompt files of a document's project that are for this model, with what they are called.
    async fn prompts_of(
        self: &Arc<Self>,
        snapshot: &Arc<Snapshot>,
        model: &Arc<dyn LanguageModel>,
    ) -> Result<Vec<(String, Arc<Snapshot>)>> {
        /// More would keep somebody waiting; the nearest files come first in the alphabet.
        const FILES: usize = 50;
        let (session, snapshot, fingerprint) = (self.clone(), snapshot.clone(), model.info().fingerprint.clone());
        self.blocking(move || {
            let project = session.project(&snapshot.uri);
            let all = project.as_ref().map_or_else(|| session.open_prompts(), |project| session.prompt_files(project));
            let meant =
                |s: &Arc<Snapshot>| session.loaded_model(s).is_some_and(|m| m.info().fingerprint == fingerprint);
            let called = |s: Arc<Snapshot>| {
                let path = file_path(&s.uri).map(|p| p.display().to_string());
                (path.unwrap_or_else(|| s.uri.as_str().to_owned()), s)
            };
            all.into_iter().filter(meant).take(FILES).map(called).collect()
        })
        .await
    }
}

/// Where prompts make a vector act most.
fn strongest(
    files: &[(String, Arc<Snapshot>)],
    id: base::ValueId,
    model: &dyn LanguageModel,
    control: &dyn lm::Control,
) -> std::result::Result<Vec<PromptDocument>, lm::Error> {
    const PLACES: usize = 5;
    let mut places = Vec::new();
    for (called, snapshot) in files {
        match ide::strongest(snapshot.file(), called, id, model, control) {
            Ok(place) => places.extend(place),
            Err(lm::Error::Cancelled) => return Err(lm::Error::Cancelled),
            // A file that cannot be run says why itself.
            Err(_) => {}
        }
    }
    places.sort_by(|a, b| b.coefficient.abs().total_cmp(&a.coefficient.abs()));
    places.truncate(PLACES);
    Ok(places)
}
