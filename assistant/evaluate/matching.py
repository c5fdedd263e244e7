"""When two titles are the same, and when a text holds the words that were wanted."""

import re
import unicodedata

_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]+\s*")
_MARKDOWN_ESCAPE = re.compile(r"\\([^\w\s])")
_WORD_START = r"(?<![^\W_])"  # an underscore is Markdown's, not the word's
_NUMBER_START = _WORD_START + r"(?<!\d[.,])"
_WORD_END = r"(?:e?s)?(?![^\W_])"
_NUMBER_END = r"(?![^\W_])(?![.,]\d)"


def title_key(title: str) -> str:
    """A title without case, punctuation and spacing; one of symbols only stays as it is."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", title).casefold()).strip() or title


def holds(text: str, wanted: str) -> bool:
    """Whether a text, Markdown or plain, holds the wanted words.

    Case, white space, dashes and Markdown's backslashes do not count. Words and numbers match whole: "9" is
    not in "90.94", nor "Meta" in "metadata"; only a plural may be added ("minority group" is in "minority groups").
    """
    needle = _folded(wanted)
    first, last = needle[:1], needle[-1:]
    start = _NUMBER_START if first.isdigit() else _WORD_START if first.isalpha() else ""
    end = _NUMBER_END if last.isdigit() else _WORD_END if last.isalpha() else ""
    return re.search(start + re.escape(needle) + end, _folded(text)) is not None


def _folded(text: str) -> str:
    plain = _MARKDOWN_ESCAPE.sub(r"\1", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_DASHES.sub("-", plain).split())
