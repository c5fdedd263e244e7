import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui import clipboard as osc52

TMUX = {"TMUX": "/tmp/tmux-1000/default,1,0", "TERM": "tmux-256color"}
SCREEN = {"STY": "1234.pts-0", "TERM": "screen"}


@pytest.mark.parametrize(
    ("env", "likely"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2", "SSH_TTY": "/dev/pts/1"}, True),
        ({"TERM": "xterm-256color", "WT_SESSION": "1"}, True),
        ({**TMUX, "TERM_PROGRAM": "tmux", "KITTY_WINDOW_ID": "1"}, True),
        ({**TMUX, "TERM_PROGRAM": "tmux"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "xterm-kitty", "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}, False),
        ({}, False),
    ],
)
def test_terminals_that_are_known_to_take_it(env: dict[str, str], likely: bool) -> None:
    assert osc52.takes_sequence(env) is likely


@pytest.mark.parametrize(("length", "fits"), [(0, True), (56_244, True), (56_247, False)])
def test_the_length_that_terminals_take(length: int, fits: bool) -> None:
    assert osc52.fits_sequence("x" * length) is fits


@given(st.text(max_size=2000), st.sampled_from([{}, TMUX, SCREEN]))
def test_the_terminal_behind_all_wrapping_gets_the_text(text: str, env: dict[str, str]) -> None:
    received = unwrapped(osc52.build_sequence(text, env), env)
    payload = received.removeprefix("\x1b]52;c;").removesuffix("\x07")
    assert base64.b64decode(payload, validate=True) == text.encode("utf-8", "replace")


def unwrapped(sequence: str, env: dict[str, str]) -> str:
    """What tmux or screen hands on."""
    if "TMUX" in env:
        inner = sequence.removeprefix("\x1bPtmux;").removesuffix("\x1b\\")
        return inner.replace("\x1b\x1b", "\x1b")
    if "STY" in env:
        pieces = re.findall(r"\x1bP(.*?)\x1b\\", sequence, re.DOTALL)
        assert all(len(piece) <= 768 for piece in pieces)
        assert sequence == "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
        return "".join(pieces)
    return sequence
