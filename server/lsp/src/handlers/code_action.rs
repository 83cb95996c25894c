//! `textDocument/codeAction`.

use std::sync::Arc;

use api::command::{Choice, ChooseArguments, Command as _};
use ide::{Action, ActionKind, Entry, Pending};
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command,
    NumberOrString,
};

use crate::convert;
use crate::handlers::code_action_resolve::Unresolved;
use crate::session::Session;
use crate::state::capabilities::Capabilities;
use crate::state::prepared::Prepared;
use crate::state::snapshot::Snapshot;

pub(crate) async fn code_action(
    session: &Arc<Session>,
    params: CodeActionParams,
) -> Result<Option<CodeActionResponse>> {
    let document = session.document(&params.text_document.uri)?;
    let capabilities = session.state().capabilities;
    let work = session.on_prompt(&document, session.pointed_at(), move |prepared, control| {
        let bytes = prepared.snapshot.bytes(params.range, capabilities.encoding);
        let mut actions = ide::code_actions(prepared.file(), bytes, &prepared.state(), control)?;
        actions.retain(|action| wanted(action.kind, &params.context));
        // A client that asks for kinds has a menu of its own. An entry of several choices asks for an edit later.
        let is_short = params.context.only.is_none() && capabilities.applies_edits;
        let entries = if is_short { ide::menu(actions) } else { actions.into_iter().map(Entry::One).collect() };
        let answer = |entry| match entry {
            Entry::One(action) => one(action, prepared, &params.context, capabilities),
            Entry::Several { title, choices } => Some(several(title, choices, prepared, capabilities)),
        };
        Ok(Some(entries.into_iter().filter_map(answer).collect()))
    });
    work.await
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
    capabilities: Capabilities,
) -> Option<CodeActionOrCommand> {
    let snapshot = &prepared.snapshot;
    let edit =
        |edits: &[_]| convert::workspace_edit(snapshot, edits, capabilities.encoding, capabilities.versioned_edits);
    let mut answer = CodeAction {
        title: action.title,
        kind: Some(CodeActionKind::from(action.kind.to_owned())),
        diagnostics: action.fixes.map(|code| fixed(code, context)).filter(|fixed| !fixed.is_empty()),
        ..CodeAction::default()
    };
    match action.what {
        ActionKind::Edits(edits) => answer.edit = Some(edit(&edits)),
        ActionKind::Lazy(pending) if capabilities.lazy_edits => {
            answer.data = Some(json!(Unresolved { uri: snapshot.uri.clone(), pending }));
        }
        ActionKind::Lazy(pending) => answer.edit = Some(edit(&ide::resolve_action(prepared.file(), &pending)?)),
        ActionKind::Command { name, argument } => {
            let command = command(answer.title.clone(), name, argument, snapshot);
            if !capabilities.action_literals {
                return Some(CodeActionOrCommand::Command(command));
            }
            answer.command = Some(command);
        }
    }
    capabilities.action_literals.then_some(CodeActionOrCommand::CodeAction(answer))
}

/// An entry that opens a list of choices.
fn several(
    title: String,
    choices: Vec<(String, Pending)>,
    prepared: &Prepared,
    capabilities: Capabilities,
) -> CodeActionOrCommand {
    let choice = |(title, pending): (String, Pending)| Choice { title, action: json!(pending) };
    let choices = choices.into_iter().map(choice).collect();
    let uri = prepared.snapshot.uri.to_string();
    let arguments = ChooseArguments { uri, title: title.clone(), choices, choice: None };
    let name = api::command::Choose::NAME.to_owned();
    let command = Command { title: title.clone(), command: name, arguments: Some(vec![json!(arguments)]) };
    if !capabilities.action_literals {
        return CodeActionOrCommand::Command(command);
    }
    let kind = Some(CodeActionKind::new("refactor.unembed"));
    CodeActionOrCommand::CodeAction(CodeAction { title, kind, command: Some(command), ..CodeAction::default() })
}

/// The arguments of a command: one object.
fn command(title: String, name: &str, argument: Option<String>, snapshot: &Snapshot) -> Command {
    let argument = match argument {
        Some(id) => json!({"id": id}),
        None => json!({"uri": snapshot.uri}),
    };
    Command { title, command: name.to_owned(), arguments: Some(vec![argument]) }
}

/// Those of the client's diagnostics that an action fixes.
fn fixed(code: &str, context: &CodeActionContext) -> Vec<tower_lsp::ls_types::Diagnostic> {
    let same = |found: &Option<NumberOrString>| matches!(found, Some(NumberOrString::String(found)) if found == code);
    context.diagnostics.iter().filter(|d| same(&d.code)).cloned().collect()
}
