"""Finds what a message holds without the capability that `table` asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .kinds import Kind
from .table import CALLS, RULES


def broken(kind: Kind, method: str, message: dict[str, Any]) -> Iterator[str]:
    """What a message holds that the client did not announce. `method` is its own, or its request's."""
    if "method" in message:
        allowed, needs = CALLS.get(method, (None, ""))
        if allowed is None:
            yield f"{method} is no message of a server"
        elif not allowed(kind, None):
            yield f"{method} needs {needs}"
        if method.endswith("registerCapability"):
            yield from registrations(kind, message)
    for rule in RULES:
        for place in rule.places:
            at, path = place.split(": ")
            if at != method:
                continue
            full = f"{path}.{rule.part}" if rule.part else path
            for value in found(message, full.split(".")):
                if not rule.allowed(kind, value):
                    yield f"{full} needs {rule.needs} | {str(value)[:80]}"


def registrations(kind: Kind, message: dict[str, Any]) -> Iterator[str]:
    """Registrations for features that the client registers statically alone."""
    params = message.get("params") or {}
    for registration in params.get("registrations") or params.get("unregisterations") or ():
        method = str(registration.get("method"))
        path = f"{method.replace('/', '.')}.dynamicRegistration"
        if method.startswith("textDocument/did"):
            path = "textDocument.synchronization.dynamicRegistration"
        elif method == "workspace/symbol":
            path = "workspace.symbol.dynamicRegistration"
        if kind.announced(path) is not True:
            yield f"a registration for {method} needs {path}"


def found(value: Any, path: list[str]) -> Iterator[Any]:
    """The values at a path. `*` is every item of a list, `children+` an item and all items inside of it."""
    if not path:
        yield value
        return
    step, rest = path[0], path[1:]
    if step == "*":
        for item in value if isinstance(value, list) else ():
            yield from found(item, rest)
    elif step == "children+":
        yield from found(value, rest)
        for item in value.get("children") or () if isinstance(value, dict) else ():
            yield from found(item, path)
    elif isinstance(value, dict) and step in value:
        yield from found(value[step], rest)
