"""The kinds of clients, by what they announce.

`full` is what `vscode-languageclient` 9.0.1 sends for VS Code, `middle` what Neovim 0.11.4 sends
(`vim.lsp.protocol.make_client_capabilities()`), `bare` is a client that announces nothing, `utf-32` one that
counts characters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Kind:
    """A kind of client: its capabilities, and what it sends as `initializationOptions`."""

    name: str
    capabilities: dict[str, Any]
    options: dict[str, Any] | None = None
    #: Notifications of this server that the options ask for.
    wishes: frozenset[str] = field(default=frozenset())

    def announced(self, path: str) -> Any:
        """The value of a capability such as `textDocument.hover.contentFormat`; `None` if there is none."""
        value: Any = self.capabilities
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value


def kind(name: str, options: dict[str, Any] | None = None) -> Kind:
    """The kind of this name."""
    capabilities = json.loads((HERE / "kinds" / f"{name}.json").read_text(encoding="utf-8"))
    wishes = frozenset({"unembed/generated"} if (options or {}).get("generated") else ())
    return Kind(name, capabilities, options, wishes)


#: The kinds that have sessions of every sort.
NAMES = ("full", "middle", "bare")
