"""The faults that were found, and how many messages were judged."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from typing import Any

#: How much of a message is shown.
SHOWN = 400


class Report:
    """Collects from all sessions. Prints a fault once, and counts it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.faults: set[tuple[str, str]] = set()
        self.times: Counter[tuple[str, str]] = Counter()
        #: Number of wrong messages.
        self.wrong = 0
        self.seen: dict[str, Counter[str]] = {}

    def fault(self, kind: str, way: str, message: Any, wrong: str) -> None:
        """The server did something wrong. `message` is an example."""
        at = _method(message)
        text = f"{at}: {wrong}" if at else wrong
        # The same fault at another place is the same fault. Behind the bar is the example.
        name = (kind, re.sub(r"\d+", "0", re.sub(r"\S+:/\S+", "URI", text.partition(" | ")[0])))
        with self.lock:
            self.times[name] += 1
            if name not in self.faults:
                shown = "" if message is None else json.dumps(message, ensure_ascii=False)[:SHOWN]
                self.faults.add(name)
                print(f"FAULT {kind} ({way}) {text[:200]}\n    {shown}", flush=True)

    def message_is_wrong(self) -> None:
        """Counts a message with one fault or several."""
        with self.lock:
            self.wrong += 1

    def count(self, kind: str, seen: Counter[str]) -> None:
        """The messages of one session."""
        with self.lock:
            self.seen.setdefault(kind, Counter()).update(seen)

    def lines(self) -> list[str]:
        """The faults, then the numbers of messages."""
        found = []
        for kind, general in sorted(self.faults):
            found.append(f"FAULT {kind}, {self.times[kind, general]} times: {general}")
        for kind, seen in sorted(self.seen.items()):
            found.append(f"{kind}: {seen.total()} messages of the server")
            found += [f"    {number:6} {method}" for method, number in seen.most_common()]
        passed = sum(seen.total() for seen in self.seen.values()) - self.wrong
        found.append(f"messages: {passed} passed, {self.wrong} failed")
        return found


def _method(message: Any) -> str:
    return str(message.get("method", "")) if isinstance(message, dict) else ""
