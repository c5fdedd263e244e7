"""Questions typed faster than they are answered: whether each is asked as it was typed, and saved.

``python -m benchmarks.burst [RUNS] [QUESTIONS]`` types 60 questions, 50 ms apart, into the chat in a pseudo-terminal of
four sizes in turns, waits until all are answered, and leaves by Ctrl+Q. 20 runs of 20 are the bar. No model answers.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from pathlib import Path

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from benchmarks.chat import made

SIZES = ((40, 12), (80, 24), (120, 36), (200, 50))
APART, PATIENCE = 0.05, 120.0
PROGRAM = """
import sys
from assistant.client import Assistant
from assistant.testing import HashEmbedder
from tui.app import ConspectusApp
app = ConspectusApp(lambda settings: Assistant.open(sys.argv[1], embedder=HashEmbedder()))
app.run()
sys.exit(app.return_code)
"""


def saved(folder: Path) -> list[tuple[str, bool]]:
    """The questions of all sessions, and whether they are answered."""
    with Assistant.open(folder, embedder=HashEmbedder()) as opened:
        sessions = [opened.sessions.get(info.id) for info in opened.sessions.list()]
    return [(turn.question, turn.answer is not None) for session in sessions for turn in session.turns]


def drain(master: int, seen: bytearray) -> None:
    """Read what the chat draws until it ends."""
    while True:
        try:
            ready, _, _ = select.select([master], [], [], 0.2)
            if ready:
                seen += os.read(master, 65536)
        except OSError:
            return


def ask(folder: Path, size: tuple[int, int], questions: list[str]) -> str:
    """Ask questions in a row; says what went wrong, "" for nothing."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    env = dict(os.environ) | {"TERM": "xterm-256color"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], stdin=slave, stdout=slave, stderr=slave, env=env
    )
    os.close(slave)
    seen = bytearray()
    threading.Thread(target=drain, args=(master, seen), daemon=True).start()
    deadline = time.monotonic() + PATIENCE
    try:
        while b"50 papers" not in seen and time.monotonic() < deadline:
            time.sleep(0.1)
        for question in questions:
            os.write(master, f"{question}\r".encode())
            time.sleep(APART)
        answered, deadline = 0, time.monotonic() + PATIENCE
        while answered < len(questions):
            if process.poll() is not None:
                return f"ended with {process.returncode}: {bytes(seen[-500:])!r}"
            if time.monotonic() > deadline:
                return f"answered {answered}, and no further one for {PATIENCE:.0f} s"
            time.sleep(1.0)
            before, answered = answered, sum(done for _, done in saved(folder))
            deadline = time.monotonic() + PATIENCE if answered > before else deadline
        os.write(master, b"\x11")
        status = process.wait(30)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        process.kill()
        process.wait()
        os.close(master)
    asked = [question for question, _ in saved(folder)]
    return "" if asked == questions and status == 0 else f"status {status}, asked otherwise: {asked[:3]}"


def main() -> None:
    """Type and count."""
    numbers = [int(word) for word in sys.argv[1:]]
    runs, count = (*numbers, *(20, 60)[len(numbers) :])
    forms = ("Which estimate number {} is rare?", "How many papers are from {}?")
    questions = [forms[n % 2].format(1960 + n) for n in range(count)]
    good = 0
    with tempfile.TemporaryDirectory() as name:
        for run in range(runs):
            size = SIZES[run % len(SIZES)]
            problem = ask(made(Path(name) / str(run)), size, questions)
            good += not problem
            print(f"{size[0]}×{size[1]}: {problem or 'all asked as typed, answered and saved'}", flush=True)
    print(f"{good} of {runs} runs of {count} questions")
    sys.exit(good != runs)


if __name__ == "__main__":
    main()
