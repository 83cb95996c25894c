//! `initialize`: the capabilities of both sides.

use std::path::PathBuf;
use std::sync::Arc;

use tower_lsp::ls_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions, CompletionOptions,
    DiagnosticOptions, DiagnosticServerCapabilities, DocumentLinkOptions, ExecuteCommandOptions,
    FoldingRangeProviderCapability, HoverProviderCapability, InitializeParams, InitializeResult, OneOf, RenameOptions,
    SaveOptions, SelectionRangeProviderCapability, SemanticTokensFullOptions, SemanticTokensOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkDoneProgressOptions, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::commands;
use crate::handlers::semantic_tokens;
use crate::session::Session;
use crate::state::capabilities::{Capabilities, encoding, wishes};
use crate::uri::folders;

pub(crate) fn initialize(session: &Arc<Session>, params: &InitializeParams) -> InitializeResult {
    let capabilities = Capabilities::of(&params.capabilities);
    {
        let mut state = session.state();
        state.capabilities = capabilities;
        state.wishes = wishes(params.initialization_options.as_ref());
        state.roots = roots(params);
    }
    session.set(params.initialization_options.clone());
    if let Some(id) = params.process_id {
        session.watch_client(id);
    }
    InitializeResult {
        capabilities: offered(params, capabilities),
        server_info: Some(ServerInfo { name: "unembed".to_owned(), version: Some(session.backing.version.clone()) }),
        ..InitializeResult::default()
    }
}

fn offered(params: &InitializeParams, capabilities: Capabilities) -> ServerCapabilities {
    let ours = ["refactor.unembed", "source.unembed"].map(CodeActionKind::new);
    let kinds = [vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE], ours.to_vec()].concat();
    let save = TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) });
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(save),
        ..TextDocumentSyncOptions::default()
    };
    // Clients that know commands alone do not read the options.
    let actions = match capabilities.action_literals {
        true => CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(kinds),
            resolve_provider: Some(capabilities.lazy_edits),
            ..CodeActionOptions::default()
        }),
        false => CodeActionProviderCapability::Simple(true),
    };
    let execute = ExecuteCommandOptions {
        commands: commands::names().map(str::to_owned).collect(),
        work_done_progress_options: WorkDoneProgressOptions { work_done_progress: Some(true) },
    };
    let folders =
        WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) };
    let diagnostics = DiagnosticOptions {
        identifier: Some("unembed".to_owned()),
        // A change of the names file changes what is wrong in prompt files.
        inter_file_dependencies: true,
        ..DiagnosticOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(encoding(&params.capabilities).0),
        text_document_sync: Some(sync.into()),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(actions),
        execute_command_provider: Some(execute),
        completion_provider: Some(CompletionOptions {
            // Typed after a dash. Elsewhere completion answers with nothing at once.
            trigger_characters: Some(vec![" ".to_owned()]),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(match capabilities.prepares_renames {
            true => OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            false => OneOf::Left(true),
        }),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        inlay_hint_provider: Some(OneOf::Left(true)),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: semantic_tokens::legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        selection_range_provider: Some(SelectionRangeProviderCapability::Simple(true)),
        document_link_provider: Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        }),
        diagnostic_provider: capabilities
            .pulls_diagnostics
            .then_some(DiagnosticServerCapabilities::Options(diagnostics)),
        workspace: Some(WorkspaceServerCapabilities { workspace_folders: Some(folders), ..Default::default() }),
        ..ServerCapabilities::default()
    }
}

/// The workspace's folders; older clients have one root.
fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    #[expect(deprecated, reason = "older clients send nothing else")]
    let root = params.root_uri.as_ref();
    match &params.workspace_folders {
        Some(given) => folders(given),
        None => root.and_then(|uri| uri.to_file_path()).map(Into::into).into_iter().collect(),
    }
}
