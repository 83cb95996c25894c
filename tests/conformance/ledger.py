"""Requests and their answers, progress and its tokens: each in its order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .documents import Moment, key

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND = -32700, -32600, -32601
INVALID_PARAMS, INTERNAL_ERROR, NOT_INITIALIZED = -32602, -32603, -32002
REQUEST_CANCELLED, CONTENT_MODIFIED, REQUEST_FAILED = -32800, -32801, -32803
#: -32802 is for requests that are documented as cancellable by the server.
CODES = {
    PARSE_ERROR,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    INVALID_PARAMS,
    INTERNAL_ERROR,
    NOT_INITIALIZED,
    REQUEST_CANCELLED,
    CONTENT_MODIFIED,
    REQUEST_FAILED,
    -32001,
    -32802,
}

#: What a server may send before it has answered `initialize`.
EARLY = {"window/showMessage", "window/logMessage", "telemetry/event", "window/showMessageRequest"}


@dataclass
class Request:
    """A request of the client."""

    method: str
    params: Any
    moment: Moment
    may_fail: frozenset[int]
    cancelled: bool = False

    def uri(self) -> str | None:
        """The document that it is about."""
        params = self.params if isinstance(self.params, dict) else {}
        document = params.get("textDocument")
        found = document.get("uri") if isinstance(document, dict) else None
        return found if isinstance(found, str) else None


@dataclass
class Ledger:
    """What is open between the two sides."""

    requests: dict[Any, Request] = field(default_factory=dict)
    answered: set[Any] = field(default_factory=set)
    #: Number of answers without an id that broken messages must get.
    nameless: int = 0
    initialized: bool = False
    #: Ids of requests of the server that are not answered yet.
    theirs: set[Any] = field(default_factory=set)
    #: The state of each token: "new", "begun" or "ended"; a client's token also names its request.
    tokens: dict[Any, str] = field(default_factory=dict)
    owners: dict[Any, Any] = field(default_factory=dict)

    def sent(self, message: dict[str, Any], moment: Moment, may_fail: frozenset[int]) -> None:
        """A message of the client."""
        method: Any = message.get("method")
        params: Any = message.get("params")
        if method is None:
            self.theirs.discard(message["id"])
        elif "id" in message:
            self.requests[message["id"]] = Request(method, params, moment, may_fail)
            token = params.get("workDoneToken") if isinstance(params, dict) else None
            if token is not None:
                self.tokens[token], self.owners[token] = "new", message["id"]
        elif method == "$/cancelRequest":
            self._cancel(params.get("id"))
        elif method == "window/workDoneProgress/cancel":
            self._cancel(self.owners.get(params.get("token")))

    def _cancel(self, request: Any) -> None:
        if request in self.requests:
            self.requests[request].cancelled = True

    def accepted(self, token: Any) -> None:
        """The client takes a token of the server."""
        self.tokens[token] = "new"

    def answer(self, message: dict[str, Any], now: Moment) -> tuple[Request | None, list[str]]:
        """An answer of the server: its request, and what is wrong."""
        own = message.get("id")
        if own is None:
            self.nameless -= 1
            code = (message.get("error") or {}).get("code")
            wrong = [] if self.nameless >= 0 else ["an answer without an id, and no broken message"]
            return None, wrong + (
                [] if code in (PARSE_ERROR, INVALID_REQUEST) else [f"code {code} without an id"]
            )
        request = self.requests.pop(own, None)
        if request is None:
            return None, [
                f"{'a second' if own in self.answered else 'an'} answer to {own!r}, which is not open"
            ]
        self.answered.add(own)
        wrong = [
            f"the progress {token!r} of a request has no end before its answer"
            for token, owner in self.owners.items()
            if owner == own and self.tokens[token] == "begun"
        ]
        for token in [token for token, owner in self.owners.items() if owner == own]:
            self.tokens[token] = "ended"
        if request.method == "initialize" and "result" in message:
            self.initialized = True
        if "error" in message:
            wrong.extend(self._refused(request, message["error"], now))
        return request, wrong

    @staticmethod
    def _refused(request: Request, error: Any, now: Moment) -> Iterator[str]:
        code = error.get("code")
        if code not in CODES:
            yield f"{code} is no code of the protocol"
        uri = key(request.uri() or "")
        edited = uri in request.moment and request.moment[uri] != now.get(uri)
        fits = (
            code in request.may_fail
            or (code == REQUEST_CANCELLED and request.cancelled)
            or (code == CONTENT_MODIFIED and edited)
        )
        if not fits:
            yield f"{request.method} was refused with {code}: {error.get('message')}"

    def call(self, message: dict[str, Any]) -> Iterator[str]:
        """A request or a notification of the server."""
        method, params = message["method"], message.get("params")
        if not self.initialized and method not in EARLY:
            yield f"{method} before the answer to initialize"
        if "id" in message:
            if message["id"] in self.theirs:
                yield f"the server uses the id {message['id']!r} twice"
            self.theirs.add(message["id"])
        if method == "$/progress" and isinstance(params, dict):
            yield from self._progress(params.get("token"), params.get("value") or {})

    def _progress(self, token: Any, value: dict[str, Any]) -> Iterator[str]:
        state, kind = self.tokens.get(token), value.get("kind")
        if state is None:
            yield f"progress with the token {token!r}, which no side has made"
        elif (kind == "begin") != (state == "new") or state == "ended":
            yield f"progress {kind} of {token!r}, which is {state}"
        percentage = value.get("percentage")
        if percentage is not None and not 0 <= percentage <= 100:
            yield f"{percentage} %"
        self.tokens[token] = "ended" if kind == "end" else "begun"

    def end(self) -> Iterator[str]:
        """The connection is closed."""
        for own, request in self.requests.items():
            yield f"{request.method} ({own!r}) was not answered"
        if self.nameless > 0:
            yield f"{self.nameless} broken messages were not answered"
