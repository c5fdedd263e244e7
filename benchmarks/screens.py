"""Pictures of the chat's screens for the documentation: python -m benchmarks.screens [docs/screens].

Made from the real sample, without a model, in a library of their own.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from assistant import Assistant
from assistant.settings import Settings
from tui.app import ConspectusApp
from tui.chat.status import Status
from tui.chat.transcript import Transcript
from tui.papers.import_queue import SAMPLE
from tui.text import UNICODE

QUESTIONS = (
    "Which papers study rare-event simulation?",
    "What ImageNet top-1 accuracy does the ViT-G model soup reach?",
    "Which enzyme repairs double-strand breaks in DNA?",
)
LARGE, SMALL = (120, 36), (80, 24)
SECONDS = 60.0
# Textual names fonts of another host; a picture in a repository loads nothing from elsewhere.
_FONTS = re.compile(r"@font-face\s*\{[^}]*\}")
_NUMBERED = re.compile(r"terminal-\d+-")


def main() -> None:
    """Make all of them."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screens")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        library = Path(made) / "sample"
        with Assistant.open(library) as assistant:
            assistant.add(Path(str(SAMPLE)))
        asyncio.run(pictures(library, folder, LARGE, "textual-dark", ""))
        asyncio.run(pictures(library, folder, SMALL, "textual-dark", "-small"))
        asyncio.run(pictures(library, folder, LARGE, "textual-light", "-light"))


async def pictures(library: Path, folder: Path, size: tuple[int, int], theme: str, suffix: str) -> None:
    """Go through the screens as a user would, and draw each."""
    app = ConspectusApp(
        lambda settings: Assistant.open(library, settings=settings), lambda: (Settings(), None), signs=UNICODE
    )
    async with app.run_test(size=size) as pilot:
        app.theme = theme

        def draw(name: str) -> None:
            svg = _FONTS.sub("", _NUMBERED.sub("terminal-", app.export_screenshot(title="Conspectus")))
            (folder / f"{name}{suffix}.svg").write_text(svg, encoding="utf-8")

        await until(pilot, lambda: "papers" in app.chat.query_one(Status).library)
        for number, question in enumerate(QUESTIONS, 1):
            await pilot.press(*question, "enter")
            await until(pilot, lambda number=number: len(app.chat.query_one(Transcript).turns) == number)  # type: ignore[misc]
        await pilot.pause(0.5)
        draw("abstained")
        await pilot.press("ctrl+up", "ctrl+up", "right")
        await pilot.pause(1)
        draw("chat")
        await pilot.press("escape", "/")
        await pilot.pause(0.5)
        draw("commands")
        await pilot.press("backspace")
        keys = {"f2": "papers", "f3": "sessions", "f10": "themes", "f7": "settings", "f8": "add", "f1": "help"}
        for key, name in keys.items():
            await pilot.press(key)
            await pilot.pause(1)
            if name == "themes":
                await until(pilot, lambda: bool(getattr(getattr(app.screen, "sections", None), "pages", ())))
                await pilot.press("down", "down", "enter", "down")
                await pilot.pause(0.5)
            if name == "papers":
                await pilot.press("down", "space", "down", "space")
                await pilot.pause(0.5)
            draw(name)
            while app.screen is not app.chat:
                await pilot.press("escape")
                await pilot.pause(0.3)


async def until(pilot: Pilot[Any], done: Callable[[], bool]) -> None:
    """Wait for something; fails after ``SECONDS``."""
    for _ in range(int(SECONDS / 0.02)):
        if done():
            return
        await pilot.pause(0.02)
    raise TimeoutError("the screen did not come")


if __name__ == "__main__":
    main()
