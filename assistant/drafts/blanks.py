"""Blanking what is no prose: the text keeps its length, so that places in it stay places in the draft."""

import re
from collections.abc import Iterable

SPACE, PAUSE, BREAK = " ", "\x1f", "\n"
"""What a blanked piece becomes: a space, a gap that a sentence goes on behind, or the end of a paragraph."""


class Sheet:
    """A text of which pieces can be blanked."""

    def __init__(self, text: str) -> None:
        self.text = text

    def blank(self, spans: Iterable[tuple[int, int]], filler: str) -> None:
        """Blank spans of characters, which are in order and do not overlap."""
        parts, last = [], 0
        for start, end in spans:
            if end > last:
                start = max(start, last)
                parts += [self.text[last:start], filler * (end - start)]
                last = end
        self.text = "".join([*parts, self.text[last:]])

    def blank_matches(self, pattern: re.Pattern[str], filler: str) -> None:
        """Blank what a pattern matches."""
        self.blank([match.span() for match in pattern.finditer(self.text)], filler)

    def blank_between(self, opening: re.Pattern[str], closing: str, filler: str) -> None:
        """Blank from each opening to the next closing, both included; what is never closed stays."""
        spans, last = [], 0
        for found in opening.finditer(self.text):
            if found.start() < last:
                continue
            end = self.text.find(closing, found.end())
            if end < 0:
                break  # Nor will any other be closed.
            last = end + len(closing)
            spans.append((found.start(), last))
        self.blank(spans, filler)
