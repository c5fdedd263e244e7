"""What the name of a scope stands for in a library, and what is near where it stands for nothing."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from assistant.display import fold_text
from assistant.types import Restriction
from store.errors import InputError, NotFound
from tui.chat.scopes import LABEL, ScopeName, make_scope, read_years
from tui.text import one_line

if TYPE_CHECKING:
    from assistant import Assistant

# The kinds that are tried by their filters, in this order: what somebody put on papers himself comes first.
_FILTERS = ("collection", "tag", "author", "keyword")
# Names that are told as near, and how like they have to be (0–1). Chosen by hand; not measured.
_NEAR, _LIKE = 3, 0.6


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
    if years := read_years(name):
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
        f"Nothing is called @{one_line(name, LABEL)}: no key, author, theme, tag or collection.",
        rf"Near: {names}." if names else r"Write \@ where the sign itself is meant.",
    )
