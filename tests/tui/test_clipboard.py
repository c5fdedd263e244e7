import base64
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from store.errors import ConspectusError
from tui.clipboard import copy_text, run_tool

WAYLAND = {"WAYLAND_DISPLAY": "wayland-0"}
X11 = {"DISPLAY": ":0"}
KITTY = {"TERM": "xterm-kitty"}
TEXT = "“Ω” and\ntwo lines\n"


class Desktop:
    """Runs tools by name: each keeps what it is given and gives it back, unless told otherwise."""

    def __init__(self, *working: str, forgets: bool = False) -> None:
        self.working, self.forgets = working, forgets
        self.ran: list[str] = []
        self.content = b"what was there before"

    def __call__(self, command: Sequence[str], given: bytes | None) -> bytes | None:
        self.ran.append(command[0])
        if command[0] not in self.working:
            return None
        if given is None:
            return self.content
        self.content = self.content if self.forgets else given
        return b""


class Screen:
    """A terminal that keeps what it is sent."""

    def __init__(self, gone: bool = False) -> None:
        self.sent, self.gone = "", gone

    def __call__(self, sequence: str) -> None:
        if self.gone:
            raise OSError(6, "No such device or address")
        self.sent += sequence


@pytest.mark.parametrize(
    ("env", "working", "said"),
    [
        (WAYLAND, ("wl-copy", "wl-paste"), "Copied with wl-copy."),
        (X11, ("xclip",), "Copied with xclip."),
        (X11, ("xsel",), "Copied with xsel."),
        ({**WAYLAND, **X11}, ("xclip",), "Copied with xclip."),
    ],
)
def test_a_tool_that_gives_it_back_has_copied_it(
    env: Mapping[str, str], working: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    desktop, screen = Desktop(*working), Screen()
    assert copy_text(TEXT, env, desktop, screen, tmp_path / "copied.txt") == (said, True)
    assert desktop.content.decode() == TEXT
    assert not screen.sent
    assert not list(tmp_path.iterdir())


def test_windows_takes_it_on_its_word_in_an_encoding_that_says_which_it_is(tmp_path: Path) -> None:
    desktop = Desktop("clip.exe")
    copied = copy_text(TEXT, {"WSL_DISTRO_NAME": "Debian"}, desktop, Screen(), tmp_path / "copied.txt")
    assert copied == ("Copied with clip.exe.", True)
    assert desktop.content.decode("utf-16") == TEXT


def test_a_tool_that_does_not_give_it_back_has_not_copied_it(tmp_path: Path) -> None:
    copied = copy_text(
        TEXT, {**X11, **KITTY}, Desktop("xclip", "xsel", forgets=True), Screen(), tmp_path / "copied.txt"
    )
    assert copied == ("Sent to the terminal, which may or may not have taken it.", False)


def test_the_terminal_is_sent_what_it_can_read(tmp_path: Path) -> None:
    screen = Screen()
    assert not copy_text(TEXT, KITTY, Desktop(), screen, tmp_path / "copied.txt").proved
    kind, payload = screen.sent.removeprefix("\x1b]52;").removesuffix("\x07").split(";")
    assert (kind, base64.b64decode(payload).decode()) == ("c", TEXT)


@pytest.mark.parametrize(
    ("env", "text", "screen"),
    [
        ({"TERM": "xterm-256color"}, TEXT, Screen()),
        (KITTY, "long " * 20_000, Screen()),
        (KITTY, TEXT, Screen(gone=True)),
    ],
    ids=["a terminal of unknown habits", "too long", "no terminal"],
)
def test_else_it_goes_to_a_file(env: Mapping[str, str], text: str, screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "cache" / "copied.txt"
    copied = copy_text(text, env, Desktop(), screen, file)
    assert not copied.proved
    assert copied.how.endswith(str(file))
    assert file.read_text(encoding="utf-8") == text
    assert not screen.sent


def test_no_tool_runs_where_its_clipboard_would_be_another_machines(tmp_path: Path) -> None:
    desktop = Desktop("pbcopy", "wl-copy", "xclip", "clip.exe")
    copy_text(TEXT, {"SSH_CONNECTION": "192.0.2.1 5 192.0.2.2 22"}, desktop, Screen(), tmp_path / "copied.txt")
    assert desktop.ran == []


def test_when_nothing_works_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConspectusError, match="Nothing was copied"):
        copy_text(TEXT, {}, Desktop(), Screen(), tmp_path / "file" / "copied.txt")


@pytest.mark.parametrize(
    ("code", "given", "output"),
    [
        ("import sys; sys.exit(sys.stdin.buffer.read() != b'abc')", b"abc", b""),
        ("import sys; sys.exit(3)", b"abc", None),
        ("print('there')", None, b"there" + os.linesep.encode()),
        ("import signal; signal.pause()", None, None),
    ],
    ids=["takes", "fails", "gives", "hangs"],
)
def test_a_tool_is_run(code: str, given: bytes | None, output: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if "pause" in code:
        monkeypatch.setattr("tui.clipboard._TOOL_TIMEOUT", 0.2)
    assert run_tool([sys.executable, "-S", "-c", code], given) == output


def test_a_tool_that_is_missing_has_not_run() -> None:
    assert run_tool(["no-such-clipboard"], b"abc") is None


def test_a_tool_that_stays_to_serve_the_clipboard_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.clipboard._TOOL_TIMEOUT", 20.0)
    stays = "import os, signal\nif os.fork() == 0: signal.alarm(30); signal.pause()"
    assert run_tool([sys.executable, "-S", "-c", stays], b"abc") == b""
