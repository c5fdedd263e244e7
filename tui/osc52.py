"""The escape sequence that asks a terminal to put text on its clipboard (OSC 52). No terminal answers it."""

import base64
from collections.abc import Mapping

# What the most careful of those that take it still take, in characters of base64.
LIMIT = 74_994
# GNU screen hands strings on up to this length, in bytes.
_SCREEN_PIECE = 768 - 8

_VARIABLES = ("KITTY_WINDOW_ID", "WEZTERM_PANE", "ALACRITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR", "WT_SESSION")
_PROGRAMS = {"iTerm.app", "iTerm2", "WezTerm", "ghostty", "vscode", "rio", "mintty", "contour"}
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour", "rio", "mintty")


def is_likely(env: Mapping[str, str]) -> bool:
    """Whether the terminal is one of those that take it unless they are told not to.

    tmux and screen hide which terminal they run in; what they leave of its own variables is looked at.
    """
    if "textual.drivers.web_driver" in env.get("TEXTUAL_DRIVER", ""):
        return False
    names = {env.get("TERM_PROGRAM", ""), env.get("LC_TERMINAL", "")}
    return (
        any(env.get(variable) for variable in _VARIABLES)
        or bool(names & _PROGRAMS)
        or env.get("TERM", "").startswith(_TERMS)
    )


def fits(text: str) -> bool:
    """Whether a text is short enough."""
    return len(_encoded(text)) <= LIMIT


def sequence(text: str, env: Mapping[str, str]) -> str:
    """The sequence for a text, wrapped so that tmux and screen hand it on to the terminal."""
    plain = f"\x1b]52;c;{_encoded(text)}\x07"
    if env.get("TMUX"):
        doubled = plain.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if env.get("STY"):
        pieces = (plain[at : at + _SCREEN_PIECE] for at in range(0, len(plain), _SCREEN_PIECE))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return plain


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode()
