"""A client: sends messages, answers the server's requests as its kind would, and has every message judged."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from . import text as texts
from .documents import Document, key, path, saved
from .judge import Judge
from .kinds import Kind
from .report import Report
from .wire import DEADLINE, Failure, Server, frame

#: The code of an error answer that this client gives on purpose.
REFUSED = -32803


class Refused(Exception):
    """An error answer that its request may have."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.code = error.get("code")


class Client:
    """One client and its connection."""

    def __init__(self, server: Server, kind: Kind, way: str, report: Report) -> None:
        self.server = server
        self.kind = kind
        self.way = way
        self.report = report
        self.judge = Judge(kind)
        self.requests = 0
        self.answers: dict[Any, Any] = {}
        #: Calls of the server that no wait has taken.
        self.calls: deque[dict[str, Any]] = deque()
        #: The diagnostics that were pushed last, by `key`.
        self.pushed: dict[str, list[Any]] = {}
        #: What to answer to a request of the server, in place of the usual answer; once.
        self.replies: dict[str, Any] = {}

    @property
    def encoding(self) -> str:
        """The encoding of positions that the server chose."""
        return self.judge.documents.encoding

    # What the client sends.

    def request(self, method: str, params: Any = None, may_fail: Iterable[int] = (), own: Any = None) -> Any:
        """Sends a request. Returns its id."""
        self.requests += 1
        own = self.requests if own is None else own
        message = {"jsonrpc": "2.0", "id": own, "method": method}
        if params is not None:
            message["params"] = params
        self._send(message, frozenset(may_fail))
        return own

    def answer(self, own: Any) -> Any:
        """Waits for the answer to a request: its result, or `Refused`."""
        while own not in self.answers:
            self.pump(f"the answer to {own!r}")
        message = self.answers.pop(own)
        if "error" in message:
            raise Refused(message["error"])
        return message.get("result")

    def call(self, method: str, params: Any = None, may_fail: Iterable[int] = ()) -> Any:
        """Sends a request and waits for its result; `Refused` if the answer is an error."""
        return self.answer(self.request(method, params, may_fail))

    def attempt(self, method: str, params: Any = None, may_fail: Iterable[int] = ()) -> Any:
        """Like `call`, but an error, which is judged, gives `None`."""
        try:
            return self.call(method, params, may_fail)
        except Refused:
            return None

    def execute(self, command: str, argument: Any, may_fail: Iterable[int] = (), token: Any = None) -> Any:
        """Sends a command with one argument. Returns its id."""
        params = {"command": command, "arguments": [argument]}
        if token is not None:
            params["workDoneToken"] = token
        return self.request("workspace/executeCommand", params, may_fail)

    def notify(self, method: str, params: Any = None) -> None:
        """Sends a notification."""
        message = {"jsonrpc": "2.0", "method": method}
        if params is not None:
            message["params"] = params
        self._send(message)

    def broken_request(self, may_fail: Iterable[int], members: dict[str, Any]) -> None:
        """Sends a request that is no valid message, and waits for its refusal. `...` leaves a member out."""
        self.requests += 1
        message = {"jsonrpc": "2.0", "id": self.requests, "method": "workspace/symbol", **members}
        self.judge.sent({"id": self.requests, "method": "workspace/symbol"}, frozenset(may_fail))
        self.server.write(frame({name: value for name, value in message.items() if value is not ...}))
        try:
            self.answer(self.requests)
        except Refused:
            return
        self.report.fault(self.kind.name, self.way, message, "a broken request was not refused")

    def raw(self, data: bytes, nameless: int = 0) -> None:
        """Sends bytes. `nameless`: how many answers without an id they must get."""
        self.judge.ledger.nameless += nameless
        self.server.write(data)

    def open(self, uri: str, text: str, language: str = "lmprompt") -> None:
        """Opens a document."""
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def document(self, uri: str) -> Document:
        """An open document."""
        return self.judge.documents.open[key(uri)]

    def change(self, uri: str, *changes: dict[str, Any]) -> None:
        """Edits an open document."""
        version = self.document(uri).version + 1
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)}
        self.notify("textDocument/didChange", params)

    def close(self, uri: str) -> None:
        """Closes a document."""
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def _send(self, message: dict[str, Any], may_fail: frozenset[int] = frozenset()) -> None:
        self.judge.sent(message, may_fail)
        self.server.write(frame(message))

    # What the server sends.

    def wait(self, method: str, wanted: Callable[[Any], bool] = lambda _: True) -> Any:
        """Waits for a call of the server. Returns its parameters."""
        looked_at = 0
        while True:
            for number in range(looked_at, len(self.calls)):
                call = self.calls[number]
                if call["method"] == method and wanted(call.get("params")):
                    del self.calls[number]
                    return call.get("params")
            looked_at = len(self.calls)
            self.pump(method)

    def pump(self, waiting_for: str, seconds: float = DEADLINE) -> None:
        """Takes one message: judges it, and answers a request."""
        try:
            message = self.server.take(seconds)
        except Failure as error:
            raise Failure(f"{waiting_for}: {error}") from error
        if message is None:
            raise Failure(f"the server closed the connection, {waiting_for} is missing: {self.server.said()}")
        self._judge(message)
        if not isinstance(message, dict):
            return
        if "method" not in message:
            self.answers[message.get("id")] = message
            return
        self.calls.append(message)
        if message["method"] == "textDocument/publishDiagnostics":
            params = message["params"]
            self.pushed[key(params["uri"])] = params["diagnostics"]
        if "id" in message:
            self._reply(message)

    def _judge(self, message: Any) -> None:
        found = self.judge.received(message)
        for wrong in found:
            self.report.fault(self.kind.name, self.way, message, wrong)
        if found:
            self.report.message_is_wrong()

    def _reply(self, message: dict[str, Any]) -> None:
        method: str = message["method"]
        params: Any = message.get("params")
        reply = self.replies.pop(method, None)
        if reply is None:
            reply = {"result": self._usual(method, params)}
        elif method == "workspace/applyEdit" and reply.get("result", {}).get("applied"):
            self.apply(params["edit"])
        if method == "window/workDoneProgress/create" and "result" in reply:
            self.judge.ledger.accepted(params["token"])
        self._send({"jsonrpc": "2.0", "id": message["id"], **reply})

    def _usual(self, method: str, params: Any) -> Any:
        if method == "workspace/applyEdit":
            self.apply(params["edit"])
            return {"applied": True}
        if method == "window/showDocument":
            return {"success": True}
        if method == "window/showMessageRequest":
            return (params.get("actions") or [None])[0]
        if method == "workspace/configuration":
            return [None for _ in params["items"]]
        return None

    def apply(self, edit: Any) -> None:
        """Applies an edit to the open documents, and to files."""
        for change in edit.get("documentChanges") or ():
            if change.get("kind") == "create":
                made = path(change["uri"])
                assert made is not None
                made.touch()
            elif "textDocument" in change:
                self._apply(change["textDocument"]["uri"], change["edits"])
        if not edit.get("documentChanges"):
            for uri, edits in (edit.get("changes") or {}).items():
                self._apply(uri, edits)

    def _apply(self, uri: str, edits: list[Any]) -> None:
        document = self.judge.documents.open.get(key(uri))
        text = saved(uri) if document is None else document.text
        if text is None:
            self.report.fault(self.kind.name, self.way, uri, "an edit of a file that does not exist")
            return
        start = lambda edit: texts.index(text, edit["range"]["start"], self.encoding)  # noqa: E731
        ordered = sorted(edits, key=start, reverse=True)
        for each in ordered:
            text = texts.replaced(text, each["range"], each["newText"], self.encoding)
        file = path(uri)
        if document is not None:
            self.change(document.uri, *({"range": e["range"], "text": e["newText"]} for e in ordered))
        elif file is not None:
            file.write_bytes(text.encode())

    # The end.

    def leave(self, in_order: bool = True) -> int:
        """Ends the session. Returns the exit code."""
        if in_order:
            self.call("shutdown")
        self.notify("exit")
        return self.ended()

    def ended(self, seconds: float = DEADLINE) -> int:
        """Waits until the server has closed the connection. Returns the exit code."""
        while (message := self.server.take(seconds)) is not None:
            self._judge(message)
        code = self.server.wait()
        for wrong in self.judge.end():
            self.report.fault(self.kind.name, self.way, None, wrong)
        self.report.count(self.kind.name, self.judge.seen)
        return code
