"""What the server announces: only what the client's capabilities allow, and only what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .kinds import Kind

#: The requests that a client may send for a member of the server's capabilities.
METHODS: dict[str, tuple[str, ...]] = {
    "hoverProvider": ("textDocument/hover",),
    "completionProvider": ("textDocument/completion",),
    "completionProvider.resolveProvider": ("completionItem/resolve",),
    "signatureHelpProvider": ("textDocument/signatureHelp",),
    "declarationProvider": ("textDocument/declaration",),
    "definitionProvider": ("textDocument/definition",),
    "typeDefinitionProvider": ("textDocument/typeDefinition",),
    "implementationProvider": ("textDocument/implementation",),
    "referencesProvider": ("textDocument/references",),
    "documentHighlightProvider": ("textDocument/documentHighlight",),
    "documentSymbolProvider": ("textDocument/documentSymbol",),
    "codeActionProvider": ("textDocument/codeAction",),
    "codeActionProvider.resolveProvider": ("codeAction/resolve",),
    "codeLensProvider": ("textDocument/codeLens",),
    "codeLensProvider.resolveProvider": ("codeLens/resolve",),
    "documentLinkProvider": ("textDocument/documentLink",),
    "documentLinkProvider.resolveProvider": ("documentLink/resolve",),
    "colorProvider": ("textDocument/documentColor", "textDocument/colorPresentation"),
    "documentFormattingProvider": ("textDocument/formatting",),
    "documentRangeFormattingProvider": ("textDocument/rangeFormatting",),
    "documentOnTypeFormattingProvider": ("textDocument/onTypeFormatting",),
    "renameProvider": ("textDocument/rename",),
    "renameProvider.prepareProvider": ("textDocument/prepareRename",),
    "foldingRangeProvider": ("textDocument/foldingRange",),
    "selectionRangeProvider": ("textDocument/selectionRange",),
    "executeCommandProvider": ("workspace/executeCommand",),
    "callHierarchyProvider": ("textDocument/prepareCallHierarchy",),
    "linkedEditingRangeProvider": ("textDocument/linkedEditingRange",),
    "semanticTokensProvider.full": ("textDocument/semanticTokens/full",),
    "semanticTokensProvider.full.delta": ("textDocument/semanticTokens/full/delta",),
    "semanticTokensProvider.range": ("textDocument/semanticTokens/range",),
    "monikerProvider": ("textDocument/moniker",),
    "typeHierarchyProvider": ("textDocument/prepareTypeHierarchy",),
    "inlineValueProvider": ("textDocument/inlineValue",),
    "inlayHintProvider": ("textDocument/inlayHint",),
    "inlayHintProvider.resolveProvider": ("inlayHint/resolve",),
    "diagnosticProvider": ("textDocument/diagnostic",),
    "diagnosticProvider.workspaceDiagnostics": ("workspace/diagnostic",),
    "workspaceSymbolProvider": ("workspace/symbol",),
    "workspaceSymbolProvider.resolveProvider": ("workspaceSymbol/resolve",),
    "textDocumentSync.willSaveWaitUntil": ("textDocument/willSaveWaitUntil",),
}


def member(capabilities: Any, path: str) -> Any:
    """A member such as `renameProvider.prepareProvider`."""
    for name in path.split("."):
        capabilities = capabilities.get(name) if isinstance(capabilities, dict) else None
    return capabilities


def is_set(value: Any) -> bool:
    """Options, empty ones too, announce a feature as `true` does."""
    return value is not None and value is not False


def methods(capabilities: Any) -> set[str]:
    """The requests that the client may send."""
    return {name for path, names in METHODS.items() if is_set(member(capabilities, path)) for name in names}


def unannounced(capabilities: Any) -> set[str]:
    """The requests that the client must not send."""
    return {name for names in METHODS.values() for name in names} - methods(capabilities)


def wrong(kind: Kind, result: Any) -> Iterator[str]:
    """What is wrong with the server's capabilities for this client."""
    capabilities = result.get("capabilities") or {}
    for name, value in capabilities.items():
        if name.endswith("Provider") and not isinstance(value, (bool, dict)):
            yield f"{name} is {value!r}, neither a boolean nor options"
    encodings = kind.announced("general.positionEncodings") or ["utf-16"]
    if capabilities.get("positionEncoding", "utf-16") not in encodings:
        yield f"positionEncoding is none of {encodings}"
    for path, needs in (
        ("codeActionProvider", "textDocument.codeAction.codeActionLiteralSupport"),
        ("renameProvider", "textDocument.rename.prepareSupport"),
    ):
        if isinstance(capabilities.get(path), dict) and not kind.announced(needs):
            yield f"options of {path} need {needs}"
    for path, needs in (
        ("codeActionProvider.resolveProvider", "textDocument.codeAction.resolveSupport"),
        ("diagnosticProvider", "textDocument.diagnostic"),
        ("documentSymbolProvider.label", "textDocument.documentSymbol.labelSupport"),
        ("workspaceSymbolProvider.resolveProvider", "workspace.symbol.resolveSupport"),
        ("inlayHintProvider.resolveProvider", "textDocument.inlayHint.resolveSupport"),
        ("textDocumentSync.willSave", "textDocument.synchronization.willSave"),
        ("textDocumentSync.willSaveWaitUntil", "textDocument.synchronization.willSaveWaitUntil"),
        ("notebookDocumentSync", "notebookDocument.synchronization"),
        ("workspace.fileOperations", "workspace.fileOperations"),
    ):
        if is_set(member(capabilities, path)) and not kind.announced(needs):
            yield f"{path} needs {needs}"
    pull = capabilities.get("diagnosticProvider")
    # The names file decides what is wrong in prompt files.
    if pull is not None and pull.get("interFileDependencies") is not True:
        yield "diagnosticProvider.interFileDependencies must be true"
    sync = capabilities.get("textDocumentSync")
    change = sync.get("change") if isinstance(sync, dict) else sync
    if change not in (1, 2):
        yield f"textDocumentSync.change is {change}: edits would not be sent"
    commands = member(capabilities, "executeCommandProvider.commands") or []
    if len(commands) != len(set(commands)):
        yield "executeCommandProvider.commands has a command twice"


def unresolved(capabilities: Any, method: str, result: Any) -> Iterator[str]:
    """Items that the client would have to resolve without a request for that."""
    lazy = {
        "textDocument/codeLens": ("codeLensProvider.resolveProvider", "command"),
        "textDocument/documentLink": ("documentLinkProvider.resolveProvider", "target"),
    }.get(method)
    if (
        lazy
        and not is_set(member(capabilities, lazy[0]))
        and any(lazy[1] not in item for item in result or ())
    ):
        yield f"an item has no {lazy[1]}, and {lazy[0]} is not announced"
    resolves = is_set(member(capabilities, "codeActionProvider.resolveProvider"))
    if method == "textDocument/codeAction" and not resolves and any("data" in item for item in result or ()):
        yield "an action has data, and codeActionProvider.resolveProvider is not announced"


def commands(capabilities: Any, method: str, result: Any) -> Iterator[str]:
    """Commands that the server does not announce. A lens may have an empty one: it is text alone."""
    known = [*(member(capabilities, "executeCommandProvider.commands") or []), ""]
    if method not in ("textDocument/codeAction", "textDocument/codeLens", "codeAction/resolve"):
        return
    for item in result if isinstance(result, list) else [result]:
        command = (item or {}).get("command")
        name = command.get("command") if isinstance(command, dict) else command
        if name is not None and name not in known:
            yield f"the command {name} is not announced"
