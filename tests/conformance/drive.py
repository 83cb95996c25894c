"""A session of a client that keeps to the protocol: every request that is announced, on every file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from . import announced, effects
from . import text as texts
from .client import Client, Refused
from .documents import key
from .ledger import METHOD_NOT_FOUND, REQUEST_FAILED
from .workspace import NAMES, Workspace

#: The most positions of a document that are asked about.
MOST = 24

#: What is searched for in the workspace.
QUERIES = ("", "i", "illness", "history", "🙂")

#: Requests that say with an error that there is nothing to rename here.
PICKY = ("textDocument/rename", "textDocument/prepareRename")

#: Commands without a result, and those that need a network.
SILENT = ("unembed.choose", "unembed.fetch", "unembed.name")


def initialize(client: Client, workspace: Workspace, **more: Any) -> Any:
    """Sends `initialize` and `initialized`. Returns the server's capabilities."""
    params: dict[str, Any] = {
        "processId": None,
        "clientInfo": {"name": f"conformance {client.kind.name}"},
        "rootUri": workspace.first.as_uri(),
        "capabilities": client.kind.capabilities,
        **more,
    }
    if client.kind.options is not None:
        params["initializationOptions"] = client.kind.options
    if client.kind.announced("workspace.workspaceFolders"):
        folders = [workspace.first, workspace.second]
        params["workspaceFolders"] = [{"uri": f.as_uri(), "name": f.name} for f in folders]
    result = client.call("initialize", params)
    client.notify("initialized", {})
    return result["capabilities"]


def spots(text: str, encoding: str) -> list[dict[str, int]]:
    """Positions in a text: at words and wide characters, at the ends of lines and beyond them."""
    found = {0, len(text)}
    for match in re.finditer(r"\S+|[^\u0000-\uffff]", text):
        found |= {match.start(), match.start() + 1, match.end()}
    ordered = sorted(index for index in found if index <= len(text))
    stride = max(1, len(ordered) // MOST)
    positions = [texts.position(text, index, encoding) for index in ordered[::stride]]
    last = len(texts.lines(text))
    return [*positions, {"line": 0, "character": 999}, {"line": last, "character": 0}]


def whole(text: str, encoding: str) -> dict[str, Any]:
    """The range of a whole text."""
    end = texts.position(text, len(text), encoding)
    return {"start": {"line": 0, "character": 0}, "end": end}


def questions(method: str, uri: str, text: str, encoding: str) -> Iterator[dict[str, Any]]:
    """The parameters of all requests with one method about a document."""
    document = {"textDocument": {"uri": uri}}
    places = spots(text, encoding)
    if method in ("textDocument/hover", "textDocument/definition", "textDocument/prepareRename"):
        yield from ({**document, "position": at} for at in places)
    elif method == "textDocument/completion":
        yield from ({**document, "position": at, "context": {"triggerKind": 1}} for at in places)
    elif method == "textDocument/references":
        for number, at in enumerate(places):
            yield {**document, "position": at, "context": {"includeDeclaration": number % 2 == 0}}
    elif method == "textDocument/selectionRange":
        yield {**document, "positions": places}
    elif method == "textDocument/codeAction":
        for number, at in enumerate(places):
            context: dict[str, Any] = {"diagnostics": []}
            if number % 3 == 1:
                context |= {"only": [("quickfix", "refactor", "source.unembed")[number // 3 % 3]]}
            yield {**document, "range": {"start": at, "end": at}, "context": context}
        yield {**document, "range": whole(text, encoding), "context": {"diagnostics": [], "triggerKind": 1}}
    elif method in ("textDocument/inlayHint", "textDocument/semanticTokens/range"):
        yield {**document, "range": whole(text, encoding)}
        yield {**document, "range": {"start": places[0], "end": places[len(places) // 2]}}
    elif method == "textDocument/diagnostic":
        yield {**document, "identifier": "unembed"}
    elif method not in PICKY:
        yield document


class Drive:
    """One session."""

    def __init__(self, client: Client, workspace: Workspace) -> None:
        self.client = client
        self.workspace = workspace
        self.capabilities: Any = {}

    def run(self) -> int:
        """The whole session. Returns the exit code."""
        self.capabilities = initialize(self.client, self.workspace)
        files = self.workspace.files()
        for uri, text in files.items():
            self.client.open(uri, text, "yaml" if uri.endswith(NAMES) else "lmprompt")
        # Loads the model and builds the index: from here on answers are not empty.
        self.client.answer(self.client.execute("unembed.trace", {"uri": self.workspace.uri("heart.prompt")}))
        self.client.answer(
            self.client.execute("unembed.search", {"query": "illness", "uri": next(iter(files))})
        )
        for uri in files:
            self.diagnostics(uri)
        self.ask(list(files))
        effects.run(self.client, self.workspace, self.capabilities)
        self.ask([self.workspace.uri("emoji.prompt"), self.workspace.uri("crlf.prompt")])
        self.unannounced()
        for uri in files:
            self.client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
            self.client.close(uri)
        self.complete()
        return self.client.leave()

    def diagnostics(self, uri: str) -> list[Any]:
        """The diagnostics of a document, pulled or pushed."""
        if announced.is_set(self.capabilities.get("diagnosticProvider")):
            report = self.client.call("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            return list(report["items"])
        pushed = self.client.wait("textDocument/publishDiagnostics", lambda params: params["uri"] == uri)
        return list(pushed["diagnostics"])

    def ask(self, uris: list[str]) -> None:
        """Every request that reads a document, at many places; then what the answers lead to."""
        for uri in uris:
            self._ask(uri)
        sent = [self.client.request("workspace/symbol", {"query": query}) for query in QUERIES]
        for own in sent:
            self.client.answer(own)
        self.fixes(uris)

    def _ask(self, uri: str) -> None:
        methods = sorted(announced.methods(self.capabilities))
        sent = []
        text = self.client.document(uri).text
        for method in methods:
            if method.startswith("textDocument/"):
                may_fail = [REQUEST_FAILED] if method in PICKY else []
                for params in questions(method, uri, text, self.client.encoding):
                    sent.append((method, self.client.request(method, params, may_fail)))
        actions: list[Any] = []
        for method, own in sent:
            try:
                result = self.client.answer(own)
            except Refused:
                continue
            if method == "textDocument/codeAction":
                actions += result or []
            elif method == "textDocument/semanticTokens/full" and result:
                self._delta(result)
        if "codeAction/resolve" in methods:
            for own in [
                self.client.request("codeAction/resolve", each) for each in actions if "data" in each
            ]:
                self.client.answer(own)

    def _delta(self, tokens: Any) -> None:
        if announced.is_set(announced.member(self.capabilities, "semanticTokensProvider.full.delta")):
            params = {"previousResultId": tokens.get("resultId", "")}
            self.client.attempt("textDocument/semanticTokens/full/delta", params)

    def fixes(self, uris: list[str]) -> None:
        """The actions for each diagnostic."""
        sent = []
        for uri in uris:
            pulls = announced.is_set(self.capabilities.get("diagnosticProvider"))
            for found in self.diagnostics(uri) if pulls else self.client.pushed.get(key(uri), []):
                context = {"diagnostics": [found], "only": ["quickfix"], "triggerKind": 2}
                params = {"textDocument": {"uri": uri}, "range": found["range"], "context": context}
                sent.append(self.client.request("textDocument/codeAction", params))
        for own in sent:
            for action in self.client.answer(own) or []:
                if "data" in action and "codeAction/resolve" in announced.methods(self.capabilities):
                    self.client.call("codeAction/resolve", action)

    def unannounced(self) -> None:
        """Requests that are not announced may be refused as unknown, but are answered."""
        uri = self.workspace.uri("emoji.prompt")
        at = {"line": 1, "character": 0}
        params = {
            "textDocument": {"uri": uri},
            "position": at,
            "range": {"start": at, "end": at},
            "context": {"diagnostics": []},
            "newName": "x",
        }
        for method in sorted(announced.unannounced(self.capabilities)):
            self.client.attempt(method, params, [METHOD_NOT_FOUND, -32602, REQUEST_FAILED])

    def complete(self) -> None:
        """Everything that is announced was driven, and had a result that is not empty."""
        commands = announced.member(self.capabilities, "executeCommandProvider.commands") or []
        wanted = announced.methods(self.capabilities) | set(commands)
        judge = self.client.judge
        for name in sorted(wanted - judge.asked):
            self.client.report.fault(
                self.client.kind.name, self.client.way, None, f"the suite does not drive {name}"
            )
        for name in sorted((wanted & judge.asked) - judge.filled - set(SILENT)):
            self.client.report.fault(
                self.client.kind.name, self.client.way, None, f"{name} had no result but empty ones"
            )
