"""Looks at the messages of one connection in both directions. Says what is wrong with those of the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from . import announced, rules, shapes
from .contract import Contract
from .documents import Documents, Moment
from .kinds import Kind
from .ledger import Ledger, Request
from .places import Places

#: The most faults of one message.
MOST = 8


class Judge:
    """The judge of one connection."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.documents = Documents()
        self.ledger = Ledger()
        self.contract = Contract()
        self.capabilities: dict[str, Any] = {}
        #: Number of valid and invalid messages of the server, by their method.
        self.seen: Counter[str] = Counter()
        #: Requests and commands of the client, and those of them that got a result that is not empty.
        self.asked: set[str] = set()
        self.filled: set[str] = set()

    def sent(self, message: dict[str, Any], may_fail: frozenset[int] = frozenset()) -> None:
        """A message of the client. `may_fail`: the error codes that its answer may have."""
        self.ledger.sent(message, self.documents.moment(), may_fail)
        if "method" in message and "id" in message:
            self.asked |= _names(message["method"], message.get("params"))
        elif "method" in message:
            self.documents.sent(message["method"], message.get("params"))

    def received(self, message: Any) -> list[str]:
        """What is wrong with a message of the server."""
        if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
            return ["a message is an object with jsonrpc 2.0"]
        try:
            if "method" in message:
                return list(islice(self._call(message), MOST))
            request = self.ledger.requests.get(message.get("id"))
            about = request.method if request else "an answer"
            return [f"{about}: {wrong}" for wrong in islice(self._answer(message), MOST)]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            return [f"cannot be read: {type(error).__name__} {error}"]

    def end(self) -> list[str]:
        """What is wrong at the end of the connection."""
        return list(self.ledger.end())

    def _call(self, message: dict[str, Any]) -> Iterator[str]:
        method, params = message["method"], message.get("params")
        self.seen[method] += 1
        wrong = list(shapes.of_call(message))
        yield from wrong
        yield from self.ledger.call(message)
        yield from rules.broken(self.kind, method, message)
        yield from self.contract.notification(method, params)
        if wrong:
            return
        places = Places(self.documents)
        if method == "textDocument/publishDiagnostics":
            yield from places.pushed(params)
        elif method == "workspace/applyEdit":
            yield from places.wrong(message["params"], None, None)
            yield from self._versions(message["params"]["edit"], self.documents.open)
        elif method.endswith("registerCapability"):
            yield from self._twice(params)

    def _twice(self, params: Any) -> Iterator[str]:
        known = announced.methods(self.capabilities)
        for registration in params.get("registrations", ()):
            if registration["method"] in known:
                yield f"{registration['method']} is registered, and in the server's capabilities"

    def _answer(self, message: dict[str, Any]) -> Iterator[str]:
        request, wrong = self.ledger.answer(message, self.documents.open)
        yield from wrong
        method = request.method if request else "an answer without a request"
        self.seen[method] += 1
        wrong = list(shapes.of_response(message, method))
        yield from wrong
        if request is None or "result" not in message:
            return
        yield from rules.broken(self.kind, method, message)
        if not wrong:
            yield from self._result(request, message["result"])

    def _result(self, request: Request, result: Any) -> Iterator[str]:
        method, params = request.method, request.params
        if method == "initialize":
            self.capabilities = result["capabilities"]
            self.documents.encoding = self.capabilities.get("positionEncoding", "utf-16")
            yield from announced.wrong(self.kind, result)
            return
        yield from announced.unresolved(self.capabilities, method, result)
        yield from announced.commands(self.capabilities, method, result)
        uri, text = request.uri(), None
        if method == "workspace/executeCommand":
            yield from self.contract.result(params["command"], result)
            argument = (params.get("arguments") or [{}])[0]
            uri, text = argument.get("uri"), argument.get("text")
        places = Places(self.documents, request.moment)
        if uri is not None and text is None:
            text = places.text(uri)
        yield from places.wrong(result, uri, text)
        if result:
            self.filled |= _names(method, params)
            yield from self._about(request, result, text or "", places)

    def _about(self, request: Request, result: Any, text: str, places: Places) -> Iterator[str]:
        method, params = request.method, request.params
        if method.startswith("textDocument/semanticTokens/"):
            allows = [
                f"textDocument.semanticTokens.{name}TokenSupport" for name in ("overlapping", "multiline")
            ]
            overlapping, multiline = (self.kind.announced(path) is True for path in allows)
            legend = self.capabilities["semanticTokensProvider"]["legend"]
            yield from places.tokens(result["data"], legend, text, (overlapping, multiline))
        elif method == "textDocument/foldingRange":
            yield from places.foldings(result, text)
        elif method == "textDocument/selectionRange" and len(result) != len(params["positions"]):
            yield f"{len(result)} selections for {len(params['positions'])} positions"
        elif method == "textDocument/rename":
            yield from self._versions(result, request.moment)
        elif method == "textDocument/completion":
            yield from _items(result, params["position"])
        elif method == "textDocument/codeAction":
            yield from _kinds(result, params["context"].get("only"))
            for action in result:
                yield from self._versions(action.get("edit") or {}, request.moment)
        elif method == "codeAction/resolve":
            yield from _resolved(self.kind, params, result)

    def _versions(self, edit: Any, moment: Moment) -> Iterator[str]:
        """Versioned edits are for the text that the client has."""
        for change in edit.get("documentChanges") or ():
            document = change.get("textDocument")
            if document is None:
                continue
            known = next((d for d in moment.values() if d.uri == document["uri"]), None)
            version = None if known is None else known.version
            if document["version"] != version:
                yield f"an edit of version {document['version']} of {document['uri']}, which is {version}"


def _names(method: str, params: Any) -> set[str]:
    """A request's method, and the command that it runs."""
    command = params.get("command") if isinstance(params, dict) else None
    return (
        {method, command} if method == "workspace/executeCommand" and isinstance(command, str) else {method}
    )


def _items(result: Any, at: Any) -> Iterator[str]:
    """A completion replaces text on the line of the cursor, which is in it."""
    for item in result if isinstance(result, list) else result["items"]:
        edit = item.get("textEdit") or {}
        place = edit.get("range") or edit.get("insert")
        if place is None:
            continue
        if not place["start"]["line"] == place["end"]["line"] == at["line"]:
            yield f"the completion's range {place} is not on the line of {at}"
        elif not place["start"]["character"] <= at["character"] <= place["end"]["character"]:
            yield f"the completion's range {place} does not contain {at}"


def _kinds(actions: Any, only: Any) -> Iterator[str]:
    """A client that asks for kinds gets no other."""
    for action in actions if only is not None else ():
        kind = action.get("kind", "")
        if not isinstance(action.get("command"), str) and not any(
            wanted == "" or kind == wanted or kind.startswith(f"{wanted}.") for wanted in only
        ):
            yield f"an action of kind {kind} where the client asks for {only}"


def _resolved(kind: Kind, before: Any, after: Any) -> Iterator[str]:
    """Resolving adds the members that the client takes late, and changes none."""
    late = kind.announced("textDocument.codeAction.resolveSupport.properties") or []
    for name in before.keys() | after.keys():
        if before.get(name) != after.get(name) and name not in late:
            yield f"resolving changes `{name}` of an action; the client takes {late}"
