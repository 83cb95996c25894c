"""Checks that the suite can fail: wrong messages are refused, each for its reason, and right ones are not."""

from __future__ import annotations

from typing import Any

from .judge import Judge
from .kinds import kind
from .ledger import REQUEST_FAILED

URI = "file:///folder/a.prompt"
#: The emoji is two units of UTF-16 and four of UTF-8.
TEXT = "😀 the\r\nheart"
CAPABILITIES: dict[str, Any] = {
    "positionEncoding": "utf-16",
    "textDocumentSync": 2,
    "hoverProvider": True,
    "codeActionProvider": True,
    "executeCommandProvider": {"commands": ["unembed.trace", "unembed.check_name"]},
    "semanticTokensProvider": {"legend": {"tokenTypes": ["a"], "tokenModifiers": ["b"]}, "full": True},
    "documentSymbolProvider": True,
}
HOVER = ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}})
COMPLETION = ("textDocument/completion", HOVER[1])
ABOUT = {"textDocument": {"uri": URI}}
ACTION: tuple[str, Any] = (
    "textDocument/codeAction",
    {**ABOUT, "range": None, "context": {"diagnostics": []}},
)
TOKENS = ("textDocument/semanticTokens/full", ABOUT)
RENAME = ("textDocument/rename", {**HOVER[1], "newName": "a"})
CHECK = (
    "workspace/executeCommand",
    {"command": "unembed.check_name", "arguments": [{"uri": URI, "name": "a"}], "workDoneToken": "t"},
)
PLAIN = {"kind": "plaintext", "value": "a"}


def span(start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    """A range."""
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def hover(**members: Any) -> dict[str, Any]:
    """The answer to a hover."""
    return {"id": 2, "result": {"contents": PLAIN, **members}}


def item(**members: Any) -> dict[str, Any]:
    """The answer to a completion."""
    return {"id": 2, "result": [{"label": "a", **members}]}


def diagnostic(**members: Any) -> dict[str, Any]:
    """Pushed diagnostics."""
    found = {"range": span((0, 0), (0, 2)), "message": "a", **members}
    return call("textDocument/publishDiagnostics", {"uri": URI, "diagnostics": [found]})


def call(method: str, params: Any = None, **members: Any) -> dict[str, Any]:
    """A message of the server; with `id` a request."""
    return {"method": method, **({} if params is None else {"params": params}), **members}


def edit(place: Any, uri: str = URI) -> dict[str, Any]:
    """An edit of one place."""
    return {"changes": {uri: [{"range": place, "newText": "a"}]}}


def progress(token: Any, **value: Any) -> dict[str, Any]:
    """A progress."""
    return call("$/progress", {"token": token, "value": value})


def registration(method: str) -> dict[str, Any]:
    """A registration of the server."""
    return call("client/registerCapability", {"registrations": [{"id": "a", "method": method}]}, id=1)


NAME: dict[str, Any] = {"problem": None, "vectors": []}
DONE = {"id": 2, "result": NAME}

#: The kind of client, its request, the server's messages, and a part of what is wrong with the last one.
#: An empty part: nothing is wrong. Without a message, the connection ends.
CASES: list[tuple[str, Any, list[Any], str]] = [
    # Shapes.
    ("bare", HOVER, [hover()], ""),
    ("bare", HOVER, [hover(extra=1)], "extra is not in the protocol"),
    ("bare", HOVER, [hover(range=None)], "range is not in the protocol"),
    ("bare", HOVER, [{"id": 2, "result": {"range": span((0, 0), (0, 2))}}], "is no"),
    ("bare", HOVER, [{"id": 2, "result": None}], ""),
    ("bare", HOVER, [{"id": 2}], "either a result or an error"),
    ("bare", HOVER, [{"id": 2, "result": None, "error": {"code": -32803, "message": ""}}], "either a result"),
    ("bare", None, [call("window/showMessage", {"type": 9, "message": "a"})], "is no"),
    ("bare", None, [call("window/showMessage", {"type": 1, "message": "a"}, id=5)], "is a notification"),
    ("bare", None, [call("window/showMessage", {"type": 1, "message": "a"})], ""),
    ("full", None, [call("workspace/codeLens/refresh", id=5)], ""),
    ("full", None, [{"method": "workspace/codeLens/refresh", "params": None, "id": 5}], "params"),
    ("full", None, [call("workspace/codeLens/refresh")], "is a request"),
    ("full", None, [call("textDocument/hover", {}, id=5)], "is for clients"),
    ("full", None, [call("window/unknown", {})], "is no message of a server"),
    # The server's own messages.
    ("bare", CHECK, [DONE], ""),
    ("bare", CHECK, [{"id": 2, "result": {"problem": 5, "vectors": []}}], "problem"),
    ("bare", CHECK, [{"id": 2, "result": {**NAME, "more": 1}}], "more is not in the schema"),
    ("bare", CHECK, [{"id": 2, "result": {"problem": None}}], "vectors is missing"),
    ("bare", None, [call("unembed/status", {"health": "fine"})], "health"),
    ("bare", None, [call("unembed/generated", {})], "the option `generated`"),
    # What the client did not announce.
    ("bare", HOVER, [hover(contents={"kind": "markdown", "value": "a"})], "contentFormat"),
    ("full", HOVER, [hover(contents={"kind": "markdown", "value": "a"})], ""),
    ("middle", COMPLETION, [item(labelDetails={"detail": "a"})], "labelDetailsSupport"),
    ("full", COMPLETION, [item(labelDetails={"detail": "a"}, kind=21, insertTextFormat=2)], ""),
    ("bare", COMPLETION, [item(insertTextFormat=2)], "snippetSupport"),
    ("bare", COMPLETION, [item(kind=21)], "completionItemKind"),
    ("bare", COMPLETION, [item(tags=[1])], "tagSupport"),
    ("middle", COMPLETION, [item(commitCharacters=["a"])], "commitCharactersSupport"),
    ("bare", COMPLETION, [item(preselect=True)], "preselectSupport"),
    ("bare", COMPLETION, [item(documentation={"kind": "markdown", "value": "a"})], "documentationFormat"),
    (
        "middle",
        COMPLETION,
        [item(textEdit={"insert": span((0, 0), (0, 2)), "replace": span((0, 0), (0, 2)), "newText": "a"})],
        "insertReplaceSupport",
    ),
    ("bare", ACTION, [{"id": 2, "result": [{"title": "a", "edit": {}}]}], "codeActionLiteralSupport"),
    ("bare", ACTION, [{"id": 2, "result": [{"title": "a", "command": "unembed.trace"}]}], ""),
    ("bare", ACTION, [{"id": 2, "result": [{"title": "a", "command": "other"}]}], "is not announced"),
    ("full", ACTION, [{"id": 2, "result": [{"title": "a", "data": 1}]}], "resolveProvider is not announced"),
    (
        "middle",
        ACTION,
        [{"id": 2, "result": [{"title": "a", "disabled": {"reason": "a"}}]}],
        "disabledSupport",
    ),
    ("bare", RENAME, [{"id": 2, "result": {"documentChanges": []}}], "documentChanges"),
    ("middle", RENAME, [{"id": 2, "result": {"documentChanges": []}}], "documentChanges"),
    ("full", RENAME, [{"id": 2, "result": {"documentChanges": []}}], ""),
    (
        "bare",
        RENAME,
        [{"id": 2, "result": {"documentChanges": [{"kind": "create", "uri": "file:///a"}]}}],
        "resourceOperations",
    ),
    ("bare", RENAME, [{"id": 2, "result": {"changeAnnotations": {}}}], "changeAnnotationSupport"),
    ("bare", None, [diagnostic()], ""),
    ("bare", None, [diagnostic(data=1)], "dataSupport"),
    ("bare", None, [diagnostic(tags=[1])], "tagSupport"),
    ("bare", None, [diagnostic(relatedInformation=[])], "relatedInformation"),
    ("middle", None, [diagnostic(codeDescription={"href": "file:///a"})], "codeDescriptionSupport"),
    ("bare", None, [call("workspace/applyEdit", {"edit": {}}, id=5)], "workspace.applyEdit"),
    ("bare", None, [call("workspace/configuration", {"items": []}, id=5)], "workspace.configuration"),
    ("bare", None, [call("window/workDoneProgress/create", {"token": 1}, id=5)], "window.workDoneProgress"),
    ("bare", None, [call("window/showDocument", {"uri": "file:///a"}, id=5)], "window.showDocument"),
    ("middle", None, [call("workspace/codeLens/refresh", id=5)], "refreshSupport"),
    ("middle", None, [registration("workspace/didChangeWatchedFiles")], "dynamicRegistration"),
    ("full", None, [registration("textDocument/hover")], "is registered, and"),
    ("full", None, [registration("textDocument/definition")], ""),
    # Places.
    ("bare", HOVER, [hover(range=span((0, 0), (0, 2)))], ""),
    ("bare", HOVER, [hover(range=span((0, 0), (0, 1)))], "inside of a character"),
    ("bare", HOVER, [hover(range=span((0, 0), (0, 7)))], "a line of 6 units"),
    ("bare", HOVER, [hover(range=span((0, 2), (0, 0)))], "ends before it starts"),
    ("bare", HOVER, [hover(range=span((0, 0), (2, 0)))], "a document with 2 lines"),
    ("bare", RENAME, [{"id": 2, "result": edit(span((0, 1), (0, 2)))}], "inside of a character"),
    ("bare", RENAME, [{"id": 2, "result": edit(span((0, 0), (0, 1)), "file:///none")}], "a line of 0 units"),
    ("bare", TOKENS, [{"id": 2, "result": {"data": [0, 0, 2, 0, 1, 1, 0, 5, 0, 0]}}], ""),
    ("bare", TOKENS, [{"id": 2, "result": {"data": [0, 0, 1, 0, 1]}}], "inside of a character"),
    ("bare", TOKENS, [{"id": 2, "result": {"data": [0, 0, 2, 0, 2]}}], "not in the legend"),
    ("bare", TOKENS, [{"id": 2, "result": {"data": [0, 0, 3, 0, 1, 0, 2, 2, 0, 1]}}], "overlaps"),
    ("bare", TOKENS, [{"id": 2, "result": {"data": [0, 0, 9, 0, 1]}}], "a line of 6 units"),
    # Requests, answers, progress.
    ("bare", HOVER, [hover(), hover()], "a second answer"),
    ("bare", None, [{"id": 9, "result": None}], "an answer to 9"),
    ("bare", None, [{"id": None, "error": {"code": -32700, "message": "a"}}], "no broken message"),
    ("bare", HOVER, [{"id": 2, "error": {"code": REQUEST_FAILED, "message": "a"}}], "was refused"),
    ("bare", HOVER, [{"id": 2, "error": {"code": 5, "message": "a"}}], "is no code of the protocol"),
    ("bare", HOVER, [{"id": 2, "error": {"code": -32800, "message": "a"}}], "was refused"),
    ("bare", HOVER, [{"id": 2, "error": {"code": -32801, "message": "a"}}], "was refused"),
    ("bare", HOVER, [], "was not answered"),
    ("bare", CHECK, [progress("t", kind="begin", title="a"), progress("t", kind="end"), DONE], ""),
    ("bare", CHECK, [progress("t", kind="begin", title="a"), DONE], "has no end"),
    ("bare", CHECK, [progress("t", kind="report")], "which is new"),
    ("bare", CHECK, [DONE, progress("t", kind="begin", title="a")], "which is ended"),
    ("bare", None, [progress("other", kind="begin", title="a")], "no side has made"),
]

#: Capabilities of a server that a kind of client must not get, and a part of why.
SERVERS: list[tuple[str, dict[str, Any], str]] = [
    ("bare", {}, ""),
    ("bare", {"positionEncoding": "utf-8"}, "positionEncoding"),
    ("bare", {"codeActionProvider": {"codeActionKinds": ["quickfix"]}}, "codeActionLiteralSupport"),
    ("bare", {"renameProvider": {"prepareProvider": True}}, "prepareSupport"),
    (
        "bare",
        {"diagnosticProvider": {"interFileDependencies": True, "workspaceDiagnostics": False}},
        "textDocument.diagnostic",
    ),
    (
        "full",
        {"diagnosticProvider": {"interFileDependencies": False, "workspaceDiagnostics": False}},
        "must be true",
    ),
    ("full", {"hoverProvider": 5}, "neither a boolean nor options"),
    ("full", {"unknownProvider": True}, "unknownProvider is not in the protocol"),
]


def begun(name: str, capabilities: dict[str, Any]) -> tuple[Judge, list[str]]:
    """A connection after the answer to `initialize`, and what is wrong with that."""
    judge = Judge(kind(name))
    judge.sent({"id": 1, "method": "initialize", "params": {}})
    answer = {"jsonrpc": "2.0", "id": 1, "result": {"capabilities": capabilities}}
    return judge, judge.received(answer)


def wrong(name: str, request: Any, messages: list[Any]) -> list[str]:
    """What the judge says of the last message; of the end of the connection if there is none."""
    judge, _ = begun(name, CAPABILITIES)
    document = {"uri": URI, "languageId": "lmprompt", "version": 1, "text": TEXT}
    judge.sent({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    if request is not None:
        judge.sent({"id": 2, "method": request[0], "params": request[1]})
    if not messages:
        return judge.end()
    found: list[str] = []
    for message in messages:
        found = judge.received({"jsonrpc": "2.0", **message})
    return found


def run() -> int:
    """All cases. Returns the exit code."""
    failed = 0
    judged: list[tuple[list[str], str, Any]]
    judged = [(wrong(*case[:3]), case[3], case) for case in CASES]
    judged += [(begun(name, {**CAPABILITIES, **more})[1], part, (name, more)) for name, more, part in SERVERS]
    for found, part, case in judged:
        fits = any(part in each for each in found) if part else not found
        if not fits:
            failed += 1
            print(f"expected {part or 'nothing'!r}, found {found}: {case}")
    early = Judge(kind("bare")).received({"jsonrpc": "2.0", **diagnostic()})
    if not any("before the answer to initialize" in each for each in early):
        failed += 1
        print(f"a message before initialize is not refused: {early}")
    print(f"self-test: {len(judged) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0
