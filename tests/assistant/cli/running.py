"""Running the command line: in this process, and as a process of its own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[3]
QUESTION = "What ImageNet top-1 accuracy does the ViT-G model soup reach?"
RIGHT = "The ViT-G model soup attains 90.94% top-1 accuracy on ImageNet."


class Done(NamedTuple):
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        self.flush()
        written = self.buffer
        assert isinstance(written, io.BytesIO)
        return written.getvalue().decode()


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that finds this checkout."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CONSPECTUS", "NO_COLOR"))}
    return {**inherited, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def process(*args: str, code: str = "", **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """``conspectus`` with these arguments, or a piece of Python, as a process."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "assistant"]), *args]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment(), **options}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, **options) as running:
        try:
            yield running
        finally:
            running.kill()
