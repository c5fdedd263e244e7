"""The first picture: what is there before it, and what is typed before the chat is there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal

LOADED = """
import sys
import tui.app, tui.cli, tui.opening
from textual.widgets import Static
print(*sorted({"chromadb", "markdown_it", "pydantic", "tui.chat.screen", "tui.engine"} & {*sys.modules}))
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing of the user's."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "CACHE", "DATA")}
    return kept | folders | {"HOME": str(tmp_path), "TERM": "xterm-256color", "LANG": "C.UTF-8"}


def chat(folder: Path, *arguments: str) -> list[str]:
    """The command."""
    return [sys.executable, "-m", "assistant", "chat", f"--library={folder / 'library'}", *arguments]


def test_the_first_picture_waits_neither_for_pydantic_nor_for_the_chat(env: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_what_is_typed_before_the_chat_is_there_comes_to_it_in_its_order(
    built: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    shutil.copytree(built, tmp_path / "library")
    with Terminal(chat(tmp_path), env, (80, 24)) as terminal:
        terminal.until(lambda _: b"Opening the library" in terminal.output, "the first picture")
        terminal.type(*"rare crashes", "enter", *"and then")
        terminal.until(lambda screen: "❯ rare crashes" in screen, "the question is asked")
        terminal.until(lambda screen: "│ and then" in screen, "the rest is in the composer")
        terminal.type("\x03", "/nonsense", "enter")
        seen = re.compile(r"There is no command /nonsense.*│ /nonsense +│", re.DOTALL)
        terminal.until(seen.search, "what is said in passing leaves the line to ask in alone")
        terminal.type("ctrl+q")
        assert terminal.ends() == 0


def test_arguments_that_cannot_be_are_said_when_the_picture_is_gone(tmp_path: Path, env: dict[str, str]) -> None:
    with Terminal(chat(tmp_path, "--base-url=nonsense"), env, (80, 24)) as terminal:
        assert terminal.ends() == 2
        assert terminal.is_restored()
        terminal.shows("--base-url is not allowed: it begins with neither http:// nor")
