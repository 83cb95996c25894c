"""The shape of messages, by the package `lsprotocol`.

Unknown members are refused, as are nulls in place of absent members.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cattrs
from lsprotocol import converters, types

_CONVERTER = converters.get_converter()


def of_response(message: dict[str, Any], method: str) -> Iterator[str]:
    """What is wrong with an answer to a request of the client."""
    if ("result" in message) == ("error" in message):
        yield "an answer has either a result or an error"
    elif "error" in message:
        # A null id answers a message whose id could not be read.
        named = {name: value for name, value in message.items() if name != "id" or value is not None}
        yield from _problems(named, types.ResponseErrorMessage)
        if "id" not in message:
            yield "an answer has an id, which may be null"
    elif method == "textDocument/codeAction":
        # `lsprotocol` takes an action with a command for a bare command.
        yield from _problems({**message, "result": None}, types.CodeActionResponse)
        for action in message["result"] or ():
            is_command = isinstance(action.get("command"), str)
            yield from _problems(action, types.Command if is_command else types.CodeAction)
    elif method in types.METHOD_TO_TYPES:
        yield from _problems(message, types.METHOD_TO_TYPES[method][1])


def of_call(message: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a request or a notification of the server."""
    method = message["method"]
    if method not in types.METHOD_TO_TYPES:
        return
    if types.message_direction(method) == "clientToServer":
        yield f"{method} is for clients alone"
    kind = types.METHOD_TO_TYPES[method]
    is_request = kind[1] is not None
    if is_request != ("id" in message):
        yield f"{method} is a {'request' if is_request else 'notification'}"
        return
    yield from _problems(message, kind[0])
    if method == "$/progress" and isinstance(message.get("params"), dict):
        yield from _of_progress(message["params"].get("value"))
    if method == "client/registerCapability":
        yield from _of_registrations(message["params"].get("registrations", []))


def _of_progress(value: Any) -> Iterator[str]:
    kinds = {
        "begin": types.WorkDoneProgressBegin,
        "report": types.WorkDoneProgressReport,
        "end": types.WorkDoneProgressEnd,
    }
    kind = kinds.get(str(value.get("kind"))) if isinstance(value, dict) else None
    if kind is None:
        yield f"a progress begins, reports or ends: {value}"
    else:
        yield from _problems(value, kind)


def _of_registrations(registrations: list[dict[str, Any]]) -> Iterator[str]:
    for registration in registrations:
        method = registration.get("method")
        if method not in types.METHOD_TO_TYPES:
            yield f"a registration for {method}, which the protocol does not have"
            continue
        options = types.METHOD_TO_TYPES[method][3]
        if options is not None and registration.get("registerOptions") is not None:
            yield from _problems(registration["registerOptions"], options)


def _problems(value: Any, kind: Any) -> Iterator[str]:
    try:
        typed = _CONVERTER.structure(value, kind)
    except Exception as error:  # what a hook of `lsprotocol` fails with depends on the type
        for why in _reasons(error):
            yield f"is no {kind.__name__}: {why}"
        return
    yield from differences(value, _CONVERTER.unstructure(typed), kind.__name__)


def _reasons(error: Exception) -> list[str]:
    if isinstance(error, cattrs.BaseValidationError):
        return list(cattrs.transform_error(error))
    return [f"{type(error).__name__}: {error}"]


def differences(value: Any, known: Any, at: str) -> Iterator[str]:
    """Where a message differs from what its type holds of it."""
    if isinstance(value, dict) and isinstance(known, dict):
        for name in value.keys() - known.keys():
            yield f"{at}.{name} is not in the protocol, or may be absent but not {value[name]!r}"
        for name in known.keys() - value.keys():
            yield f"{at}.{name} is missing"
        for name in value.keys() & known.keys():
            yield from differences(value[name], known[name], f"{at}.{name}")
    elif isinstance(value, (list, tuple)) and isinstance(known, (list, tuple)):
        if len(value) != len(known):
            yield f"{at} has {len(value)} items, {len(known)} of them known"
        for number, (one, other) in enumerate(zip(value, known, strict=False)):
            yield from differences(one, other, f"{at}[{number}]")
    elif value != known or isinstance(value, bool) != isinstance(known, bool):
        yield f"{at} is {str(value)[:60]!r}, which the protocol has as {str(known)[:60]!r}"
