//! The client's capabilities and options, from `initialize`.

use api::notification::Wishes;
use base::Encoding;
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::ls_types::{
    ClientCapabilities, CompletionItemKind, MarkupKind, PositionEncodingKind, ResourceOperationKind,
};
use tracing::warn;

/// The client's wishes in `initializationOptions`; none where they cannot be read.
pub(crate) fn wishes(options: Option<&Value>) -> Wishes {
    let Some(options) = options.filter(|o| o.is_object()) else { return Wishes::default() };
    Wishes::deserialize(options).unwrap_or_else(|error| {
        warn!("initializationOptions are not read: {error}");
        Wishes::default()
    })
}

/// The views that the client refreshes on the server's request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Views {
    pub(crate) lenses: bool,
    pub(crate) hints: bool,
    pub(crate) colours: bool,
}

/// The capabilities that the server uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    pub(crate) encoding: Encoding,
    /// Hovers as plain text: where the client names no format, or this one first.
    pub(crate) plain_hover: bool,
    /// Published diagnostics may name the version that they are for.
    pub(crate) versioned_diagnostics: bool,
    /// Completions may be constants.
    pub(crate) constants: bool,
    /// Links may have tooltips.
    pub(crate) link_tooltips: bool,
    /// Code actions as literals, and not only as commands.
    pub(crate) action_literals: bool,
    /// `workspace/applyEdit`.
    pub(crate) applies_edits: bool,
    /// Completions may have details beside their labels.
    pub(crate) label_details: bool,
    /// Edits of code actions may come at `codeAction/resolve`.
    pub(crate) lazy_edits: bool,
    /// Edits may name the version that they are for.
    pub(crate) versioned_edits: bool,
    /// Edits may create files.
    pub(crate) makes_files: bool,
    /// `textDocument/prepareRename`.
    pub(crate) prepares_renames: bool,
    /// The server may register for changes of files on the disk.
    pub(crate) watches_files: bool,
    /// The server may start progress of its own.
    pub(crate) progress: bool,
    /// `window/showDocument`.
    pub(crate) show_document: bool,
    /// Symbols of a document may have others inside.
    pub(crate) nested_symbols: bool,
    /// The client pulls diagnostics, and pulls them again on the server's request.
    pub(crate) pulls_diagnostics: bool,
    pub(crate) views: Views,
}

impl Capabilities {
    pub(crate) fn of(client: &ClientCapabilities) -> Self {
        let text = client.text_document.as_ref();
        let workspace = client.workspace.as_ref();
        let window = client.window.as_ref();
        let action = text.and_then(|t| t.code_action.as_ref());
        let format = text.and_then(|t| t.hover.as_ref()?.content_format.as_ref()?.first());
        let edits = workspace.and_then(|w| w.workspace_edit.as_ref());
        let resolves =
            action.and_then(|a| a.resolve_support.as_ref()).is_some_and(|r| r.properties.iter().any(|p| p == "edit"));
        Self {
            encoding: encoding(client).1,
            plain_hover: format != Some(&MarkupKind::Markdown),
            versioned_diagnostics: text.and_then(|t| t.publish_diagnostics.as_ref()?.version_support) == Some(true),
            constants: text
                .and_then(|t| t.completion.as_ref()?.completion_item_kind.as_ref()?.value_set.as_ref())
                .is_some_and(|kinds| kinds.contains(&CompletionItemKind::CONSTANT)),
            link_tooltips: text.and_then(|t| t.document_link.as_ref()?.tooltip_support) == Some(true),
            action_literals: action.is_some_and(|a| a.code_action_literal_support.is_some()),
            applies_edits: workspace.and_then(|w| w.apply_edit) == Some(true),
            label_details: text.and_then(|t| t.completion.as_ref()?.completion_item.as_ref()?.label_details_support)
                == Some(true),
            lazy_edits: resolves && action.and_then(|a| a.data_support) == Some(true),
            versioned_edits: edits.and_then(|e| e.document_changes) == Some(true),
            makes_files: edits
                .and_then(|e| e.resource_operations.as_ref())
                .is_some_and(|operations| operations.contains(&ResourceOperationKind::Create)),
            prepares_renames: text.and_then(|t| t.rename.as_ref()?.prepare_support) == Some(true),
            watches_files: workspace.and_then(|w| w.did_change_watched_files?.dynamic_registration) == Some(true),
            progress: window.and_then(|w| w.work_done_progress) == Some(true),
            show_document: window.and_then(|w| w.show_document.as_ref()).is_some_and(|s| s.support),
            nested_symbols: text.and_then(|t| t.document_symbol.as_ref()?.hierarchical_document_symbol_support)
                == Some(true),
            // Without a refresh, pulled diagnostics stay those of a model that was still loading.
            pulls_diagnostics: text.is_some_and(|t| t.diagnostic.is_some())
                && workspace.and_then(|w| w.diagnostics.as_ref()?.refresh_support) == Some(true),
            views: Views {
                lenses: workspace.and_then(|w| w.code_lens.as_ref()?.refresh_support) == Some(true),
                hints: workspace.and_then(|w| w.inlay_hint.as_ref()?.refresh_support) == Some(true),
                colours: workspace.and_then(|w| w.semantic_tokens.as_ref()?.refresh_support) == Some(true),
            },
        }
    }
}

/// The first of the client's encodings, UTF-16 where it names none. The server has no preference: all three cost the same
/// here, and the client lists its cheapest first.
pub(crate) fn encoding(client: &ClientCapabilities) -> (PositionEncodingKind, Encoding) {
    let known = [
        (PositionEncodingKind::UTF8, Encoding::Utf8),
        (PositionEncodingKind::UTF16, Encoding::Utf16),
        (PositionEncodingKind::UTF32, Encoding::Utf32),
    ];
    let offered = client.general.as_ref().and_then(|g| g.position_encodings.as_deref()).unwrap_or_default();
    let chosen = offered.iter().find_map(|kind| known.iter().find(|(k, _)| k == kind));
    chosen.cloned().unwrap_or((PositionEncodingKind::UTF16, Encoding::Utf16))
}
