"""An answer as the Markdown that the chat shows: citations to choose, and a sign for what comparing the words found.

Emphasis, inline code and strike-through are used for the signs alone: text from papers and models is escaped, so none
of it can look like one. The style sheet gives each its colour.
"""

import re

from assistant.escaping import SIGNS, renew_signs
from assistant.phrases import NOT_SO, PARTLY
from assistant.types import Answer, Support
from tui.safe import safe
from tui.text import Glyphs

CITE = "cite:"
"""What a link to a reference begins with; the number follows."""
_PARTIAL, _UNSUPPORTED = (re.escape(SIGNS[support]) for support in (Support.PARTIAL, Support.UNSUPPORTED))
_MARKS = re.compile(rf"(?P<cited>(?: ?\[\d+\])*)(?P<sign>{_PARTIAL}|{_UNSUPPORTED})|(?P<sound>(?: ?\[\d+\])+)")
_NUMBER = re.compile(r"\[(\d+)\]")


def markdown(answer: Answer, glyphs: Glyphs) -> str:
    """The answer's text with ``[n]`` as links ``cite:n`` and a sign behind each sentence that was compared."""

    def marked(match: re.Match[str]) -> str:
        cited = linked(match["cited"] or match["sound"] or "")
        return f"{cited} {_sign(match['sign'], glyphs)}" if answer.claims else cited

    return _MARKS.sub(marked, safe(renew_signs(answer.text)))


def linked(text: str) -> str:
    """Every ``[n]`` as a link."""
    return _NUMBER.sub(rf"[\\[\1\\]]({CITE}\1)", text)


def _sign(sign: str | None, glyphs: Glyphs) -> str:
    if sign is None:
        return f"`{glyphs.supported}`"
    if sign == SIGNS[Support.PARTIAL]:
        return f"*{_escaped(glyphs.partial)} {PARTLY}*"
    return f"~~{_escaped(glyphs.unsupported)} {NOT_SO}~~"


def _escaped(sign: str) -> str:
    return rf"\{sign}" if sign in "~*+-" else sign
