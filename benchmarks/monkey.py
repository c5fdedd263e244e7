"""A random walk of keys over every screen of the chat: whether anything is removed, and whether anything fails.

``python -m benchmarks.monkey [KEYS] [SEED]`` presses 20,000 keys, none of which is one that removes, merges or splits
(Del and Ctrl+D, Ctrl+U, Ctrl+X), and compares papers and conversations after. Where a key leaves the chat, it is opened
again. Files are added by nothing: the folders of this machine are none of the walk's business. A fault is printed when
it happens, with the keys before it and where it came from.
"""

import asyncio
import contextlib
import os
import random
import string
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from textual.worker import WorkerFailed

from assistant.client import Assistant
from assistant.testing import HashEmbedder
from benchmarks.chat import made
from tui.app import ConspectusApp
from tui.chat.conversation_pane import FAULT
from tui.styles import SHEETS
from tui.text import UNICODE

NAMED = (
    *("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *("space", "backspace", "ctrl+up", "ctrl+down", "ctrl+j", "ctrl+p", "ctrl+t", "ctrl+n", "ctrl+c", "ctrl+s"),
    *(
        "ctrl+o",
        "ctrl+r",
        "ctrl+k",
        "ctrl+l",
        "ctrl+f",
        "ctrl+a",
        "ctrl+e",
        "ctrl+g",
        "ctrl+y",
        "alt+j",
        "alt+left",
        "alt+right",
        "slash",
        "plus",
        "@",
    ),
    *(f"f{n}" for n in range(1, 11)),
)
LINES = (
    "/papers",
    "/sessions",
    "/themes",
    "/settings",
    "/where rare",
    "/table year",
    "/fork",
    "/new",
    "/undo",
    "/help",
)
# Of ten keys: one of those that stand for an action, or a letter; a whole command once in fifty.
ACTION, COMMAND = 0.5, 0.02
SIZES = ((120, 36), (80, 24), (40, 12), (200, 50))
AT_ONCE = 10


class Walked(ConspectusApp):
    """The chat, which notes what fails, opens nothing outside and adds no file."""

    CSS_PATH = SHEETS
    failed: list[str]

    def _handle_exception(self, error: Exception) -> None:
        """Print where a fault came from, also one that is only said in a line."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        print("".join(traceback.format_exception(cause)), flush=True)
        super()._handle_exception(error)

    def notify(self, message: str, **options: Any) -> None:
        """Note a fault."""
        if FAULT in message:
            self.failed.append(message)
        super().notify(message, **options)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing."""

    def on_mount(self) -> None:
        """Add no file."""
        self.imports.add = lambda *_: None  # type: ignore[method-assign]
        super().on_mount()


def keys(count: int, seed: int) -> Iterator[str]:
    """Keys of a walk, the same for the same seed."""
    chance = random.Random(seed)
    letters = string.ascii_letters + string.digits + "?[]+-"
    pressed = 0
    while pressed < count:
        if chance.random() < COMMAND:
            line = [*(character if character != " " else "space" for character in chance.choice(LINES)), "enter"]
        else:
            line = [chance.choice(NAMED) if chance.random() < ACTION else chance.choice(letters)]
        pressed += len(line)
        yield from line


def contents(folder: Path) -> tuple[dict[str, str], dict[str, bytes]]:
    """The papers of a library, and the files of its conversations."""
    with Assistant.open(folder, embedder=HashEmbedder()) as opened:
        papers = {paper.id: paper.model_dump_json() for paper in opened.papers.list()}
    return papers, {file.name: file.read_bytes() for file in (folder / "sessions").glob("*.jsonl")}


async def walk(folder: Path, count: int, seed: int) -> list[str]:
    """Press keys; the faults."""
    failed: list[str] = []
    pending = list(keys(count, seed))
    done = 0
    size = named = 0
    while pending:
        app = Walked(lambda settings: Assistant.open(folder, embedder=HashEmbedder()), signs=UNICODE)
        app.failed = failed
        try:
            async with app.run_test(size=SIZES[size % len(SIZES)]) as pilot:
                while pending and app.is_running:
                    pressed = pending[:AT_ONCE]
                    await pilot.press(*pressed)
                    del pending[:AT_ONCE]
                    done += AT_ONCE
                    if failed[named:]:
                        print(f"before key {done}, on {app.screen}: {failed[named:]} after {pressed}", flush=True)
                        named = len(failed)
                    if done % 500 < AT_ONCE:
                        size += 1
                        await pilot.resize_terminal(*SIZES[size % len(SIZES)])
                    if done % 2000 < AT_ONCE:
                        print(f"{done:,} keys, {len(failed)} faults", flush=True)
        except Exception as error:
            failed.append(f"{type(error).__name__}: {error} before key {done}: {pending[:AT_ONCE]}")
            print(failed[-1], flush=True)
            named = len(failed)
            del pending[:AT_ONCE]
    return failed


def compare(
    before: tuple[dict[str, str], dict[str, bytes]], after: tuple[dict[str, str], dict[str, bytes]]
) -> list[str]:
    """What is gone or other: a paper, a conversation, a line of one."""
    papers = [f"paper {id} is gone or changed" for id, paper in before[0].items() if after[0].get(id) != paper]
    sessions = [
        f"conversation {name} is gone or cut"
        for name, content in before[1].items()
        if not after[1].get(name, b"").startswith(content)
    ]
    return papers + sessions


def main() -> None:
    """Walk, and compare."""
    count, seed = (*(int(word) for word in sys.argv[1:]), *(20_000, 1)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
            os.environ[variable] = f"{name}/{variable}"
        folder = made(Path(name) / "library")
        with Assistant.open(folder, embedder=HashEmbedder()) as opened:
            for title in ("First", "Second"):
                opened.sessions.begin(opened.sessions.new(title).id, "Which crashes are rare?")
        before = contents(folder)
        failed = asyncio.run(walk(folder, count, seed))
        lost = compare(before, contents(folder))
    print(f"{count:,} keys: {len(failed)} faults, {len(lost)} papers or conversations lost or changed")
    print("\n".join([*failed[:20], *lost[:20]]))
    sys.exit(bool(failed or lost))


if __name__ == "__main__":
    main()
