"""All sessions with one program: which clients, which folders, what runs at the same time."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from . import odd, workspace
from .client import Client
from .drive import Drive
from .kinds import NAMES, Kind, kind
from .report import Report
from .wire import Failure, Server

#: What each kind sends as `initializationOptions` to a server of its own. One setting is wrong.
OPTIONS: dict[str, dict[str, Any] | None] = {
    "full": {"generated": True, "inlay": {"tokens": "guess"}},
    "middle": {"hover": {"layers": "many"}},
    "bare": None,
}
#: What a client with a plugin sends.
PLUGIN = {"generated": True, "results": True, "glossary": "file:///glossary.md", "cards": "command:card?{id}"}
#: The clients of the daemon.
SHARING = (("full", PLUGIN), ("middle", PLUGIN), ("bare", None), ("utf-32", None))


class Suite:
    """All sessions with one program. Their files are below one folder."""

    def __init__(self, program: Path, folder: Path, report: Report) -> None:
        self.program = program
        self.folder = folder
        self.report = report

    def run(self) -> None:
        """Everything. The death of an editor is noticed late: these sessions run beside the others."""
        together([lambda: self.death("alone"), lambda: self.death("daemon"), self.main])

    def main(self) -> None:
        """The sessions that compute."""
        self.alone(NAMES[0])
        together([partial(self.alone, name) for name in NAMES[1:]])
        self.daemon()
        together([partial(self.odd, name) for name in NAMES])

    def alone(self, name: str) -> None:
        """A kind with a server of its own. The first builds the index; the others get a copy."""
        place = self.folder / f"alone-{name}"
        if name != NAMES[0]:
            self._copy_index(place)
        client = kind(name, OPTIONS[name])
        self.guarded(f"{name} alone", lambda: self._session(client, place, "alone"))

    def daemon(self) -> None:
        """All kinds at a time, through one daemon."""
        place = self.folder / "daemon"
        self._copy_index(place)
        try:
            together([self._through_daemon(kind(name, options), place) for name, options in SHARING])
        finally:
            self._stop(place)

    def _through_daemon(self, client: Kind, place: Path) -> Callable[[], None]:
        name = f"{client.name} through the daemon"
        return lambda: self.guarded(name, lambda: self._session(client, place, "daemon"))

    def odd(self, name: str) -> None:
        """Clients that break the protocol."""
        place = self.folder / f"odd-{name}"
        files = workspace.make(place, self.program, workspace.environment(place))
        start = self._starter(place, files, "alone")
        self.guarded(f"{name} odd", lambda: odd.run(start, kind(name), files, self.report))

    def death(self, way: str) -> None:
        """The death of the editor's process."""
        place = self.folder / f"death-{way}"
        try:
            files = workspace.make(place, self.program, workspace.environment(place))
            server = self._starter(place, files, way)()
            name = f"death of the editor, {way}"
            self.guarded(name, lambda: odd.death(server, kind("bare"), way, files, self.report))
        finally:
            self._stop(place)

    def _session(self, client_kind: Kind, place: Path, way: str) -> None:
        """A session of a client that keeps to the protocol."""
        files = workspace.make(place / client_kind.name, self.program, workspace.environment(place))
        server = self._starter(place, files, way)()
        try:
            code = Drive(Client(server, client_kind, way, self.report), files).run()
            if code != 0:
                self.report.fault(client_kind.name, way, None, f"the server exits with {code} after shutdown")
        finally:
            server.kill()

    def _starter(self, place: Path, files: workspace.Workspace, way: str) -> Callable[[], Server]:
        command = [str(self.program), "lsp", *(["--alone"] if way == "alone" else [])]
        return lambda: Server(command, files.first, workspace.environment(place))

    def _copy_index(self, place: Path) -> None:
        shutil.copytree(self.folder / f"alone-{NAMES[0]}" / "data", place / "data")

    def _stop(self, place: Path) -> None:
        """Ends the daemon of a folder, if there is one."""
        command, variables = [str(self.program), "stop"], workspace.environment(place)
        subprocess.run(command, env=variables, capture_output=True, timeout=60, check=False)

    def guarded(self, what: str, work: Callable[[], None]) -> None:
        """Runs a part. What it fails with is a fault."""
        started = time.monotonic()
        try:
            work()
        except Exception as error:  # a fault of the suite must not hide those of the server
            where = "" if isinstance(error, Failure) else traceback.format_exc()
            self.report.fault(what, what, where, f"{type(error).__name__}: {error}")
        print(f"{time.monotonic() - started:5.1f} s  {what}", flush=True)


def together(parts: list[Callable[[], None]]) -> None:
    """Runs parts at the same time."""
    threads = [threading.Thread(target=part) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
