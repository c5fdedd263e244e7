"""Regular expressions that are compiled when they are first used.

A question uses half of the patterns of the modules it loads, and compiling them all took a tenth of a cold ``ask``.
"""

import re
from collections.abc import Iterator
from typing import Any, cast


def compile_lazily(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what acts as ``re.compile(pattern, flags)`` does, and is compiled when it is first used.

    What is wrong with a pattern is said at its first use. Other functions of ``re`` do not take it in place of a
    pattern: its own methods are called; and ``match.re`` of what it finds is the compiled one, never this.
    """
    return cast(re.Pattern[str], _LazyPattern(pattern, flags))


def find_from(firsts: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Find what ``pattern.finditer(text)`` does, where each match begins with one of a few characters.

    A set of characters is found in a tenth of the time that it takes to try a pattern with alternatives at each place.

    Args:
        firsts: A set of characters, ``[.!?]``: each with which a match may begin.
        pattern: What is looked for; it never matches nothing.
        text: Where.
    """
    end = 0
    for first in firsts.finditer(text):
        place = first.start()
        if place >= end and (match := pattern.match(text, place)):
            end = match.end()
            yield match


class _LazyPattern:
    """Has each attribute of its compiled pattern from the first use of that attribute on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # ``re`` keeps what it compiled lately, but not for ever: it is compiled once for all attributes.
        compiled = self.__dict__.get("_compiled")
        if compiled is None:
            compiled = self.__dict__["_compiled"] = re.compile(self.pattern, self._flags)
        value = self.__dict__[name] = getattr(compiled, name)
        return value

    def __repr__(self) -> str:
        return f"compile_lazily({self.pattern!r})"
