//! `unembed.intervene`: one value vector's line is added, changed, turned on or off, or taken out.

use std::sync::Arc;

use ide::Wish;
use lm::Priority;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ProgressToken, Uri};

use crate::commands::ready;
use crate::convert::{self, failed};
use crate::session::Session;
use crate::session::progress::Running;
use crate::state::documents::Snapshot;

pub(crate) const NAME: &str = "unembed.intervene";

/// `[{"uri", "target", "value"}]`
#[derive(Deserialize)]
pub(crate) struct Argument {
    uri: Uri,
    target: String,
    value: Value,
}

/// `{"version", "line", "edits"}`: a client that shows results itself applies the edits, for the others it is asked to.
pub(crate) async fn intervene(
    session: &Arc<Session>,
    argument: Argument,
    token: Option<ProgressToken>,
) -> Result<Value> {
    let document = session.document(&argument.uri)?;
    let snapshot = document.snapshot.clone();
    if snapshot.is_names() {
        return Err(failed("this file holds names and no prompt: run the command on a prompt file"));
    }
    let wish = Wish::read(&written(&argument.value)).map_err(Error::invalid_params)?;
    let words = match ide::adds(snapshot.file(), &argument.target, &wish) {
        true => words(session, &snapshot, argument.target.clone(), token).await?,
        false => None,
    };
    let (abilities, results) = {
        let state = session.state();
        (state.abilities, state.wishes.results)
    };
    let target = argument.target;
    let edited = snapshot.clone();
    let changed = session.blocking(move || {
        let edits = ide::intervene(edited.file(), &target, &wish, words.as_deref())?;
        let after = base::apply(&edited.text, &edits).map(ide::File::new);
        let line = after.and_then(|after| ide::intervention_line(&after, &target));
        Ok::<_, String>((edits, line))
    });
    let (edits, line) = changed.await?.map_err(failed)?;
    if !results && !edits.is_empty() {
        let edit = convert::workspace_edit(&snapshot, &edits, abilities.encoding, abilities.versioned_edits);
        session.apply(edit, "nothing was changed");
    }
    let edits = convert::text_edits(&snapshot, &edits, abilities.encoding);
    Ok(json!({"version": snapshot.edited_version(), "line": line, "edits": edits}))
}

/// A value as a prompt file writes it. JSON is YAML.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The words that stand behind a new line; none where the model cannot be had, or does not have the vector.
async fn words(
    session: &Arc<Session>,
    snapshot: &Arc<Snapshot>,
    target: String,
    token: Option<ProgressToken>,
) -> Result<Option<String>> {
    let running = Running::start(session, "changing an intervention".to_owned(), token);
    let answer = async {
        let (prepared, model) = ready(session, snapshot, &running.progress()).await?;
        let work = session.run(prepared, Priority::Command, move |prepared, control| {
            ide::words_of(&target, &*model, &prepared.file().names, control)
        });
        work.await
    };
    running.unless_cancelled(answer).await
}
