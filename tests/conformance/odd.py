"""Sessions of clients that break the protocol, or end without a word."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from . import announced
from .client import Client, Refused
from .drive import initialize, questions
from .kinds import Kind
from .ledger import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    NOT_INITIALIZED,
    REQUEST_FAILED,
)
from .report import Report
from .wire import Server
from .workspace import ANYWHERE, EMOJI, Workspace

#: URIs that some clients send: with raw characters, of another machine, of a text that is not saved.
ADDRESSES = ("file://server/share/x.prompt", "untitled:New File 1", "untitled:unembed.prompt")


def run(start: Callable[[], Server], kind: Kind, workspace: Workspace, report: Report) -> None:
    """All odd sessions of one kind."""
    for session in (before_initialize, messages, wrong_params, lost_edits, addresses, without_shutdown):
        server = start()
        client = Client(server, kind, "odd", report)
        try:
            session(client, workspace)
        finally:
            server.kill()


def _expect(client: Client, what: str, is_so: bool) -> None:
    if not is_so:
        client.report.fault(client.kind.name, client.way, None, what)


def _must_fail(client: Client, method: str, params: Any, codes: list[int]) -> None:
    """Sends a request that must be refused with one of these codes."""
    try:
        result = client.call(method, params, codes)
        _expect(client, f"{method} was answered with {str(result)[:80]}, not refused with {codes}", False)
    except Refused:
        pass


def before_initialize(client: Client, workspace: Workspace) -> None:
    """Requests before `initialize` and after `shutdown`, and a second `initialize`."""
    hover = {"textDocument": {"uri": workspace.uri("heart.prompt")}, "position": {"line": 0, "character": 0}}
    _must_fail(client, "textDocument/hover", hover, [NOT_INITIALIZED])
    _must_fail(client, "shutdown", None, [NOT_INITIALIZED])
    client.notify("textDocument/didSave", {"textDocument": {"uri": workspace.uri("heart.prompt")}})
    initialize(client, workspace)
    params = {"processId": None, "rootUri": None, "capabilities": client.kind.capabilities}
    _must_fail(client, "initialize", params, [INVALID_REQUEST])
    client.call("shutdown")
    _must_fail(client, "textDocument/hover", hover, [INVALID_REQUEST])
    client.notify("exit")
    code = client.ended()
    _expect(client, f"the server exits with {code} after shutdown", code == 0)


def messages(client: Client, workspace: Workspace) -> None:
    """Messages that are none. The session goes on after each."""
    initialize(client, workspace)
    for body in (
        b"no JSON",
        b"{",
        b"\xff\xfe",
        b"",
        b"[]",
        b"[{}]",
        b"5",
        b"null",
        b"{}",
        b'{"jsonrpc": "2.0"}',
    ):
        client.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body), nameless=1)
        client.call("workspace/symbol", {"query": ""})
    for members in ({"jsonrpc": "1.0"}, {"jsonrpc": ...}, {"method": 5}, {"params": 5}, {"params": "text"}):
        client.broken_request([INVALID_REQUEST, INVALID_PARAMS], members)
    for method in ("textDocument/unknown", "unknown", "$/unknown", "unembed.trace", ""):
        _must_fail(client, method, {}, [METHOD_NOT_FOUND])
        client.notify(method, {})
    for own in ("a text 🙂", "", -1, 0, 2**31 - 1):
        client.answer(client.request("workspace/symbol", {"query": ""}, own=own))
    client.server.write(
        b"content-length: 38\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"
    )
    client.server.write(b'{"jsonrpc":"2.0","method":"$/unknown"}')
    client.server.write(b'Content-Length: 37\r\n\r\n{"jsonrpc":"2.0","id":99,"result":{}}')
    client.leave()


def wrong_params(client: Client, workspace: Workspace) -> None:
    """Parameters that are not those of the method; documents that are not open."""
    capabilities = initialize(client, workspace)
    heart = workspace.uri("heart.prompt")
    client.open(heart, workspace.files()[heart])
    params: Any
    for method in sorted(announced.methods(capabilities)):
        for params in ({}, None, [], {"textDocument": 5}, {"textDocument": {"uri": 5}, "position": "here"}):
            _must_fail(client, method, params, [INVALID_PARAMS, INVALID_REQUEST])
        if method.startswith("textDocument/"):
            for params in questions(method, "file:///not/open.prompt", "", client.encoding):
                _must_fail(client, method, params, [REQUEST_FAILED])
    for name in ("didOpen", "didSave", "didClose"):
        client.notify(f"textDocument/{name}", {"textDocument": 5})
    client.call(
        "textDocument/hover", {"textDocument": {"uri": heart}, "position": {"line": 9, "character": 2}}
    )
    client.leave()


def lost_edits(client: Client, workspace: Workspace) -> None:
    """An edit that cannot be read: the text is not known until the document is opened again."""
    capabilities = initialize(client, workspace)
    uri, text = workspace.uri("emoji.prompt"), EMOJI
    hover = {"textDocument": {"uri": uri}, "position": {"line": 11, "character": 2}}
    for params in (
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"range": 5, "text": "a"}]},
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": 5}]},
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": "all"},
        {"textDocument": {"uri": uri, "version": "two"}, "contentChanges": [{"text": "a"}]},
        {"textDocument": {"uri": uri, "version": 2}},
        {"textDocument": {"uri": uri}, "contentChanges": [{"text": "a"}]},
    ):
        client.open(uri, text)
        client.call("textDocument/hover", hover)
        client.calls.clear()
        client.notify("textDocument/didChange", params)
        client.wait("window/showMessage", lambda shown: shown["type"] <= 2)
        for method in sorted(announced.methods(capabilities)):
            if method.startswith("textDocument/"):
                question = next(questions(method, uri, text, client.encoding), hover)
                if method == "textDocument/rename":
                    question = {**hover, "newName": "other"}
                _must_fail(client, method, question, [REQUEST_FAILED])
        command = {"command": "unembed.trace", "arguments": [{"uri": uri}]}
        _must_fail(client, "workspace/executeCommand", command, [REQUEST_FAILED])
        client.close(uri)
    client.open(uri, text)
    client.call("textDocument/hover", hover)
    client.leave()


def addresses(client: Client, workspace: Workspace) -> None:
    """URIs with raw characters, of another machine and of texts that are not saved."""
    capabilities = initialize(client, workspace)
    raw = [
        f"file://{workspace.first}/raw é [1] {{x}}.prompt",
        f"file://{workspace.first}/not saved é[.prompt",
    ]
    pushes = not announced.is_set(capabilities.get("diagnosticProvider"))
    for uri in (*raw, *ADDRESSES):
        client.open(uri, ANYWHERE)
        if pushes:
            client.wait("textDocument/publishDiagnostics", lambda _: True)
        client.answer(client.execute("unembed.trace", {"uri": uri, "positions": "last"}))
        for method in sorted(announced.methods(capabilities)):
            if method.startswith("textDocument/"):
                for params in list(questions(method, uri, ANYWHERE, client.encoding))[::7]:
                    client.attempt(method, params, [REQUEST_FAILED] if "ename" in method else [])
        client.change(uri, {"text": ANYWHERE + " 🙂"})
        client.answer(client.execute("unembed.generate", {"uri": uri}))
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        client.close(uri)
        _must_fail(client, "textDocument/foldingRange", {"textDocument": {"uri": uri}}, [REQUEST_FAILED])
    client.leave()


def without_shutdown(client: Client, workspace: Workspace) -> None:
    """`exit` alone."""
    initialize(client, workspace)
    code = client.leave(in_order=False)
    _expect(client, f"the server exits with {code} without shutdown, not with 1", code == 1)


def death(server: Server, kind: Kind, way: str, workspace: Workspace, report: Report) -> None:
    """The process that the client names in `initialize` dies, and leaves the connection open."""
    client = Client(server, kind, way, report)
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        initialize(client, workspace, processId=editor.pid)
        client.open(workspace.uri("heart.prompt"), "The history of")
        client.wait("textDocument/publishDiagnostics")
        editor.kill()
        editor.wait()
        client.ended()
    finally:
        editor.kill()
        editor.wait()
        server.kill()
