//! `textDocument/codeAction`.

use std::sync::Arc;

use ide::{Action, ActionKind};
use lm::Priority;
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command,
    NumberOrString,
};

use crate::convert;
use crate::handlers::code_action_resolve::Unresolved;
use crate::session::Session;
use crate::session::models::Prepared;
use crate::state::capabilities::Abilities;
use crate::state::documents::Snapshot;

pub(crate) async fn code_action(
    session: &Arc<Session>,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    let document = session.document(&params.text_document.uri)?;
    let abilities = session.state().abilities;
    let patience = session.backing.options.patience;
    let answer = async {
        if document.snapshot.is_names() {
            return Ok(None);
        }
        let prepared = session.prepare_with(&document.snapshot, Some(patience)).await?;
        let prepared = session.informed(prepared).await?;
        let work = session.recall_or_run(prepared, Priority::Interactive, move |prepared, control| {
            let snapshot = &prepared.snapshot;
            let bytes = convert::bytes(snapshot.lines(), &snapshot.text, params.range, abilities.encoding);
            let mut actions = ide::code_actions(prepared.file(), bytes, &prepared.state(), control)?;
            actions.retain(|action| wanted(action.kind, &params.context));
            Ok(actions.into_iter().filter_map(|action| one(action, prepared, &params.context, abilities)).collect())
        });
        work.await.map(Some)
    };
    document.unless_edited(answer).await
}

/// A kind asks for itself and everything below it.
fn wanted(kind: &str, context: &CodeActionContext) -> bool {
    let asked = |only: &CodeActionKind| {
        let rest = kind.strip_prefix(only.as_str());
        rest.is_some_and(|rest| only.as_str().is_empty() || rest.is_empty() || rest.starts_with('.'))
    };
    context.only.as_ref().is_none_or(|only| only.iter().any(asked))
}

fn one(
    action: Action,
    prepared: &Prepared,
    context: &CodeActionContext,
    abilities: Abilities,
) -> Option<CodeActionOrCommand> {
    let snapshot = &prepared.snapshot;
    let edit = |edits: &[_]| convert::workspace_edit(snapshot, edits, abilities.encoding, abilities.versioned_edits);
    let mut answer = CodeAction {
        title: action.title,
        kind: Some(CodeActionKind::from(action.kind.to_owned())),
        diagnostics: action.fixes.map(|code| mended(code, context)).filter(|mended| !mended.is_empty()),
        ..CodeAction::default()
    };
    match action.what {
        ActionKind::Edits(edits) => answer.edit = Some(edit(&edits)),
        ActionKind::Lazy(pending) if abilities.lazy_edits => {
            answer.data = Some(json!(Unresolved { uri: snapshot.uri.clone(), pending }));
        }
        ActionKind::Lazy(pending) => answer.edit = Some(edit(&ide::resolve_action(prepared.file(), &pending)?)),
        ActionKind::Command { name, argument } => {
            let command = command(answer.title.clone(), name, argument, snapshot);
            if !abilities.action_literals {
                return Some(CodeActionOrCommand::Command(command));
            }
            answer.command = Some(command);
        }
    }
    abilities.action_literals.then_some(CodeActionOrCommand::CodeAction(answer))
}

/// A command takes one object: what it is about, by name.
fn command(title: String, name: &str, argument: Option<String>, snapshot: &Snapshot) -> Command {
    let argument = match argument {
        Some(id) => json!({"id": id}),
        None => json!({"uri": snapshot.uri}),
    };
    Command { title, command: name.to_owned(), arguments: Some(vec![argument]) }
}

/// Those diagnostics among the client's that an action mends.
fn mended(code: &str, context: &CodeActionContext) -> Vec<tower_lsp::ls_types::Diagnostic> {
    let same = |found: &Option<NumberOrString>| matches!(found, Some(NumberOrString::String(found)) if found == code);
    context.diagnostics.iter().filter(|d| same(&d.code)).cloned().collect()
}
