"""The fields that say where a work stands, in one shape whatever format they come from.

ISSNs and ISBNs are told apart by their form and stand without what is beside them; a school or institution is the
publisher of a thesis or report; the day of access is ISO 8601. Idempotent, so that libraries of older versions are
brought into the same shape (``store.migration``).
"""

import re
from collections.abc import Iterable
from typing import Any

from store.readers.dates import parse_loose_date

_ISSN = re.compile(r"(?<![0-9-])([0-9]{4})-?([0-9]{3}[0-9Xx])(?![0-9-])")
_ISBN = re.compile(r"(?<![0-9-])(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9Xx](?![0-9-])")
_SEVERAL = re.compile(r"(?:[0-9]{4}-?[0-9]{3}[0-9Xx]|97[89][0-9-]{10,14})(?: +[0-9Xx-]+)+ *")
_PUBLISHERS = {"thesis": ("school", "institution", "publisher"), "report": ("institution", "school", "publisher")}
# Types that are counted by numbers of their own and not as issues of a volume.
_NUMBERED = frozenset(
    "report patent standard legislation bill regulation legal_case dataset software manuscript".split()
)


def settle_publication(extra: dict[str, Any], kind: str) -> dict[str, Any]:
    """Bring the fields into shape.

    Args:
        extra: Fields under our names, and under those of the source.
        kind: The type of the work, in the words of CSL.
    """
    settled = dict(extra)
    _settle_numbers(settled)
    if kind in _NUMBERED and "issue" in settled and not {"number", "volume"} & settled.keys():
        settled["number"] = settled.pop("issue")
    if "publisher" not in settled:
        own = next((name for name in _PUBLISHERS.get(kind, ("institution",)) if _is_text(settled.get(name))), "")
        if own:
            settled["publisher"] = settled.pop(own)
    if _is_text(settled.get("accessed")) and (date := parse_loose_date(settled["accessed"])):
        settled["accessed"] = date
    return settled


def _settle_numbers(settled: dict[str, Any]) -> None:
    """Sort ISSNs and ISBNs by their form; a text that is neither stays where it is."""
    texts = [piece for name in ("issn", "isbn") for text in _list_texts(settled.get(name)) for piece in _split(text)]
    if not texts:
        return
    isbns = [match[0].strip() for text in texts if (match := _ISBN.search(text))]
    others = [
        text if (match := _ISSN.search(text)) is None else f"{match[1]}-{match[2].upper()}"
        for text in texts
        if not _ISBN.search(text)
    ]
    issns = [*filter(_ISSN.search, others), *(text for text in others if not _ISSN.search(text))]
    for name, values in (("issn", issns), ("isbn", isbns)):
        unique = list(dict.fromkeys(values))
        if unique:
            settled[name] = unique[0] if len(unique) == 1 else unique
        else:
            settled.pop(name, None)


def _split(text: str) -> list[str]:
    """Split a text of several numbers, which may stand side by side without any sign."""
    pieces = [piece.strip() for piece in re.split("[;,\n]", text)]
    return [part for piece in pieces if piece for part in (piece.split() if _SEVERAL.fullmatch(piece) else [piece])]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _list_texts(value: Any) -> Iterable[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str) and text.strip()]
