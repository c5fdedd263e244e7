r"""Scopes in what is typed: ``@2019-2023``, ``@Namkoong``, ``@"to read"`` narrow the papers that are asked.

An ``@`` counts where a word begins and a name or a span of years follows: an address of mail stays text, and so does
"precision @ 5". ``\@`` is always text.
"""

import re
from typing import Any, NamedTuple

from assistant.types import Restriction
from tui.text import one_line

_AT = re.compile(r"""(?<![^\s(\[“"'])@(?:"(?P<quoted>[^"\n]+)"|(?P<bare>[^\s@"“”,;!?()\[\]]+))""")
_ENDS = ".:'"
_YEARS = re.compile(r"(?P<low>\d{4})?(?P<to>[-–])?(?P<high>\d{4})?")
# What a name has that begins with a digit: an arXiv id, a DOI, or an id of the library.
_IDENTIFIER = re.compile(r"\d{4}\.\d{4,5}.*|10\.\d+/.+|[0-9a-f]{12,}")
_LITERAL = "\\@"
# Characters of a label; a name is rarely longer. Chosen by hand.
LABEL = 40


class ScopedText(NamedTuple):
    """A question without its scopes, and their names."""

    question: str
    names: tuple[str, ...]


class ScopeName(NamedTuple):
    """A name that a scope may have in a library.

    Attributes:
        name: What it is called.
        kind: What it is, in a word or two.
        scope: What it stands for.
    """

    name: str
    kind: str
    scope: Restriction

    @property
    def written(self) -> str:
        """How it is typed behind an ``@``."""
        return f'"{self.name}"' if " " in self.name else self.name


def read_scopes(text: str) -> ScopedText:
    """Part a text into the question and the names of its scopes."""
    names: list[str] = []

    def take_out(match: re.Match[str]) -> str:
        name = (match["quoted"] or match["bare"].rstrip(_ENDS)).strip()
        if not _is_name(name):
            return match[0]
        names.append(name)
        return "" if match["quoted"] else match["bare"][len(match["bare"].rstrip(_ENDS)) :]

    question = _AT.sub(take_out, text)
    if names:  # Where one stood in the middle, two spaces are left.
        question = re.sub(r" +([,;.:!?)\]]|$)", r"\1", re.sub(r"  +", " ", question), flags=re.MULTILINE).strip()
    return ScopedText(question.replace(_LITERAL, "@"), tuple(dict.fromkeys(names)))


def find_begun(text: str) -> str | None:
    """Return the name of the scope in which a text ends, "" right behind its ``@``; None where there is none."""
    match = re.search(r"""(?:^|(?<=[\s(\[]))@(?P<name>"[^"\n]*|[^\s@"]*)$""", text)
    return match["name"].lstrip('"') if match else None


def _is_name(name: str) -> bool:
    return bool(re.match(r"[^\W\d_]", name) or read_years(name) or _IDENTIFIER.fullmatch(name))


def read_years(name: str) -> dict[str, Any] | None:
    """Read a year or a span of years as filters; None for what is none."""
    years = _YEARS.fullmatch(name)
    if not years or not (years["low"] or years["high"]) or (years["high"] and years["low"] and not years["to"]):
        return None
    low, high = (int(years[end]) if years[end] else None for end in ("low", "high"))
    if not years["to"]:
        low = high = low or high
    if low and high and low > high:
        low, high = high, low
    return {"year_from": low, "year_to": high}


def make_scope(name: str, filters: dict[str, Any]) -> Restriction:
    """Make the scope of a name."""
    return Restriction(label=f"@{one_line(name, LABEL)}", filters=filters)
