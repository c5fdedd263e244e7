"""Text that is safe to show, times and file names as people write them, and the signs that stand beside colours.

Textual itself hands escape sequences on to the terminal: all text from papers, models and people goes through here.
"""

import locale
import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.app import App

from assistant.escaping import OBEYED_IN_A_LINE, replace_control
from assistant.phrases import SCALE
from tui.preferences import Preferences

if TYPE_CHECKING:
    from assistant.types import Support

# How much of a text is looked at, times the characters wanted: runs of spaces become one.
_AHEAD = 4


def safe(text: str) -> str:
    """Return a text that moves no cursor, sets no colour and turns no reading direction; its lines stay lines."""
    return OBEYED_IN_A_LINE.sub(replace_control, text)


def safe_in_place(text: str) -> str:
    """Return the same with a sign for each character that ``safe`` takes out, so that offsets into the text hold."""
    return OBEYED_IN_A_LINE.sub("\ufffd", text)


def one_line(text: str, limit: int = 300) -> str:
    """Return a safe text on one line of at most ``limit`` characters, with an ellipsis where it was cut."""
    line = " ".join(safe(text[: _AHEAD * limit]).split())
    is_complete = len(line) <= limit and len(text) <= _AHEAD * limit
    return line if is_complete else f"{line[: limit - 1].rstrip()}…"


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def relative_time(time: datetime, now: datetime) -> str:
    """Say when something was, seen from now: "5 minutes ago", "yesterday", "Monday", "3 May", "3 May 2025".

    Args:
        time: The moment; both carry a time zone, and days are those of ``now``'s zone.
        now: What it is seen from; a moment after it, from a clock that is wrong, is "just now".
    """
    ago = now - time
    if ago < _MINUTE:
        return "just now"
    if ago < _HOUR:
        return _count_ago(ago // _MINUTE, "minute")
    local = time.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days == 0:
        return _count_ago(ago // _HOUR, "hour")
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{local:%A}"
    return f"{local.day} {local:%B}" if local.year == now.year else f"{local.day} {local:%B %Y}"


def _count_ago(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"


# Characters of a file's name: with folder and ending it fits into a line of 80 columns (chosen by hand; not measured).
_MAX_SLUG = 60


def slug(title: str) -> str:
    """Return a file name for a title: letters and digits with hyphens between them, "" where there are none."""
    words = re.sub(r"[\W_]+", "-", title.casefold()).strip("-")
    return words[:_MAX_SLUG].strip("-")


class Glyphs(NamedTuple):
    """One character each, but for ``bars``, from low to high; the meaning never hangs on colour alone."""

    quoted: str = SCALE["quoted"].glyph
    entailed: str = SCALE["entailed"].glyph
    worded: str = SCALE["worded"].glyph
    doubtful: str = SCALE["doubtful"].glyph
    absent: str = SCALE["absent"].glyph
    contradicted: str = SCALE["contradicted"].glyph
    done: str = "✓"
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

    @property
    def is_ascii(self) -> bool:
        """Whether they are those for terminals without Unicode."""
        return self.worded.isascii()

    def of(self, support: "Support") -> str:
        """Return the sign of a support."""
        return str(getattr(self, support.value))


COLOURS = {"green": "$text-success", "yellow": "$text-warning", "red": "$text-error"}
"""The theme's colours for those of ``assistant.phrases.SCALE``."""
UNICODE = Glyphs()
_OTHERS = ("+", "0", "!", "*", "-", ">", "|", "...", "v", ".", "_-=#")  # those behind the six, for want of Unicode
ASCII = Glyphs._make((*(sign.ascii for sign in SCALE.values()), *_OTHERS))


def choose_glyphs(env: Mapping[str, str] = os.environ, encoding: str | None = None) -> Glyphs:
    """Return the signs that the terminal can show: Unicode in UTF-8, but for the bare Linux console."""
    utf8 = (encoding or locale.getencoding()).lower().replace("-", "") == "utf8"
    return UNICODE if utf8 and env.get("TERM") not in ("linux", "dumb") else ASCII


def glyphs_of(app: App[Any]) -> Glyphs:
    """Return the signs that the application chose for its terminal; the Unicode ones where it has no choice."""
    chosen = getattr(app, "glyphs", UNICODE)
    return chosen if isinstance(chosen, Glyphs) else UNICODE


def keymap_of(app: App[Any]) -> Mapping[str, str]:
    """Return the keys that the user chose, by the ids of bindings."""
    preferences = getattr(app, "preferences", None)
    return preferences.keymap if isinstance(preferences, Preferences) else {}
