"""A process that keeps a library open and writes when it is told: ``python -m tests.store.long_lived FOLDER [URL]``.

A line on its standard input is a command, a line on its standard output its answer: ``add FIRST COUNT``, ``remove ID``,
``count``, ``pairs COUNT SEED`` (the records of ``samples.pairs`` in an order of chance).
"""

import random
import subprocess
import sys
from pathlib import Path

from store.errors import ConspectusError
from tests.store.ingesting import ROOT
from tests.store.samples import library, pairs, papers, put


class LongLived:
    """The process, started; use it with ``with``."""

    def __init__(self, folder: Path, *url: str) -> None:
        command = [sys.executable, "-m", "tests.store.long_lived", str(folder), *url]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    def __enter__(self) -> "LongLived":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        with self.process:
            pass

    def ask(self, *command: object) -> None:
        """Tell it what to do."""
        assert self.process.stdin
        self.process.stdin.write(f"{' '.join(map(str, command))}\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        """Wait for its answer."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def do(self, *command: object) -> str:
        """Tell it what to do, and wait until it is done."""
        self.ask(*command)
        return self.answer()


def main(folder: str, url: str | None = None) -> None:
    """Do what is asked until there is nothing more."""
    into = library(Path(folder), url)
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            if command == "add":
                first, count = map(int, arguments)
                result = str(put(into, papers(count, first)).added)
            elif command == "pairs":
                count, seed = map(int, arguments)
                records = pairs(count)
                random.Random(seed).shuffle(records)
                result = str(put(into, records).records)
            elif command == "remove":
                into.remove(arguments)
                result = "removed"
            else:
                result = str(len(list(into.papers())))
        except ConspectusError as error:
            result = f"{type(error).__name__}: {error.what}"
        sys.stdout.write(f"{result}\n")
        sys.stdout.flush()
    into.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
