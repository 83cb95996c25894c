"""The server's process, and the frames of its messages."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

#: Seconds until a wait has failed.
DEADLINE = 60.0


class Failure(Exception):
    """What the suite waited for did not come."""


def frame(message: Any) -> bytes:
    """A message as it is sent."""
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Server:
    """A running server. Threads read its output, so that it never waits for this process."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdin and self.process.stdout and self.process.stderr
        self.stdin: IO[bytes] = self.process.stdin
        self.messages: queue.Queue[Any] = queue.Queue()
        self.stderr = b""
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True),
            threading.Thread(target=self._drain, args=(self.process.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def write(self, data: bytes) -> None:
        """Writes bytes, complete messages or not."""
        try:
            self.stdin.write(data)
            self.stdin.flush()
        except BrokenPipeError as error:
            raise Failure(f"the server has closed the connection: {self.said()}") from error

    def take(self, seconds: float = DEADLINE) -> Any:
        """The next message; `None` at the end of the output."""
        try:
            return self.messages.get(timeout=seconds)
        except queue.Empty as error:
            raise Failure(f"no message for {seconds:.0f} s; the server's errors: {self.said()}") from error

    def wait(self, seconds: float = DEADLINE) -> int:
        """The exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"the server did not end in {seconds:.0f} s") from error

    def said(self) -> str:
        """What it wrote to its standard error."""
        return self.stderr.decode(errors="replace")[-2000:]

    def kill(self) -> None:
        """Ends the process, whatever it does."""
        self.process.kill()
        self.process.wait()

    def _drain(self, stream: IO[bytes]) -> None:
        for line in stream:
            self.stderr += line

    def _read(self, stream: IO[bytes]) -> None:
        while True:
            try:
                message = _next(stream)
            except (ValueError, KeyError) as error:
                self.messages.put({"jsonrpc": "2.0", "method": f"a broken frame: {error}"})
                message = None
            self.messages.put(message)
            if message is None:
                return


def _next(stream: IO[bytes]) -> Any:
    headers: dict[str, str] = {}
    while line := stream.readline():
        if not line.endswith(b"\r\n"):
            raise ValueError(f"a header without CRLF: {line[:80]!r}")
        if line == b"\r\n":
            body = stream.read(int(headers["content-length"]))
            return json.loads(body.decode("utf-8"))
        name, _, value = line.decode("ascii").partition(":")
        headers[name.strip().lower()] = value.strip()
    return None
