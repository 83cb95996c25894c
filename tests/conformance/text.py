"""Positions in a text: lines end with LF, CRLF or CR; characters are counted in the units of an encoding."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_END = re.compile(r"\r\n|\n|\r")
_UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def units(text: str, encoding: str) -> int:
    """The length of a text."""
    codec, size = _UNITS[encoding]
    return len(text.encode(codec)) // size


@lru_cache(maxsize=256)
def lines(text: str) -> list[tuple[int, str]]:
    """The lines without their ends, each with the index of its first character."""
    found, start = [], 0
    for end in _END.finditer(text):
        found.append((start, text[start : end.start()]))
        start = end.end()
    return [*found, (start, text[start:])]


def position(text: str, index: int, encoding: str) -> dict[str, int]:
    """The position of the character at an index. An index inside of a line's end is that of the end."""
    all_lines = lines(text)
    line = max(number for number, (start, _) in enumerate(all_lines) if start <= index)
    start, content = all_lines[line]
    return {"line": line, "character": units(content[: index - start], encoding)}


def index(text: str, at: dict[str, int], encoding: str) -> int:
    """The index of a position. A position beyond a line or the text is its end, as the protocol says."""
    all_lines = lines(text)
    if at["line"] >= len(all_lines):
        return len(text)
    start, content = all_lines[at["line"]]
    length = 0
    for offset, character in enumerate(content):
        length += units(character, encoding)
        if length > at["character"]:
            return start + offset
    return start + len(content)


def problem(text: str, at: Any, encoding: str) -> str | None:
    """What is wrong with a position that the server sent."""
    line, character = at.get("line"), at.get("character")
    if type(line) is not int or type(character) is not int or line < 0 or character < 0:
        return "is no position"
    all_lines = lines(text)
    if line >= len(all_lines):
        return f"is on line {line} of a document with {len(all_lines)} lines"
    content = all_lines[line][1]
    length = 0
    for each in content:
        if length >= character:
            break
        length += units(each, encoding)
    if character > length:
        return f"is at {character} on a line of {length} units ({encoding})"
    if character < length:
        return f"is inside of a character ({encoding})"
    return None


def replaced(text: str, place: dict[str, Any], new: str, encoding: str) -> str:
    """The text with one range replaced."""
    start, end = (index(text, place[side], encoding) for side in ("start", "end"))
    return text[:start] + new + text[end:]
