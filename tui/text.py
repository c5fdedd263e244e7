"""Text from anywhere as the chat may show it. Textual itself hands escape sequences on to the terminal.

Times as people say them.

Names of files for titles.

The signs that are shown beside colours, in Unicode and for terminals without it.

What a screen may ask of the application that it runs in, whichever that is.
"""

import locale
import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from textual.app import App

from assistant.escaping import OBEYED_IN_A_LINE, harmless
from assistant.types import Support
from tui.preferences import Preferences

# How much of a text is looked at, times the characters wanted: runs of spaces become one.
_AHEAD = 4


def safe(text: str) -> str:
    """Text that moves no cursor, sets no colour and turns no reading direction; its lines stay lines."""
    return OBEYED_IN_A_LINE.sub(harmless, text)


def in_place(text: str) -> str:
    """The same with a sign in place of each character that is taken out, so that offsets into the text hold."""
    return OBEYED_IN_A_LINE.sub("\ufffd", text)


def masked(text: str) -> str:
    """``safe`` with a space for each character that it would take out: places in the text stay what they are."""
    return OBEYED_IN_A_LINE.sub(" ", text)


def one_line(text: str, limit: int = 300) -> str:
    """The same on one line of at most ``limit`` characters, with an ellipsis where it was cut."""
    line = " ".join(safe(text[: _AHEAD * limit]).split())
    whole = len(line) <= limit and len(text) <= _AHEAD * limit
    return line if whole else f"{line[: limit - 1].rstrip()}…"


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def in_words(time: datetime, now: datetime) -> str:
    """When something was, seen from now: "5 minutes ago", "yesterday", "Monday", "3 May", "3 May 2025".

    Args:
        time: The moment; both carry a time zone, and days are those of ``now``'s zone.
        now: What it is seen from; a moment after it, from a clock that is wrong, is "just now".
    """
    ago = now - time
    if ago < _MINUTE:
        return "just now"
    if ago < _HOUR:
        return _counted(ago // _MINUTE, "minute")
    local = time.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days == 0:
        return _counted(ago // _HOUR, "hour")
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{local:%A}"
    return f"{local.day} {local:%B}" if local.year == now.year else f"{local.day} {local:%B %Y}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"


_CHARS = 60


def slug(title: str) -> str:
    """Letters and digits with hyphens between them, "" where there are none."""
    words = re.sub(r"[\W_]+", "-", title.casefold()).strip("-")
    return words[:_CHARS].strip("-")


class Glyphs(NamedTuple):
    """One character each, but for ``bars``, from low to high; the meaning never hangs on colour alone."""

    supported: str = "✓"
    partial: str = "~"
    unsupported: str = "✗"
    abstained: str = "∅"
    failed: str = "!"
    marked: str = "●"
    unmarked: str = "○"
    question: str = "❯"
    separator: str = "·"
    working: str = "…"
    sorted: str = "↓"
    none: str = "·"
    bars: str = "▁▂▃▄▅▆▇█"

    def of(self, support: Support) -> str:
        """The sign of a support."""
        return {
            Support.SUPPORTED: self.supported,
            Support.PARTIAL: self.partial,
            Support.UNSUPPORTED: self.unsupported,
        }[support]


UNICODE = Glyphs()
ASCII = Glyphs("+", "~", "x", "0", "!", "*", "-", ">", "|", "...", "v", ".", "_-=#")


def glyphs(env: Mapping[str, str] = os.environ, encoding: str | None = None) -> Glyphs:
    """Those that the terminal can show: Unicode where its encoding is UTF-8 and it is not the bare Linux console."""
    utf8 = (encoding or locale.getencoding()).lower().replace("-", "") == "utf8"
    return UNICODE if utf8 and env.get("TERM") not in ("linux", "dumb") else ASCII


def glyphs_of(app: App[Any]) -> Glyphs:
    """The signs that the application chose for its terminal."""
    chosen = getattr(app, "glyphs", UNICODE)
    return chosen if isinstance(chosen, Glyphs) else UNICODE


def keymap_of(app: App[Any]) -> Mapping[str, str]:
    """The keys that the user chose, by the ids of bindings."""
    preferences = getattr(app, "preferences", None)
    return preferences.keymap if isinstance(preferences, Preferences) else {}
