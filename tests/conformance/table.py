"""What a message may hold only for clients that announce it: the table of LSP 3.17."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .conditions import Allowed, always, among, flag, given, unless
from .kinds import Kind

#: Kinds of symbols and completions of the protocol's first version, for clients that name none.
FIRST_KINDS = tuple(range(1, 19))

ITEMS = (
    "textDocument/completion: result.*",
    "textDocument/completion: result.items.*",
    "completionItem/resolve: result",
)
ACTIONS = ("textDocument/codeAction: result.*", "codeAction/resolve: result")
PUSHED = ("textDocument/publishDiagnostics: params.diagnostics.*",)
DIAGNOSTICS = (
    *PUSHED,
    "textDocument/diagnostic: result.items.*",
    *(f"{action}.diagnostics.*" for action in ACTIONS),
)
EDITS = (
    *(f"{action}.edit" for action in ACTIONS),
    "textDocument/rename: result",
    "workspace/applyEdit: params.edit",
)
SYMBOLS = ("textDocument/documentSymbol: result.*.children+",)
FOUND = ("workspace/symbol: result.*",)


def _is_text(value: Any) -> bool:
    return not isinstance(value, dict) or value.get("kind") == "plaintext"


def _markup(path: str) -> Allowed:
    return unless(_is_text, lambda kind, value: value.get("kind") in (kind.announced(path) or ()))


def _defaults(kind: Kind, value: Any) -> bool:
    return set(value) <= set(kind.announced("textDocument.completion.completionList.itemDefaults") or ())


def _is_resolved(action: Any) -> bool:
    return isinstance(action.get("command"), str) or bool({"edit", "command", "disabled"} & action.keys())


def _is_command(action: Any) -> bool:
    return isinstance(action.get("command"), str)


def _extra(item: Any) -> bool:
    return set(item) <= {"title"}


@dataclass(frozen=True)
class Rule:
    """A part of a message needs a capability. The part may be everywhere in `places`."""

    places: tuple[str, ...]
    part: str
    allowed: Allowed
    needs: str


def _rule(places: tuple[str, ...], part: str, needs: str, allowed: Allowed | None = None) -> Rule:
    return Rule(places, part, allowed or flag(needs), needs)


_ITEM = "textDocument.completion.completionItem"
_ACTION = "textDocument.codeAction"
_PUSH = "textDocument.publishDiagnostics"
_EDIT = "workspace.workspaceEdit"

RULES = (
    _rule(ITEMS, "labelDetails", f"{_ITEM}.labelDetailsSupport"),
    _rule(
        ITEMS,
        "insertTextFormat",
        f"{_ITEM}.snippetSupport",
        unless(lambda value: value == 1, flag(f"{_ITEM}.snippetSupport")),
    ),
    _rule(ITEMS, "commitCharacters", f"{_ITEM}.commitCharactersSupport"),
    _rule(ITEMS, "deprecated", f"{_ITEM}.deprecatedSupport"),
    _rule(ITEMS, "preselect", f"{_ITEM}.preselectSupport"),
    _rule(ITEMS, "tags.*", f"{_ITEM}.tagSupport", among(f"{_ITEM}.tagSupport.valueSet")),
    _rule(ITEMS, "documentation", f"{_ITEM}.documentationFormat", _markup(f"{_ITEM}.documentationFormat")),
    _rule(ITEMS, "textEdit.insert", f"{_ITEM}.insertReplaceSupport"),
    _rule(
        ITEMS,
        "insertTextMode",
        f"{_ITEM}.insertTextModeSupport",
        among(f"{_ITEM}.insertTextModeSupport.valueSet"),
    ),
    _rule(
        ITEMS,
        "kind",
        "textDocument.completion.completionItemKind",
        among("textDocument.completion.completionItemKind.valueSet", FIRST_KINDS),
    ),
    _rule(
        ("textDocument/completion: result",),
        "itemDefaults",
        "textDocument.completion.completionList.itemDefaults",
        _defaults,
    ),
    _rule(
        ("textDocument/hover: result",),
        "contents",
        "textDocument.hover.contentFormat",
        _markup("textDocument.hover.contentFormat"),
    ),
    _rule(("textDocument/definition: result.*",), "targetUri", "textDocument.definition.linkSupport"),
    _rule(SYMBOLS, "selectionRange", "textDocument.documentSymbol.hierarchicalDocumentSymbolSupport"),
    _rule(
        SYMBOLS,
        "kind",
        "textDocument.documentSymbol.symbolKind",
        among("textDocument.documentSymbol.symbolKind.valueSet", FIRST_KINDS),
    ),
    _rule(
        SYMBOLS,
        "tags.*",
        "textDocument.documentSymbol.tagSupport",
        among("textDocument.documentSymbol.tagSupport.valueSet"),
    ),
    _rule(
        FOUND,
        "kind",
        "workspace.symbol.symbolKind",
        among("workspace.symbol.symbolKind.valueSet", FIRST_KINDS),
    ),
    _rule(FOUND, "tags.*", "workspace.symbol.tagSupport", among("workspace.symbol.tagSupport.valueSet")),
    _rule(
        FOUND,
        "location",
        "workspace.symbol.resolveSupport",
        unless(lambda value: "range" in value, given("workspace.symbol.resolveSupport")),
    ),
    _rule(
        ACTIONS,
        "",
        f"{_ACTION}.codeActionLiteralSupport",
        unless(_is_command, given(f"{_ACTION}.codeActionLiteralSupport")),
    ),
    _rule(
        ACTIONS,
        "",
        f"{_ACTION}.resolveSupport for an action without an edit",
        unless(
            _is_resolved,
            lambda kind, _: "edit" in (kind.announced(f"{_ACTION}.resolveSupport.properties") or ()),
        ),
    ),
    _rule(ACTIONS, "isPreferred", f"{_ACTION}.isPreferredSupport"),
    _rule(ACTIONS, "disabled", f"{_ACTION}.disabledSupport"),
    _rule(ACTIONS, "data", f"{_ACTION}.dataSupport"),
    _rule(("textDocument/publishDiagnostics: params",), "version", f"{_PUSH}.versionSupport"),
    _rule(DIAGNOSTICS, "codeDescription", f"{_PUSH}.codeDescriptionSupport"),
    _rule(DIAGNOSTICS, "relatedInformation", f"{_PUSH}.relatedInformation"),
    _rule(DIAGNOSTICS, "data", f"{_PUSH}.dataSupport"),
    _rule(DIAGNOSTICS, "tags.*", f"{_PUSH}.tagSupport", among(f"{_PUSH}.tagSupport.valueSet")),
    _rule(
        ("textDocument/diagnostic: result",),
        "relatedDocuments",
        "textDocument.diagnostic.relatedDocumentSupport",
    ),
    _rule(EDITS, "documentChanges", f"{_EDIT}.documentChanges"),
    _rule(
        EDITS, "documentChanges.*.kind", f"{_EDIT}.resourceOperations", among(f"{_EDIT}.resourceOperations")
    ),
    _rule(
        EDITS,
        "changeAnnotations",
        f"{_EDIT}.changeAnnotationSupport",
        given(f"{_EDIT}.changeAnnotationSupport"),
    ),
    _rule(
        EDITS,
        "documentChanges.*.edits.*.annotationId",
        f"{_EDIT}.changeAnnotationSupport",
        given(f"{_EDIT}.changeAnnotationSupport"),
    ),
    _rule(("textDocument/documentLink: result.*",), "tooltip", "textDocument.documentLink.tooltipSupport"),
    _rule(
        ("textDocument/foldingRange: result.*",),
        "collapsedText",
        "textDocument.foldingRange.foldingRange.collapsedText",
    ),
    _rule(
        ("textDocument/foldingRange: result",),
        "",
        "textDocument.foldingRange.rangeLimit",
        lambda kind, value: len(value or ())
        <= (kind.announced("textDocument.foldingRange.rangeLimit") or 5000),
    ),
    _rule(
        ("textDocument/prepareRename: result",),
        "defaultBehavior",
        "textDocument.rename.prepareSupportDefaultBehavior",
        given("textDocument.rename.prepareSupportDefaultBehavior"),
    ),
    _rule(
        ("window/showMessageRequest: params.actions.*",),
        "",
        "window.showMessage.messageActionItem.additionalPropertiesSupport",
        unless(_extra, flag("window.showMessage.messageActionItem.additionalPropertiesSupport")),
    ),
    _rule(
        ("client/registerCapability: params.registrations.*.registerOptions.watchers.*",),
        "globPattern",
        "workspace.didChangeWatchedFiles.relativePatternSupport",
        unless(
            lambda value: isinstance(value, str),
            flag("workspace.didChangeWatchedFiles.relativePatternSupport"),
        ),
    ),
)


#: The requests and notifications of a server, and what each needs.
CALLS: dict[str, tuple[Allowed, str]] = {
    "window/showMessage": (always, ""),
    "window/logMessage": (always, ""),
    "window/showMessageRequest": (always, ""),
    "telemetry/event": (always, ""),
    "textDocument/publishDiagnostics": (always, ""),
    "$/progress": (always, ""),
    "$/cancelRequest": (always, ""),
    "unembed/status": (always, ""),
    **{
        method: (flag(path), path)
        for method, path in (
            ("workspace/applyEdit", "workspace.applyEdit"),
            ("workspace/configuration", "workspace.configuration"),
            ("workspace/workspaceFolders", "workspace.workspaceFolders"),
            ("window/workDoneProgress/create", "window.workDoneProgress"),
            ("window/showDocument", "window.showDocument.support"),
            ("workspace/codeLens/refresh", "workspace.codeLens.refreshSupport"),
            ("workspace/inlayHint/refresh", "workspace.inlayHint.refreshSupport"),
            ("workspace/inlineValue/refresh", "workspace.inlineValue.refreshSupport"),
            ("workspace/foldingRange/refresh", "workspace.foldingRange.refreshSupport"),
            ("workspace/semanticTokens/refresh", "workspace.semanticTokens.refreshSupport"),
            ("workspace/diagnostic/refresh", "workspace.diagnostics.refreshSupport"),
        )
    },
    "client/registerCapability": (always, "a dynamicRegistration, see `registrations`"),
    "client/unregisterCapability": (always, "a dynamicRegistration, see `registrations`"),
    "unembed/generated": (lambda kind, _: "unembed/generated" in kind.wishes, "the option `generated`"),
}
