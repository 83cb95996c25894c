//! The commands of `workspace/executeCommand`, one file each: a type that implements `Command`. To add one, write its file and put it into `REGISTRY`, from which the server announces its commands.

mod check_name;
mod choose;
mod clusters;
mod command;
mod document;
mod fault;
mod fetch;
mod generate;
mod intervene;
mod interventions;
mod model_index;
mod name;
mod ready;
mod search;
mod strengths;
mod structure;
mod trace;
mod vector;

use std::sync::Arc;

use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::ProgressToken;

pub(crate) use command::Command;
pub(crate) use fetch::Fetch;
pub(crate) use generate::Generate;
pub(crate) use trace::Trace;

use crate::errors::internal;
use crate::session::Session;

type Run = fn(Arc<Session>, Vec<Value>, Option<ProgressToken>) -> BoxFuture<'static, Result<Value>>;

struct Entry {
    name: &'static str,
    run: Run,
}

impl Entry {
    const fn of<C: Command>() -> Self {
        Self {
            name: <C::Api as api::command::Command>::NAME,
            run: |session, arguments, token| Box::pin(run::<C>(session, arguments, token)),
        }
    }
}

/// Every command that the server announces.
const REGISTRY: &[Entry] = &[
    Entry::of::<Generate>(),
    Entry::of::<Trace>(),
    Entry::of::<Fetch>(),
    Entry::of::<search::Search>(),
    Entry::of::<vector::Vector>(),
    Entry::of::<clusters::Clusters>(),
    Entry::of::<name::Name>(),
    Entry::of::<intervene::Intervene>(),
    Entry::of::<interventions::Interventions>(),
    Entry::of::<structure::Structure>(),
    Entry::of::<strengths::Strengths>(),
    Entry::of::<check_name::CheckName>(),
    Entry::of::<choose::Choose>(),
];

/// Commands that only tests call, if the options allow it.
const FAULTS: &[Entry] = &[Entry::of::<fault::Fault>()];

/// The names of all announced commands.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    REGISTRY.iter().map(|entry| entry.name)
}

pub(crate) async fn execute(
    session: &Arc<Session>,
    name: &str,
    arguments: Vec<Value>,
    token: Option<ProgressToken>,
) -> Result<Option<Value>> {
    let faults = if session.backing.options.faults { FAULTS } else { &[] };
    let Some(entry) = REGISTRY.iter().chain(faults).find(|entry| entry.name == name) else {
        let all = names().collect::<Vec<_>>().join(", ");
        return Err(Error::invalid_params(format!("no command `{name}`; there are {all}")));
    };
    (entry.run)(session.clone(), arguments, token).await.map(Some)
}

async fn run<C: Command>(session: Arc<Session>, arguments: Vec<Value>, token: Option<ProgressToken>) -> Result<Value> {
    let first = arguments.into_iter().next().unwrap_or_default();
    let arguments = command::Arguments::<C>::deserialize(&first).map_err(|_| {
        let wrong = wrong_member::<command::Arguments<C>>(&first).unwrap_or_default();
        Error::invalid_params(format!(
            "{} takes one object, {}{wrong}",
            <C::Api as api::command::Command>::NAME,
            C::FORM
        ))
    })?;
    let result = C::run(&session, arguments, token).await?;
    written(&session, result).await
}

/// Names the wrong member of an object, if the object without it could be read.
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

/// A result with the numbers as the command line prints them. It goes through JSON text, so that a float32 is not written
/// as the float64 that it converts to.
async fn written(session: &Session, result: impl Serialize + Send + 'static) -> Result<Value> {
    let written = session.blocking(move || serde_json::to_string(&result).and_then(|text| serde_json::from_str(&text)));
    written.await?.map_err(|error| internal(format!("the result cannot be written as JSON: {error}")))
}
