//! `unembed.search`, `unembed.vector` and `unembed.clusters`: the concept index as commands. The first search starts the
//! build and answers from what is there.

use std::sync::Arc;

use ide::page::{clusters_page, search_page, vector_page};
use lm::{LanguageModel, Priority};
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::Running;
use crate::documents::Snapshot;
use crate::models::Prepared;
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
    cluster: Option<usize>,
}

impl Session {
    /// The text that says which model is meant: an open file, or one made up that names the model.
    fn about(&self, about: &About) -> Result<Arc<Snapshot>> {
        if let Some(uri) = &about.uri
            && about.model.is_none()
        {
            return Ok(self.document(uri)?.snapshot);
        }
        let front = about.model.as_ref().map_or_else(String::new, |m| format!("model: {}\n", syntax::quote(m)));
        let uri = about.uri.clone().or_else(|| "untitled:search.prompt".parse().ok());
        let uri = uri.ok_or_else(|| Error::invalid_params("name a uri or a model"))?;
        Ok(Snapshot::on_disk(uri, format!("---\n{front}---\n")))
    }
}

/// Runs a command on a model's index, on the engine.
async fn run<T: Send + 'static>(
    session: &Arc<Session>,
    about: About,
    title: &str,
    token: Option<ProgressToken>,
    work: impl FnOnce(&Prepared, &dyn LanguageModel, &dyn lm::Control) -> std::result::Result<T, lm::Error> + Send + 'static,
) -> Result<(T, Arc<Snapshot>)> {
    let snapshot = session.about(&about)?;
    let running = Running::start(session, title.to_owned(), token);
    let answer = async {
        let (mut prepared, model) = ready(session, &snapshot, &running.progress()).await?;
        prepared.concepts = Some(session.concepts(&model).await?);
        session.run(prepared, Priority::Interactive, move |prepared, control| work(prepared, &*model, control)).await
    };
    Ok((running.unless_cancelled(answer).await?, snapshot))
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
        let (names, limit) = (&prepared.file().names, limit.unwrap_or(LIMIT));
        let found = ide::search(&query, limit, model, concepts, names, control)?;
        let page = match results {
            true => None,
            false => {
                let found = concepts.search(&query, limit, model, control)?;
                Some(search_page(&found, model, names, undertrained))
            }
        };
        Ok((found, page))
    };
    let ((found, page), snapshot) = run(session, about, "searching", token, work).await?;
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
    let own = session.clone();
    let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn lm::Control| {
        let names = &prepared.file().names;
        let ids = names.vectors(&id, model.info()).map_err(lm::Error::Input)?;
        let &[id] = &ids[..] else {
            return Err(lm::Error::Input(format!("{id} is a group of {} value vectors: look at one", ids.len())));
        };
        let mut card = ide::vector(id, WORDS, model, prepared.concepts.as_deref(), names, control)?;
        card.prompts = own.strongest(prepared, id, model, control)?;
        let page = (!results).then(|| vector_page(&card, model, undertrained, control)).transpose()?;
        Ok((card, page))
    };
    let ((card, page), snapshot) = run(session, about, "looking at a value vector", token, work).await?;
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
    let ClustersArgument { about, cluster } = argument;
    let (results, _) = shown(session);
    let work = move |prepared: &Prepared, model: &dyn LanguageModel, control: &dyn lm::Control| {
        let concepts = prepared.concepts.as_deref().ok_or_else(no_index)?;
        let all = ide::clusters(cluster, model, concepts)?;
        let page = (!results).then(|| clusters_page(&all, model, control)).transpose()?;
        Ok((all, page))
    };
    let ((all, page), snapshot) = run(session, about, "looking at clusters", token, work).await?;
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
    /// Where the workspace's prompts for this model make a vector act most.
    fn strongest(
        self: &Arc<Self>,
        prepared: &Prepared,
        id: base::ValueId,
        model: &dyn LanguageModel,
        control: &dyn lm::Control,
    ) -> std::result::Result<Vec<ide::document::PromptDocument>, lm::Error> {
        /// More would keep somebody waiting; the nearest files come first in the alphabet.
        const FILES: usize = 50;
        const PLACES: usize = 5;
        let mut places = Vec::new();
        for snapshot in self.prompt_files(&prepared.snapshot.uri).into_iter().take(FILES) {
            let for_model = self.fingerprint(&snapshot).is_some_and(|f| f == model.info().fingerprint);
            if !for_model {
                continue;
            }
            let path = snapshot.uri.to_file_path().map(|p| p.display().to_string());
            let shown = path.unwrap_or_else(|| snapshot.uri.as_str().to_owned());
            match ide::strongest(snapshot.file(), &shown, id, model, control) {
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
}
