import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from store.errors import InputError
from tui.chat.editor import edit_text

ENV = {"EDITOR": "vi"}


def leaving(content: bytes, status: int = 0) -> Callable[[Sequence[str]], int]:
    """An editor that leaves this in the file."""

    def run(command: Sequence[str]) -> int:
        Path(command[-1]).write_bytes(content)
        return status

    return run


def removing(command: Sequence[str]) -> int:
    """An editor that removes the file."""
    Path(command[-1]).unlink()
    return 0


def test_a_real_editor_edits_the_file_that_it_is_given() -> None:
    code = "import sys; f = open(sys.argv[-1], 'r+'); t = f.read(); f.seek(0); f.write(t.upper() + '\\n')"
    editor = shlex.join([sys.executable, "-S", "-c", code, "an option with 'quotes'"])
    assert edit_text("two\nlines, α", {"EDITOR": editor}) == "TWO\nLINES, Α"


@pytest.mark.parametrize(
    ("env", "command"),
    [
        ({"VISUAL": "code --wait", "EDITOR": "vi"}, ["code", "--wait"]),
        ({"VISUAL": " ", "EDITOR": "'/a folder/vi'"}, ["/a folder/vi"]),
    ],
)
def test_the_environment_names_the_editor(env: dict[str, str], command: list[str]) -> None:
    ran: list[str] = []

    def run(given: Sequence[str]) -> int:
        ran.extend(given)
        return 0

    assert edit_text("text", env, run) == "text"
    assert ran[:-1] == command
    assert ran[-1].endswith(".md")
    assert not Path(ran[-1]).exists()


@pytest.mark.parametrize(
    ("content", "text"), [(b"a\n", "a"), (b"a\n\n", "a\n"), (b"\xef\xbb\xbfa\r\nb\r\n", "a\nb"), (b"", "")]
)
def test_what_editors_add_is_taken_away(content: bytes, text: str) -> None:
    assert edit_text("old", ENV, leaving(content)) == text


@pytest.mark.parametrize(
    ("env", "run", "said"),
    [
        ({}, leaving(b"new"), "No editor is set. Name yours"),
        ({"EDITOR": "vi 'unclosed"}, leaving(b"new"), r"\$EDITOR is no command: No closing quotation"),
        ({"EDITOR": "no-such-editor --x"}, None, "no-such-editor cannot be started: No such file"),
        (ENV, leaving(b"new", status=1), "vi ended with status 1. The text is as it was"),
        (ENV, leaving(b"\xff\xff"), "vi left no UTF-8 text"),
        (ENV, removing, "vi left no UTF-8 text: .*No such file"),
    ],
    ids=["none", "quotes", "missing", "fails", "binary", "removed"],
)
def test_what_goes_wrong_is_said(env: dict[str, str], run: Callable[[Sequence[str]], int] | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        edit_text("text", env, *([run] if run else []))
