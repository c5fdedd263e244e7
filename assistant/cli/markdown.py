"""The Markdown of an answer as parts of a line: bold, citations, and no backslashes."""

import re
from collections.abc import Iterator

from assistant.answers.render import ESCAPED
from assistant.cli.page import Part

_TOKEN = re.compile(rf"{ESCAPED}|(\*\*)|(\[\d+\])")


def parts(line: str) -> Iterator[Part]:
    """The text of a line and its styles; only what ``assistant.answers.render`` writes is read as Markdown."""
    style, last = "", 0
    for token in _TOKEN.finditer(line):
        yield from _styled(line[last : token.start()], style)
        escaped, bold, citation = token.groups()
        if bold:
            style = "" if style else "bold"
        else:
            yield (escaped, style) if escaped else (citation, "cyan")
        last = token.end()
    yield from _styled(line[last:], style)


def _styled(text: str, style: str) -> Iterator[Part]:
    if text:
        yield text, style
