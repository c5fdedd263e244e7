"""The signs that are shown beside colours, in Unicode and for terminals without it."""

import locale
import os
from collections.abc import Mapping
from typing import NamedTuple

from assistant.types import Support


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
