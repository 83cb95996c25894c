"""The files that the clients open, below a folder for temporary files."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .wire import Failure

EXAMPLES = Path(__file__).parents[2] / "config" / "examples"
NAMES = "unembed.names.yaml"

_FRONT = "---\nconfig:\n  maxOutputTokens: 4\ninterventions:\n  - illness: 8\n  - L5D739: off  # 😀 é\n"
EMOJI = (
    _FRONT + 'track: [" brain", "😀"]\nexpect:\n  - next: " heart"\n---\n😀𝔘 The é👩‍👩‍👧 heart\nand 🙂 the'
)
#: The same without a name: for places that have no names file.
ANYWHERE = EMOJI.replace("illness", "L5D662")
RUNS = (
    "---\nconfig:\n  maxOutputTokens: 3\ninterventions:\n  - L5D662: 8\nruns:\n  other:\n    - L2D343: 8\n"
    "  both:\n    - L5D662: 8\n    - illness: 4\n---\nThe history of"
)
WRONG = (
    "---\nmodle: starter\nbos: maybe\nconfig:\n  maxOutputTokens: -1\ninterventions:\n  - L99D9: 1\n"
    "  - nothing here: 2\n  - illness: many\n  - L5D662: 8\n  - L5D662: 9\ntrack: [doctor, 5]\n"
    "expect:\n  - next: ' zebra'\n  - contains: 🙂\nruns:\n  baseline: []\n---\nThe history of"
)
FOREIGN = '---\nmodel: vendor/other\ninput:\n  schema:\n    name: string\n---\n{{role "user"}} Hello {{name}}'
TEXTS = {
    "emoji.prompt": EMOJI,
    "runs.prompt": RUNS,
    "wrong.prompt": WRONG,
    "foreign.prompt": FOREIGN,
    "empty.prompt": "",
    "plain.prompt": "The 🙂 structure of the human heart and the\n",
    "unclosed.prompt": "---\ninterventions:\n  - L5D662: {set: 8\ntrack: [\nThe history of",
    "dashes.prompt": "----\ninterventions:\n  - L5D662: 8\n----\nThe history of",
    "mark.prompt": '\ufeff---\ntrack: [" the"]\n---\nThe city',
    "raw é [1] {x}.prompt": EMOJI,
}


def environment(folder: Path) -> dict[str, str]:
    """An environment whose folders are all below this one."""
    made = {"PATH": os.environ.get("PATH", ""), "HF_HUB_OFFLINE": "1", "LC_ALL": "C.UTF-8"}
    for name, place in (
        ("HOME", "home"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
        ("TMPDIR", "tmp"),
    ):
        (folder / place).mkdir(mode=0o700, parents=True, exist_ok=True)
        made[name] = str(folder / place)
    return made


@dataclass(frozen=True)
class Workspace:
    """Two folders with prompt files. The second has no names file yet."""

    first: Path
    second: Path

    def files(self) -> dict[str, str]:
        """All files of the first folder: their URIs and texts."""
        found = [*sorted(self.first.glob("*.prompt")), self.first / NAMES]
        return {file.as_uri(): file.read_bytes().decode() for file in found}

    def uri(self, name: str) -> str:
        """The URI of a file in the first folder."""
        return (self.first / name).as_uri()


def make(folder: Path, program: Path, variables: Mapping[str, str]) -> Workspace:
    """Writes the files. The program writes the names file, which has the model's fingerprint in it."""
    workspace = Workspace(folder / "first", folder / "second")
    for each in (workspace.first, workspace.second):
        (each / ".git").mkdir(parents=True)
    for example in sorted(EXAMPLES.glob("*.prompt")):
        shutil.copy(example, workspace.first)
    for name, text in TEXTS.items():
        (workspace.first / name).write_bytes(text.encode())
    heart = (workspace.first / "heart.prompt").read_text(encoding="utf-8")
    (workspace.first / "crlf.prompt").write_bytes((heart + " 😀\nand").replace("\n", "\r\n").encode())
    (workspace.first / "returns.prompt").write_bytes(heart.replace("\n", "\r").encode())
    (workspace.second / "history.prompt").write_bytes((workspace.first / "history.prompt").read_bytes())
    command = [str(program), "names", "set", "illness", "L5D662", "L2D343"]
    done = subprocess.run(command, cwd=workspace.first, env=variables, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise Failure(f"the program writes no names file: {done.stderr.decode(errors='replace')}")
    names = workspace.first / NAMES
    names.write_text(names.read_text(encoding="utf-8") + "  brain 1: L5D739\n  # 🙂\n", encoding="utf-8")
    return workspace
