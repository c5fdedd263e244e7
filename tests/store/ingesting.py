"""A process that adds papers, for the tests to kill: ``python -m tests.store.ingesting FOLDER COUNT [wait] [pairs]``.

Prints how many are stored after each batch; with ``wait`` it then waits for a line on its standard input.
"""

import subprocess
import sys
from pathlib import Path

from store.ingest import add_items
from store.results import BatchStored
from tests.store.samples import library, pairs, papers

ROOT = Path(__file__).resolve().parents[2]
# As wide as real ones, so that writing them takes its time.
DIMENSION = 384


class Ingesting:
    """The process, started; use it with ``with``."""

    def __init__(self, folder: Path, count: int, *more: str) -> None:
        command = [sys.executable, "-m", "tests.store.ingesting", str(folder), str(count), *more]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self.pid = self._process.pid

    def __enter__(self) -> "Ingesting":
        return self

    def __exit__(self, *error: object) -> None:
        self.kill(0)
        with self._process:
            pass

    def until(self, stored: int) -> int:
        """How many papers it says are stored, as soon as these are at least so many."""
        assert self._process.stdout
        assert self._process.stderr
        for line in self._process.stdout:
            if int(line) >= stored:
                return int(line)
        raise AssertionError(f"it ended early: {self._process.stderr.read()}")

    def next(self) -> int:
        """Let it go on where it waits; how many are stored after the next batch."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.until(0)

    def kill(self, acknowledged: int) -> int:
        """Kill it; how many papers it had acknowledged, at least the number given."""
        assert self._process.stdout
        self._process.kill()
        lines = [] if self._process.stdout.closed else self._process.stdout.read().splitlines()
        self._process.wait()
        return max([acknowledged, *(int(line) for line in lines if line.isdigit())])


def main(folder: str, count: str, *more: str) -> None:
    """Add so many papers."""
    into = library(Path(folder), dimension=DIMENSION)
    items = pairs(int(count)) if "pairs" in more else papers(int(count))
    for event in add_items(into, items, lambda: 0.0):
        if isinstance(event, BatchStored):
            sys.stdout.write(f"{event.added + event.updated + event.merged + event.unchanged}\n")
            sys.stdout.flush()
            if "wait" in more:
                sys.stdin.readline()
    into.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
