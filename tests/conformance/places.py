"""Positions in messages: each lies inside of its document, at the border of a character."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from . import text as texts
from .documents import Document, Documents, Moment, key, saved

#: Members that belong to the side that wrote them.
OPAQUE = ("data", "arguments")


class Places:
    """Checks the positions of one message."""

    def __init__(self, documents: Documents, moment: Moment | None = None) -> None:
        self.documents = documents
        self.moment = documents.open if moment is None else moment
        self.encoding = documents.encoding

    def text(self, uri: str) -> str | None:
        """A document's text at the moment; that of the file if it is not open."""
        document = self.moment.get(key(uri))
        return saved(uri) if document is None else document.text

    def wrong(self, value: Any, uri: str | None, text: str | None) -> Iterator[str]:
        """Wrong positions in a value about a document."""
        if isinstance(value, list):
            for item in value:
                yield from self.wrong(item, uri, text)
        if not isinstance(value, dict):
            return
        named = self._named(value)
        if named is not None and key(named) != key(uri or ""):
            uri, text = named, self.text(named) or ""
        if _is_range(value):
            yield from self._range(value, uri, text)
            return
        if "line" in value and "character" in value:
            yield from self._position(value, uri, text)
            return
        yield from self._inside(value)
        for name, item in value.items():
            if name == "changes" and isinstance(item, dict):
                for other, edits in item.items():
                    yield from self.edits(edits, other, self.text(other) or "")
            elif name == "edits" and isinstance(item, list):
                yield from self.edits(item, uri, text)
            elif name not in OPAQUE:
                yield from self.wrong(item, uri, text)

    @staticmethod
    def _named(value: dict[str, Any]) -> str | None:
        document = value.get("textDocument")
        named = document.get("uri") if isinstance(document, dict) else value.get("uri")
        return named if isinstance(named, str) else None

    def _position(self, at: Any, uri: str | None, text: str | None) -> Iterator[str]:
        if text is None:
            yield f"a position in {uri}, which is no document: {at}"
        else:
            why = texts.problem(text, at, self.encoding)
            if why is not None:
                yield f"{at} of {uri} {why}"

    def _range(self, value: Any, uri: str | None, text: str | None) -> Iterator[str]:
        start, end = value["start"], value["end"]
        yield from self._position(start, uri, text)
        yield from self._position(end, uri, text)
        if _order(start) > _order(end):
            yield f"a range of {uri} ends before it starts: {value}"

    @staticmethod
    def _inside(value: dict[str, Any]) -> Iterator[str]:
        """Ranges that must lie in others."""
        outer, inner = value.get("range"), value.get("selectionRange")
        if outer is not None and inner is not None and not _contains(outer, inner):
            yield f"selectionRange {inner} is not inside of range {outer}"
        parent = value.get("parent")
        if outer is not None and parent is not None and not _contains(parent["range"], outer):
            yield f"the parent's range {parent['range']} does not contain {outer}"

    def edits(self, edits: list[Any], uri: str | None, text: str | None) -> Iterator[str]:
        """Wrong edits of one document: they must not overlap."""
        yield from (why for edit in edits for why in self.wrong(edit, uri, text))
        ranges = sorted(
            (edit["range"] for edit in edits if "range" in edit), key=lambda r: _order(r["start"])
        )
        for one, other in pairwise(ranges):
            if _order(one["end"]) > _order(other["start"]):
                yield f"edits of {uri} overlap: {one} and {other}"

    def pushed(self, params: Any) -> Iterator[str]:
        """Wrong positions in pushed diagnostics. Without a version, one of the document's texts must fit."""
        past = self.documents.history.get(key(params["uri"]), [])
        version = params.get("version")
        fitting = [document for document in past if version in (None, document.version)]
        if version is not None and not fitting:
            yield f"diagnostics for version {version} of {params['uri']}, which it never had"
        if not fitting:
            if params["diagnostics"] and version is None:
                yield f"diagnostics for {params['uri']}, which is not open"
            return
        yield from min((self._fits(params, document) for document in reversed(fitting)), key=len)

    def _fits(self, params: Any, document: Document) -> list[str]:
        return list(self.wrong(params["diagnostics"], document.uri, document.text))

    def tokens(self, data: list[int], legend: Any, text: str, allows: tuple[bool, bool]) -> Iterator[str]:
        """Wrong semantic tokens. `allows`: tokens that overlap, tokens of several lines."""
        overlapping, multiline = allows
        if len(data) % 5:
            yield f"{len(data)} numbers are no list of tokens of five"
            return
        types, modifiers = (len(legend[name]) for name in ("tokenTypes", "tokenModifiers"))
        all_lines = texts.lines(text)
        line = character = end = 0
        for number in range(0, len(data), 5):
            down, right, length, token_type, bits = data[number : number + 5]
            character = right if down else character + right
            end = 0 if down else end
            line += down
            what = f"the semantic token at {line}:{character}, {length} long,"
            if token_type >= types or bits >> modifiers:
                yield f"{what} is not in the legend"
            if character < end and not overlapping:
                yield f"{what} overlaps the one before"
            if length < 1:
                yield f"{what} is empty"
            ends = character + length
            places = [character, ends]
            if line < len(all_lines) and ends > texts.units(all_lines[line][1], self.encoding) and multiline:
                places = [character]
            for place in places:
                why = texts.problem(text, {"line": line, "character": place}, self.encoding)
                if why is not None:
                    yield f"{what} {why}"
            end = ends

    @staticmethod
    def foldings(ranges: list[Any], text: str) -> Iterator[str]:
        """Wrong folding ranges."""
        count = len(texts.lines(text))
        for each in ranges:
            if not 0 <= each["startLine"] <= each["endLine"] < count:
                yield f"lines {each['startLine']} to {each['endLine']} of a document with {count} lines"


def _is_range(value: dict[str, Any]) -> bool:
    return all(isinstance(value.get(side), dict) and "line" in value[side] for side in ("start", "end"))


def _order(at: dict[str, int]) -> tuple[int, int]:
    return at["line"], at["character"]


def _contains(outer: Any, inner: Any) -> bool:
    return _order(outer["start"]) <= _order(inner["start"]) and _order(inner["end"]) <= _order(outer["end"])
