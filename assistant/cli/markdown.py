"""The Markdown of an answer as parts of a line: bold, citations, and no backslashes."""

import re
from collections.abc import Iterator

from assistant.cli.console import Part
from assistant.escaping import ESCAPED, SIGNS
from assistant.types import Support

_COLOURS = {SIGNS[Support.PARTIAL]: "yellow", SIGNS[Support.UNSUPPORTED]: "red"}
_TOKEN = re.compile(rf"{ESCAPED}|({'|'.join(map(re.escape, _COLOURS))})|(\*\*)|(\[\d+\])")


def parts(line: str) -> Iterator[Part]:
    """The text of a line and its styles; only what ``assistant.escaping`` writes is read as Markdown."""
    style, last = "", 0
    for token in _TOKEN.finditer(line):
        yield from _styled(line[last : token.start()], style)
        escaped, sign, bold, citation = token.groups()
        if sign:
            yield sign.replace("*", ""), _COLOURS[sign]
        elif bold:
            style = "" if style else "bold"
        else:
            yield (escaped, style) if escaped else (citation, "cyan")
        last = token.end()
    yield from _styled(line[last:], style)


def _styled(text: str, style: str) -> Iterator[Part]:
    if text:
        yield text, style
