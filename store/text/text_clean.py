"""Text of a record (abstract, title, name) to one line of clean Unicode."""

import re

from store.text.clean import clean_characters
from store.text.latex import latex_to_text
from store.text.markup import markup_to_text

_MAX_ROUNDS = 4
_MARKS = re.compile(r"[\\$<>&{}`~]")
_SIGNS = r"\$<&`~"  # without one of these nothing is markup or LaTeX


def clean_text(raw: str, *, tex: bool = False) -> str:
    r"""One line of clean Unicode: no LaTeX, no tags, no entities, no controls, single spaces, NFC. Never raises.

    Sources encode twice (``&amp;lt;i&amp;gt;``, ``\textbackslash emph\{x\}``), so this goes on until nothing changes:
    ``clean_text(clean_text(x)) == clean_text(x)`` for every ``x``. What is nested deeper than any source nests it is
    not read but loses its marks.

    Args:
        raw: The text as the source gave it, of any length and content.
        tex: The source is a TeX format (BibTeX): braces group, ``~`` is a space, ``--`` a dash.
    """
    text = clean_characters(raw)
    if not tex and not any(sign in text for sign in _SIGNS):
        return text  # most texts, in a hundredth of the time
    for turn in range(_MAX_ROUNDS):
        done = _read_marks(text, tex=tex and turn == 0)
        if done == text:
            return text
        text = clean_characters(done)
    return clean_characters(_MARKS.sub("", text))


def _read_marks(text: str, *, tex: bool) -> str:
    plain = markup_to_text(text)
    return latex_to_text(plain if plain == text else clean_characters(plain), tex=tex)
