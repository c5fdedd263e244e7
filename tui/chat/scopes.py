r"""Scopes in what is typed: ``@2019-2023``, ``@Namkoong``, ``@"to read"`` narrow the papers that are asked.

An ``@`` counts where a word begins and a name or a span of years follows: an address of mail stays text, and so does
"precision @ 5". ``\@`` is always text.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.display import fold_text
from assistant.types import Restriction
from store.errors import InputError, NotFound
from tui.text import one_line

if TYPE_CHECKING:
    from assistant import Assistant

_AT = re.compile(r"""(?<![^\s(\[“"'])@(?:"(?P<quoted>[^"\n]+)"|(?P<bare>[^\s@"“”,;!?()\[\]]+))""")
_ENDS = ".:'"
_YEARS = re.compile(r"(?P<low>\d{4})?(?P<to>[-–])?(?P<high>\d{4})?")
# What a name has that begins with a digit: an arXiv id, a DOI, or an id of the library.
_IDENTIFIER = re.compile(r"\d{4}\.\d{4,5}.*|10\.\d+/.+|[0-9a-f]{12,}")
_LITERAL = "\\@"
# The kinds that are tried by their filters, in this order: what somebody put on papers himself comes first.
_FILTERS = ("collection", "tag", "author", "keyword")
# Names that are told as near, and how like they have to be (0–1). Chosen by hand; not measured.
_NEAR, _LIKE = 3, 0.6
# Characters of a label; a name is rarely longer. Chosen by hand.
_LABEL = 40


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
    return bool(re.match(r"[^\W\d_]", name) or _read_years(name) or _IDENTIFIER.fullmatch(name))


def _read_years(name: str) -> dict[str, Any] | None:
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
    return Restriction(label=f"@{one_line(name, _LABEL)}", filters=filters)


def resolve_scope(assistant: "Assistant", name: str, names: Sequence[ScopeName] = ()) -> Restriction:
    """Find what a name stands for: years, a paper, a collection, a tag, an author, a keyword or a theme.

    Args:
        assistant: Whose papers are meant.
        name: As it was typed, without its ``@``.
        names: Those that are known, for what is near, and for a name of which only the beginning was typed.

    Raises:
        InputError: There is none; the message says what is near.
        LibraryError: The library cannot be read.
    """
    if years := _read_years(name):
        return make_scope(name, years)
    if paper := _find_paper(assistant, name):
        return make_scope(name, {"ids": (paper,)})
    spellings = dict.fromkeys((name, re.sub(r"[-_]+", " ", name)))
    for spelled in spellings:
        for kind in _FILTERS:
            if assistant.papers.count(**{kind: spelled}):  # type: ignore[arg-type]
                return make_scope(name, {kind: spelled})
    folded = [fold_text(spelled) for spelled in spellings]
    begun = [known for known in names if any(fold_text(known.name).startswith(start) for start in folded)]
    exact = [known for known in begun if fold_text(known.name) in folded]
    if exact or len(begun) == 1:
        return (exact or begun)[0].scope
    raise _build_error(name, begun or _find_near(name, names))


def _find_paper(assistant: "Assistant", name: str) -> str | None:
    try:
        named = assistant.papers.find(name)
    except (InputError, NotFound):
        return None
    return None if named.by_title else named.paper.id


def _find_near(name: str, names: Sequence[ScopeName]) -> list[ScopeName]:
    by_word: dict[str, ScopeName] = {}
    for known in names:
        for word in (known.name, *known.name.split()):
            by_word.setdefault(fold_text(word), known)
    found = (by_word[word] for word in get_close_matches(fold_text(name), by_word, 2 * _NEAR, _LIKE))
    return list({known.name: known for known in found}.values())


def _build_error(name: str, near: Sequence[ScopeName]) -> InputError:
    names = ", ".join(f"@{known.written}" for known in near[:_NEAR])
    return InputError(
        f"Nothing is called @{one_line(name, _LABEL)}: no key, author, theme, tag or collection.",
        rf"Near: {names}." if names else r"Write \@ where the sign itself is meant.",
    )
