"""Making text from data safe to show in Markdown."""

import re

_MARKS = re.compile(r"([\\`*_\[\]<>#|~!])")
_ESCAPED = re.compile(rf"\\{_MARKS.pattern}|\*\*")


def escape(text: str) -> str:
    """Text from a paper as Markdown that shows just this text: no emphasis, link, image, code or HTML comes of it.

    Entities are left alone: clean text has none. It has to follow other text, for lists and headings begin a line.
    """
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def plain(markdown: str) -> str:
    """Markdown that ``escape`` made, without its backslashes and emphasis: for a terminal or a pipe."""
    return _ESCAPED.sub(lambda match: match[1] or "", markdown)
