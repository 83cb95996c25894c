//! `unembed.intervene`: adds, changes, enables, disables or removes the line of one target.

use std::sync::Arc;

use api::command::{InterveneArguments, InterveneResult};
use base::RunName;
use ide::Wish;
use lm::Priority;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::ProgressToken;

use crate::commands::command::{Arguments, Command};
use crate::commands::document::snapshot;
use crate::commands::ready::{check_is_prompt, ready};
use crate::convert;
use crate::errors::failed;
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::snapshot::Snapshot;

pub(crate) struct Intervene;

impl Command for Intervene {
    type Api = api::command::Intervene;
    const FORM: &'static str = r#"{"uri", "target", "value"}, with a value as a prompt file has it, or "enable", "disable", "toggle" or "remove"; or with "text" in place of "uri""#;

    /// A client that shows results itself applies the edits; other clients are asked to. The edits of a text are only
    /// returned.
    async fn run(
        session: &Arc<Session>,
        arguments: Arguments<Self>,
        token: Option<ProgressToken>,
    ) -> Result<InterveneResult> {
        let InterveneArguments { source, target, value, run } = arguments;
        let snapshot = snapshot(source, session)?;
        check_is_prompt(&snapshot)?;
        let run = run.unwrap_or_else(RunName::intervened);
        let wish = Wish::read(&written(&value)).map_err(|error| Error::invalid_params(error.to_string()))?;
        let words = match ide::adds(snapshot.file(), &run, &target, &wish) {
            true => words(session, &snapshot, (target.clone(), wish.clone(), run.clone()), token).await?,
            false => None,
        };
        let (capabilities, results) = {
            let state = session.state();
            (state.capabilities, state.wishes.results)
        };
        let edited = snapshot.clone();
        let changed = session.blocking(move || {
            let edits = ide::intervene(edited.file(), &run, &target, &wish, words.as_deref())?;
            let after = base::apply(&edited.text, &edits).map(ide::File::new);
            let line = after.and_then(|after| ide::intervention_line(&after, &run, &target));
            Ok::<_, ide::InterveneError>((edits, line))
        });
        let (edits, line) = changed.await?.map_err(|error| failed(error.to_string()))?;
        let version = snapshot.edited_version();
        if capabilities.applies_edits && !results && version.is_some() && !edits.is_empty() {
            let edit = convert::workspace_edit(&snapshot, &edits, capabilities.encoding, capabilities.versioned_edits);
            session.apply(edit, "nothing was changed");
        }
        let edits = convert::text_changes(&snapshot, &edits, capabilities.encoding);
        Ok(InterveneResult { version, line, edits })
    }
}

/// A value as a prompt file writes it. JSON is YAML.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The comment of a new line: the words that the vector promotes with its value. `None` if the model does not have the vector.
async fn words(
    session: &Arc<Session>,
    snapshot: &Arc<Snapshot>,
    (target, wish, run): (String, Wish, RunName),
    token: Option<ProgressToken>,
) -> Result<Option<String>> {
    let running = Running::start(session, "changing an intervention".to_owned(), token);
    let answer = async {
        let (prepared, model) = ready(session, snapshot, &running.progress()).await?;
        let work = session.run(prepared, Priority::Command, move |prepared, control| {
            ide::words_of(&target, &wish, prepared.file(), &run, &*model, control)
        });
        work.await
    };
    running.unless_cancelled(answer).await
}
