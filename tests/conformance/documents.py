"""The documents of a client: their texts at each moment, from what the client sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from . import text as texts


@dataclass(frozen=True)
class Document:
    """An open document."""

    uri: str
    version: int
    text: str


#: The documents at one moment, by `key`.
Moment = dict[str, Document]


def key(uri: str) -> str:
    """Equal for all spellings of a URI: clients and servers escape characters differently."""
    return unquote(uri)


def path(uri: str) -> Path | None:
    """The path of a file on this machine."""
    return Path(key(uri).removeprefix("file://")) if uri.startswith("file:///") else None


def saved(uri: str) -> str | None:
    """The text of a file that is not open."""
    file = path(uri)
    if file is None or not file.is_file():
        return None
    return file.read_bytes().decode("utf-8")


@dataclass
class Documents:
    """The open documents."""

    encoding: str = "utf-16"
    open: Moment = field(default_factory=dict)
    #: All texts that a document has had since it was opened.
    history: dict[str, list[Document]] = field(default_factory=dict)

    def moment(self) -> Moment:
        """The documents as they are now."""
        return dict(self.open)

    def put(self, document: Document) -> None:
        name = key(document.uri)
        self.open[name] = document
        self.history.setdefault(name, []).append(document)

    def sent(self, method: str, params: Any) -> None:
        """Takes over what a notification of the client does. Leaves out those that are broken on purpose."""
        if method not in ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"):
            return
        try:
            document = params["textDocument"]
            if method.endswith("didOpen"):
                self.history.pop(key(document["uri"]), None)
                self.put(Document(document["uri"], document["version"], document["text"]))
            elif method.endswith("didClose"):
                self.open.pop(key(document["uri"]), None)
            else:
                self._change(document["uri"], document["version"], params["contentChanges"])
        except (KeyError, TypeError, AttributeError):
            return

    def _change(self, uri: str, version: int, changes: list[dict[str, Any]]) -> None:
        before = self.open.get(key(uri))
        if before is None or type(version) is not int:
            return
        text = before.text
        for change in changes:
            place = change.get("range")
            new = change["text"]
            if not isinstance(new, str):
                return
            text = new if place is None else texts.replaced(text, place, new, self.encoding)
        self.put(Document(before.uri, version, text))
