"""Commands' results and notifications of this server: as `server/api/schema.json` says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parents[2] / "server" / "api" / "schema.json"
_KNOWN = {
    "$ref",
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maximum",
    "minimum",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
}
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class Contract:
    """The JSON Schema of the server's own messages."""

    def __init__(self) -> None:
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        self.types = schema["$defs"]
        self.commands = schema["commands"]
        self.notifications = schema["notifications"]

    def result(self, command: str, result: Any) -> Iterator[str]:
        """What is wrong with the result of a command."""
        # The client applies the edit.
        if command == "unembed.name" and result is None:
            return
        if command in self.commands:
            yield from self._wrong(result, self.commands[command]["result"], command)

    def notification(self, method: str, params: Any) -> Iterator[str]:
        """What is wrong with the parameters of a notification."""
        if method in self.notifications:
            yield from self._wrong(params, self.notifications[method]["params"], method)

    def _wrong(self, value: Any, schema: Any, at: str) -> Iterator[str]:
        if schema is True or schema == {}:
            return
        if unknown := schema.keys() - _KNOWN:
            yield f"{at}: the schema uses {sorted(unknown)}, which this checker does not know"
        if "$ref" in schema:
            yield from self._wrong(value, self.types[schema["$ref"].rpartition("/")[2]], at)
        for choice in ("anyOf", "oneOf"):
            if choice in schema:
                tries = [list(self._wrong(value, each, at)) for each in schema[choice]]
                if all(tries):
                    yield from min(tries, key=len)
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at} is {value!r}, none of {schema['enum']}"
        if "const" in schema and value != schema["const"]:
            yield f"{at} is {value!r}, not {schema['const']!r}"
        names = schema.get("type")
        if names is not None and not _is(value, [names] if isinstance(names, str) else names):
            yield f"{at} is {str(value)[:60]!r}, not of type {names}"
            return
        if "minimum" in schema and isinstance(value, (int, float)) and value < schema["minimum"]:
            yield f"{at} is {value}, less than {schema['minimum']}"
        if "maximum" in schema and isinstance(value, (int, float)) and value > schema["maximum"]:
            yield f"{at} is {value}, more than {schema['maximum']}"
        if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
            yield f"{at} is {value!r}, which does not match {schema['pattern']}"
        if isinstance(value, list) and "items" in schema:
            for number, item in enumerate(value):
                yield from self._wrong(item, schema["items"], f"{at}[{number}]")
        if isinstance(value, dict) and "properties" in schema:
            yield from self._members(value, schema, at)

    def _members(self, value: dict[str, Any], schema: Any, at: str) -> Iterator[str]:
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{at}.{name} is missing"
        for name, item in value.items():
            if name in schema["properties"]:
                yield from self._wrong(item, schema["properties"][name], f"{at}.{name}")
            else:
                yield f"{at}.{name} is not in the schema"


def _is(value: Any, names: list[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)
