"""What changes something: commands, edits, names, cancellation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from . import announced
from . import text as texts
from .client import REFUSED, Client, Refused
from .ledger import INVALID_PARAMS, REQUEST_FAILED
from .workspace import RUNS, WRONG, Workspace


def run(client: Client, workspace: Workspace, capabilities: Any) -> None:
    """Everything below, in turn."""
    effects = Effects(client, workspace, capabilities)
    for part in (
        effects.commands,
        effects.wrong_commands,
        effects.progress,
        effects.generation,
        effects.interventions,
        effects.choices,
        effects.names,
        effects.rename,
        effects.refusals,
        effects.edits,
        effects.cancellation,
        effects.settings,
    ):
        part()


class Effects:
    """The parts. Each leaves the documents open."""

    def __init__(self, client: Client, workspace: Workspace, capabilities: Any) -> None:
        self.client = client
        self.workspace = workspace
        self.capabilities = capabilities
        self.uri = workspace.uri("emoji.prompt")
        self.announces: Callable[[str], Any] = client.kind.announced
        self.applies = self.announces("workspace.applyEdit") is True

    def _run(self, command: str, argument: Any, may_fail: tuple[int, ...] = ()) -> Any:
        try:
            return self.client.answer(self.client.execute(command, argument, may_fail))
        except Refused:
            return None

    def commands(self) -> None:
        """Every command that only tells something, on every document and on a text."""
        uris = list(self.workspace.files())
        places = [{"uri": uri} for uri in uris] + [{"text": text} for text in (RUNS, WRONG, "")]
        places.append({"uri": self.uri, "text": RUNS})
        for place in places:
            # A file may be wrong, or its model missing.
            may_fail = (REQUEST_FAILED,)
            self._run("unembed.structure", place, may_fail)
            self._run("unembed.interventions", place, may_fail)
            self._run("unembed.trace", {**place, "layers": [5], "positions": "last", "words": 2}, may_fail)
            self._run("unembed.strengths", {**place, "target": "L5D739"}, may_fail)
            self._run("unembed.check_name", {**place, "name": "illness"}, may_fail)
        here = {"uri": self.uri}
        for query in ("illness", "like L5D662", "promotes ' the'", "🙂", ""):
            self._run("unembed.search", {**here, "query": query, "limit": 5}, (REQUEST_FAILED,))
        for target in ("L5D662", "brain 1", "L99D9", "nothing"):
            self._run("unembed.vector", {**here, "id": target}, (REQUEST_FAILED,))
        self._run("unembed.clusters", here, (REQUEST_FAILED,))
        self._run("unembed.clusters", {**here, "id": "L5D662"}, (REQUEST_FAILED,))
        self._run("unembed.check_name", {**here, "name": "L5D662"})
        self._run("unembed.trace", {**here, "generated": 2, "positions": [0], "top": 3})
        # The environment allows no network.
        self._run("unembed.fetch", {"id": "openai-community/gpt2"}, (REQUEST_FAILED,))

    def wrong_commands(self) -> None:
        """Unknown commands and wrong arguments."""
        wrong = (INVALID_PARAMS,)
        self._run("unembed.unknown", {}, wrong)
        for command in announced.member(self.capabilities, "executeCommandProvider.commands"):
            argument: Any
            for argument in ({}, None, [], {"uri": 5}, {"uri": "no uri", "name": "a", "id": []}):
                self._run(command, argument, (INVALID_PARAMS, REQUEST_FAILED))
        self._run("unembed.trace", {"uri": "file:///not/open.prompt"}, (REQUEST_FAILED,))

    def progress(self) -> None:
        """Progress with tokens of the client, of both types, and of the server."""
        for token in ("a token 🙂", 7):
            own = self.client.execute("unembed.generate", {"uri": self.uri}, token=token)
            self.client.answer(own)
        if self.announces("window.workDoneProgress"):
            self.client.calls.clear()
            self.client.answer(self.client.execute("unembed.generate", {"uri": self.uri}))
            self.client.wait("window/workDoneProgress/create")
            # A client may refuse a token; the command runs all the same.
            self.client.replies["window/workDoneProgress/create"] = {
                "error": {"code": REFUSED, "message": "no"}
            }
            self.client.answer(self.client.execute("unembed.generate", {"uri": self.uri}))
            self.client.wait("window/workDoneProgress/create")

    def generation(self) -> None:
        """The result of a command is shown as a document where the client can, else as a message."""
        if (self.client.kind.options or {}).get("results"):
            return
        shows = self.announces("window.showDocument.support") is True
        self.client.calls.clear()
        self._run("unembed.generate", {"uri": self.workspace.uri("runs.prompt")})
        self.client.wait("window/showDocument" if shows else "window/showMessage")
        if shows:
            for reply in ({"result": {"success": False}}, {"error": {"code": REFUSED, "message": "no"}}):
                self.client.calls.clear()
                self.client.replies["window/showDocument"] = reply
                self._run("unembed.trace", {"uri": self.workspace.uri("runs.prompt"), "positions": "last"})
                self.client.wait("window/showMessage")

    def interventions(self) -> None:
        """A line is added, changed and removed, by the server where the client applies edits."""
        results = (self.client.kind.options or {}).get("results") is True
        for value in (4.5, "disable", "enable", {"scale": 2, "at": "prompt"}, "remove"):
            self.client.calls.clear()
            result = self._run("unembed.intervene", {"uri": self.uri, "target": "L3D77", "value": value})
            if result is None:
                continue
            if self.applies and not results:
                self.client.wait("workspace/applyEdit")
            else:
                self.client.apply({"changes": {self.uri: _plain(result["edits"])}})
        self._run("unembed.intervene", {"text": RUNS, "target": "L5D662", "value": "toggle", "run": "both"})

    def choices(self) -> None:
        """A list of choices: the user takes one, none, or the client asks itself."""
        document = self.client.document(self.uri)
        entry = texts.position(document.text, document.text.index("L5D739"), self.client.encoding)
        argument = self._choice(entry)
        if argument is None:
            pending = {"uri": self.uri, "title": "a title", "choices": [], "choice": 0}
            self._run("unembed.choose", pending, (REQUEST_FAILED, INVALID_PARAMS))
            return
        self.client.replies["window/showMessageRequest"] = {"result": None}
        self._run("unembed.choose", argument)
        self.client.wait("window/showMessageRequest")
        self._run("unembed.choose", argument)
        self.client.wait("window/showMessageRequest")
        self.client.wait("workspace/applyEdit")
        argument = self._choice(entry)
        self._run("unembed.choose", {**argument, "choice": 0})
        self.client.wait("workspace/applyEdit")
        self._run("unembed.choose", {**argument, "choice": 99}, (INVALID_PARAMS,))

    def _choice(self, at: Any) -> Any:
        params = {
            "textDocument": {"uri": self.uri},
            "range": {"start": at, "end": at},
            "context": {"diagnostics": []},
        }
        for action in self.client.call("textDocument/codeAction", params) or []:
            command = action.get("command")
            if isinstance(command, dict) and command["command"] == "unembed.choose":
                return command["arguments"][0]
        return None

    def names(self) -> None:
        """A name in a folder that has no names file yet, and one in a file that is open."""
        new = (self.workspace.second / "history.prompt").as_uri()
        self.client.open(new, (self.workspace.second / "history.prompt").read_text(encoding="utf-8"))
        for uri, name in ((new, "first name"), (new, "second name"), (self.uri, "third name")):
            self.client.calls.clear()
            result = self._run("unembed.name", {"uri": uri, "name": name, "ids": ["L3D77", "L2D5"]})
            if self.applies:
                self.client.wait("workspace/applyEdit")
            elif result is None:
                self.client.report.fault(self.client.kind.name, self.client.way, name, "no edit was returned")
        for existing in ("add", "replace"):
            argument = {"uri": self.uri, "name": "illness", "ids": ["L1D1"], "existing": existing}
            self.client.calls.clear()
            self._run("unembed.name", argument)
            if self.applies:
                self.client.wait("workspace/applyEdit")
        self._run("unembed.name", {"uri": self.uri, "name": "L5D662", "ids": ["L1D1"]}, (REQUEST_FAILED,))
        self._run("unembed.name", {"text": RUNS, "name": "fourth", "ids": ["L1D2"]})
        self.client.close(new)

    def rename(self) -> None:
        """A name of several files, from a prompt file and from the names file."""
        for file, old, new in (
            ("emoji.prompt", "illness", "sickness 2"),
            ("unembed.names.yaml", "sickness 2", "illness"),
        ):
            uri = self.workspace.uri(file)
            text = self.client.document(uri).text
            at = texts.position(text, text.index(old) + 1, self.client.encoding)
            where = {"textDocument": {"uri": uri}, "position": at}
            if "textDocument/prepareRename" in announced.methods(self.capabilities):
                self.client.call("textDocument/prepareRename", where)
            self.client.attempt("textDocument/rename", {**where, "newName": "L5D662"}, [REQUEST_FAILED])
            self.client.attempt("textDocument/rename", {**where, "newName": "🙂"}, [REQUEST_FAILED])
            self.client.apply(self.client.call("textDocument/rename", {**where, "newName": new}))

    def refusals(self) -> None:
        """The client does not apply an edit: the user is told."""
        results = (self.client.kind.options or {}).get("results") is True
        if not self.applies or results:
            return
        for reply in (
            {"result": {"applied": False, "failureReason": "the file is locked"}},
            {"result": {"applied": False}},
            {"error": {"code": REFUSED, "message": "no"}},
        ):
            self.client.calls.clear()
            self.client.replies["workspace/applyEdit"] = reply
            self._run("unembed.intervene", {"uri": self.uri, "target": "L3D78", "value": 2})
            self.client.wait("window/showMessage")

    def edits(self) -> None:
        """Edits of every form, with a question after each."""
        for file in ("emoji.prompt", "crlf.prompt", "returns.prompt"):
            uri = self.workspace.uri(file)
            for change in self._changes(self.client.document(uri).text):
                self.client.change(uri, *change)
                end = texts.position(self.client.document(uri).text, 10**9, self.client.encoding)
                self.client.call("textDocument/hover", {"textDocument": {"uri": uri}, "position": end})
                self.client.call("textDocument/foldingRange", {"textDocument": {"uri": uri}})
        # An edit may come before an answer.
        place = {"textDocument": {"uri": self.uri}, "position": {"line": 11, "character": 2}}
        own = self.client.request("textDocument/hover", place)
        self.client.change(self.uri, {"text": self.client.document(self.uri).text + " a"})
        with suppress(Refused):
            self.client.answer(own)

    def _changes(self, text: str) -> list[list[dict[str, Any]]]:
        end = texts.position(text, len(text), self.client.encoding)
        start = {"line": 0, "character": 0}
        beyond = {"line": end["line"] + 5, "character": 3}
        return [
            [{"range": {"start": end, "end": end}, "text": " 🙂 and the"}],
            [{"range": {"start": end, "end": beyond}, "text": ""}],
            [
                {"range": {"start": start, "end": start}, "text": "# 😀\r\n"},
                {"range": {"start": start, "end": {"line": 1, "character": 0}}, "text": ""},
            ],
            [{"text": ""}],
            [{"text": "𝔘\r\nthe 😀"}],
            [{"text": text}],
        ]

    def cancellation(self) -> None:
        """Requests and progress that the client cancels; also what is answered already or never was."""
        own = self.client.execute("unembed.generate", {"uri": self.uri})
        self.client.notify("$/cancelRequest", {"id": own})
        other = self.client.execute("unembed.generate", {"uri": self.uri}, token="cancelled")
        self.client.notify("window/workDoneProgress/cancel", {"token": "cancelled"})
        for each in (own, other):
            with suppress(Refused):
                self.client.answer(each)
        self.client.notify("$/cancelRequest", {"id": own})
        self.client.notify("$/cancelRequest", {"id": "never sent"})
        self.client.notify("window/workDoneProgress/cancel", {"token": "never made"})

    def settings(self) -> None:
        """Settings and folders change; files change on the disk."""
        for settings in (
            {"inlay": {"tokens": "logprob"}, "hover": {"layers": 2}},
            {"unembed": {"inlay.tokens": "guess"}},
            {"hover": {"layers": "many"}, "unknown": 1},
            None,
        ):
            self.client.notify("workspace/didChangeConfiguration", {"settings": settings})
            where = {
                "textDocument": {"uri": self.uri},
                "range": {"start": _AT, "end": {"line": 99, "character": 0}},
            }
            self.client.call("textDocument/inlayHint", where)
        changed = {"uri": self.workspace.uri("unembed.names.yaml"), "type": 2}
        self.client.notify("workspace/didChangeWatchedFiles", {"changes": [changed]})
        if self.announces("workspace.workspaceFolders"):
            second = {"uri": self.workspace.second.as_uri(), "name": "second"}
            event = {"added": [], "removed": [second]}
            self.client.notify("workspace/didChangeWorkspaceFolders", {"event": event})


_AT = {"line": 0, "character": 0}


def _plain(edits: list[Any]) -> list[Any]:
    return [{"range": edit["range"], "newText": edit["newText"]} for edit in edits]
