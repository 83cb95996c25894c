//! `workspace/executeCommand`: which command, and its one argument.

pub(crate) mod fault;
pub(crate) mod fetch;
pub(crate) mod generate;
pub(crate) mod intervene;
pub(crate) mod interventions;
pub(crate) mod name;
pub(crate) mod search;
pub(crate) mod trace;

use std::sync::Arc;

use lm::LanguageModel;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::ExecuteCommandParams;

use crate::convert::failed;
use crate::service::internal;
use crate::session::Session;
use crate::session::models::{Model, Prepared};
use crate::session::progress::Progress;
use crate::state::documents::Snapshot;

/// Every command, by the name that clients call it by.
pub(crate) const COMMANDS: &[&str] = &[
    generate::NAME,
    trace::NAME,
    fetch::NAME,
    search::SEARCH,
    search::VECTOR,
    search::CLUSTERS,
    name::NAME,
    intervene::NAME,
    interventions::NAME,
];

pub(crate) async fn execute_command(session: &Arc<Session>, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let (arguments, token) = (params.arguments, params.work_done_progress_params.work_done_token);
    match params.command.as_str() {
        generate::NAME => generate::generate(session, argument(generate::NAME, arguments)?, token).await.map(Some),
        trace::NAME => trace::trace(session, argument(trace::NAME, arguments)?, token).await.map(Some),
        fetch::NAME => fetch::fetch(session, argument(fetch::NAME, arguments)?, token).await.map(|()| None),
        search::SEARCH => search::search(session, argument(search::SEARCH, arguments)?, token).await.map(Some),
        search::VECTOR => search::vector(session, argument(search::VECTOR, arguments)?, token).await.map(Some),
        search::CLUSTERS => search::clusters(session, argument(search::CLUSTERS, arguments)?, token).await.map(Some),
        name::NAME => name::name(session, argument(name::NAME, arguments)?, token).await.map(|()| None),
        intervene::NAME => intervene::intervene(session, argument(intervene::NAME, arguments)?, token).await.map(Some),
        interventions::NAME => {
            interventions::interventions(session, argument(interventions::NAME, arguments)?, token).await.map(Some)
        }
        fault::NAME if session.backing.options.faults => {
            fault::fault(session, argument(fault::NAME, arguments)?).await.map(|()| None)
        }
        other => Err(Error::invalid_params(format!("no command `{other}`; there are {}", COMMANDS.join(", ")))),
    }
}

fn argument<T: DeserializeOwned>(command: &str, arguments: Vec<Value>) -> Result<T> {
    let first = arguments.into_iter().next().unwrap_or_default();
    T::deserialize(&first).map_err(|_| {
        let wrong = wrong_member::<T>(&first).unwrap_or_default();
        Error::invalid_params(format!("{command} takes one object, {}{wrong}", form(command)))
    })
}

/// A command's argument, as its users write it.
fn form(command: &str) -> &'static str {
    match command {
        trace::NAME => {
            r#"{"uri", "positions"?: "all" | "last" | [n, ...], "layers"?: [n, ...], "top"?: n, "updates"?: n, "words"?: n, "generated"?: n}"#
        }
        fetch::NAME => r#"{"id"}, with the Hugging Face id of a model, such as "openai-community/gpt2""#,
        search::SEARCH => r#"{"uri"?, "model"?, "query", "limit"?: n}"#,
        search::VECTOR => r#"{"uri"?, "model"?, "id"}, with a value vector such as "L3D77""#,
        search::CLUSTERS => r#"{"uri"?, "model"?, "cluster"?: n, "id"?}, with a value vector such as "L3D77""#,
        intervene::NAME => {
            r#"{"uri", "target", "value"}, with a value as a prompt file has it, or "enable", "disable", "toggle" or "remove""#
        }
        name::NAME => r#"{"uri", "name", "ids"}, with value vectors such as ["L3D77"]"#,
        _ => r#"{"uri"}, with an open prompt file"#,
    }
}

/// What is wrong with an argument, where it is one member that it would do without.
fn wrong_member<T: DeserializeOwned>(argument: &Value) -> Option<String> {
    let members = argument.as_object()?;
    let (name, value) = members.iter().find(|(name, _)| {
        let others = members.iter().filter(|(other, _)| other != name);
        let others: serde_json::Map<_, _> = others.map(|(name, value)| (name.clone(), value.clone())).collect();
        T::deserialize(Value::Object(others)).is_ok()
    })?;
    let shown: String = value.to_string().chars().take(60).collect();
    Some(format!("; \"{name}\" cannot be {shown}"))
}

/// A command's result, number for number as the command line prints it: a float32 must not be written as the float64
/// that it happens to be.
pub(crate) async fn document(session: &Session, result: impl Serialize + Send + 'static) -> Result<Value> {
    let written = session.blocking(move || serde_json::to_string(&result).and_then(|text| serde_json::from_str(&text)));
    written.await?.map_err(|error| internal(format!("the result cannot be written as JSON: {error}")))
}

/// Waits for a document's model, and says so.
pub(crate) async fn ready(
    session: &Arc<Session>,
    snapshot: &Arc<Snapshot>,
    progress: &Progress,
) -> Result<(Prepared, Arc<dyn LanguageModel>)> {
    if snapshot.is_names() {
        return Err(failed("this file holds names and no prompt: run the command on a prompt file"));
    }
    let first = session.prepare(snapshot).await?;
    if let Model::Loading(loading) = &first.model {
        progress.report(format!("loading {}", loading.name), None);
    }
    let prepared = session.prepare_with(snapshot, None).await?;
    match prepared.model.clone() {
        Model::Ready(model) => Ok((prepared, model)),
        Model::Loading(loading) => Err(failed(format!("{} is loading; try again", loading.name))),
        Model::Missing(error) => Err(failed(error.message)),
    }
}

/// The model as the user named it.
pub(crate) fn model_name(prepared: &Prepared, model: &dyn LanguageModel) -> String {
    prepared.file().parsed.model.as_ref().map_or_else(|| model.info().name.clone(), |m| m.value.clone())
}
