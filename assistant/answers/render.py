"""Making text from data safe to show in Markdown."""

import re

_MARKS = re.compile(r"([\\`*_\[\]<>#|~!])")


def escape(text: str) -> str:
    """Text from a paper as Markdown that shows just this text: no emphasis, link, image, code or HTML comes of it."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def plain(markdown: str) -> str:
    """Markdown that ``escape`` made, without its backslashes and emphasis: for a terminal or a pipe."""
    return re.sub(r"\\([\\`*_\[\]<>#|~!])", r"\1", re.sub(r"(?<!\\)\*\*", "", markdown))
