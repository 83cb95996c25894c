"""What a capability can be asked: whether it is set, and what it lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .kinds import Kind

#: Whether a client may get a value.
Allowed = Callable[[Kind, Any], bool]


def flag(path: str) -> Allowed:
    """The client sets a capability."""
    return lambda kind, _: kind.announced(path) is True


def given(path: str) -> Allowed:
    """The client has a capability of any value."""
    return lambda kind, _: kind.announced(path) is not None


def among(path: str, default: tuple[Any, ...] = ()) -> Allowed:
    """The client's list has the value."""

    def allowed(kind: Kind, value: Any) -> bool:
        known = kind.announced(path)
        return value in (default if known is None else known)

    return allowed


def unless(harmless: Callable[[Any], bool], other: Allowed) -> Allowed:
    """Some values need nothing."""
    return lambda kind, value: harmless(value) or other(kind, value)


def always(_kind: Kind, _value: Any) -> bool:
    """Every client."""
    return True
