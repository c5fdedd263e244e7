"""A terminal that is closed: whether the process of the chat goes, how soon, and whether its question is saved.

``python -m benchmarks.hangup [RUNS]`` closes a pseudo-terminal while a model streams and while nothing is asked, in
turns as the controlling terminal (SIGHUP) and as a plain one (the end of what can be read). 20 runs of each are the
bar, 3 seconds the most that a process may stay. A server on this machine stands in for the model.
"""

import fcntl
import itertools
import os
import pty
import select
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.client import Assistant
from assistant.testing import Gate, HashEmbedder, fake_openai_server
from assistant.types import CANCELLED
from benchmarks.chat import made

QUESTION = "How much less time does the estimate of crash probabilities take than naive Monte Carlo?"
BAR, PATIENCE = 3.0, 60.0
# The chat with an embedder that loads nothing: what is measured is how it leaves.
PROGRAM = """
import sys
from assistant.client import Assistant
from assistant.settings import ModelSettings, Settings
from assistant.testing import HashEmbedder
from tui.app import ConspectusApp
chat = ModelSettings(model="m", base_url=sys.argv[2], api_key_env="KEY")
settings = Settings(chat=chat, cache=False)
embedder = HashEmbedder()
ConspectusApp(lambda new: Assistant.open(sys.argv[1], embedder=embedder, settings=new), lambda: (settings, None)).run()
"""


@contextmanager
def chat(library: Path, url: str, controlling: bool) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The chat in a terminal, and the end of it that is written to."""
    master, slave = pty.openpty()
    env = dict(os.environ) | {"TERM": "xterm-256color", "COLUMNS": "120", "LINES": "36", "KEY": "secret"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(library), url],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        start_new_session=True,
        preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if controlling else None,
    )
    os.close(slave)
    try:
        yield process, master
    finally:
        process.kill()
        process.wait()


def read(master: int, seconds: float) -> bytes:
    """What the terminal gets within so many seconds."""
    ready, _, _ = select.select([master], [], [], seconds)
    return os.read(master, 65536) if ready else b""


def leave(folder: Path, url: str, gate: Gate | None, controlling: bool) -> float:
    """Seconds from the end of a terminal to that of its process; infinite where it stays."""
    with chat(folder, url, controlling) as (process, master):
        seen, deadline = b"", time.monotonic() + PATIENCE
        while b"50 papers" not in seen and time.monotonic() < deadline:
            seen += read(master, 1.0)
        if gate:
            os.write(master, f"{QUESTION}\r".encode())
            while not gate.reached.is_set() and time.monotonic() < deadline:
                read(master, 0.05)
        os.close(master)
        began = time.monotonic()
        try:
            process.wait(PATIENCE / 6)
        except subprocess.TimeoutExpired:
            return float("inf")
        return time.monotonic() - began


def saved(folder: Path) -> list[tuple[str, str]]:
    """The questions of all sessions and how they ended."""
    with Assistant.open(folder, embedder=HashEmbedder()) as opened:
        sessions = [opened.sessions.get(info.id) for info in opened.sessions.list()]
    return [(turn.question, turn.error) for session in sessions for turn in session.turns]


def main() -> None:
    """Close terminals and count."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    held = True
    with tempfile.TemporaryDirectory() as name, fake_openai_server(lambda messages: "…", models=["m"]) as server:
        for streams in (True, False):
            times: list[float] = []
            kept = 0
            for run, controlling in zip(range(runs), itertools.cycle([True, False]), strict=False):
                folder, gate = made(Path(name) / f"{streams}{run}"), Gate(limit=None) if streams else None
                if gate:
                    server.reply(['{"claims": [{"text": "Crash', gate, "never"])
                times.append(leave(folder, server.base_url, gate, controlling))
                kept += not streams or saved(folder) == [(QUESTION, CANCELLED)]
            gone = sum(seconds <= BAR for seconds in times)
            what = "while an answer streams" if streams else "while nothing is asked"
            print(
                f"closed {what}: gone {gone} of {runs}, longest {max(times):.1f} s, saved {kept} of {runs}", flush=True
            )
            held = held and gone == runs and kept == runs
    sys.exit(not held)


if __name__ == "__main__":
    main()
