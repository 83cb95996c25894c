"""The command line: runs the suite on a program, or the self-test. Exits with 1 if something is wrong."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from . import selftest
from .report import Report
from .suite import Suite


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("program", type=Path, nargs="?", help="the program `unembed`")
    parser.add_argument(
        "--self-test", action="store_true", help="check that the suite refuses wrong messages"
    )
    arguments = parser.parse_args()
    if arguments.self_test:
        return selftest.run()
    if arguments.program is None:
        parser.error("name the program, or --self-test")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="unembed-") as folder:
        Suite(arguments.program.resolve(), Path(folder), report).run()
    print("\n".join(report.lines()))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
