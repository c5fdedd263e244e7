"""Cases of models' servers, and what plays them: shared by ``benchmarks.servers`` and ``benchmarks.replies``.

A folder of cases has ``cases.jsonl`` with what happens and what is right, a folder for each case with the raw bytes of
what a server answers, and ``replay.py``, which answers with them on loopback. Cases may be of a half, ``dev`` or
``test``: the code is changed after looking at those of ``dev`` alone.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.corpora import SHARED

CASES = SHARED / "cases" / "answers"


class CaseSet(NamedTuple):
    """Which cases are played: those of a folder, of a half of it ("" for all), whose names hold one of the words."""

    folder: Path = CASES
    half: str = ""
    words: tuple[str, ...] = ()

    def read(self) -> Iterator[dict[str, Any]]:
        """Read the cases; ``folder`` is the one of the raw replies, those of another case where a case says so."""
        for line in (self.folder / "cases.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            chosen = not self.words or any(word in case["name"] for word in self.words)
            if chosen and self.half in ("", case.get("half")):
                yield {**case, "folder": self.folder / case.get("data", {}).get("quirk", case["name"])}


def read_arguments() -> CaseSet:
    """Read from the command line which cases are played."""
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*", help="parts of names; without any all cases are played")
    parser.add_argument("--cases", type=Path, default=CASES, help="the folder of the cases")
    parser.add_argument("--half", default="", choices=("dev", "test"), help="of cases that are divided")
    arguments = parser.parse_args()
    return CaseSet(arguments.cases, arguments.half, tuple(arguments.words))


@contextmanager
def replay(folder: Path) -> Iterator[int]:
    """Play a case on loopback; the port is given out."""
    command = [sys.executable, str(folder.parent / "replay.py"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline().rpartition(":")[2])
        finally:
            process.kill()
