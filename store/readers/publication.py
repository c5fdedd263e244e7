"""The fields that say where a work stands, in one shape whatever format they come from.

ISSNs and ISBNs are told apart by their form and stand without what is beside them; pages are ranges with a dash and
whole numbers ("123-9" is 123–129); a school or institution is the publisher of a thesis or report; the day of access
is ISO 8601. Idempotent, so that libraries of older versions are brought into the same shape (``store.migration``).
"""

import re
from collections.abc import Iterable
from typing import Any

from store.field_names import FIELDS
from store.readers.artefacts import is_missing
from store.readers.dates import parse_loose_date

_ISSN = re.compile(r"(?<![0-9-])([0-9]{4})-?([0-9]{3}[0-9Xx])(?![0-9-])")
_ISBN = re.compile(r"(?<![0-9-])(?:97[89][- ]?)?(?:[0-9][- ]?){9}[0-9Xx](?![0-9-])")
_SEVERAL = re.compile(r"(?:[0-9]{4}-?[0-9]{3}[0-9Xx]|97[89][0-9-]{10,14})(?: +[0-9Xx-]+)+ *")
_OURS = frozenset(row.ours for row in FIELDS)
_BEFORE_PAGES = re.compile(r"(?:pp?\.?|pages?|S\.|Seiten?)\s*(?=[0-9])")
# Two numbers with a dash: Arabic ones with letters before them or one behind ("S12-S15", "e3-9", "12a"), or Roman ones.
_PAGE = r"[A-Za-z]{0,4}[0-9]{1,9}[A-Za-z]?|[ivxlcdm]{1,9}|[IVXLCDM]{1,9}"
_RANGE = re.compile(rf"(?<![\w./:–—-])(?P<first>{_PAGE})\s*(?:-{{1,3}}|[–—−‐‑])\s*(?P<last>{_PAGE})(?![\w/:–—-])")
_DASHED = re.compile(r"\s*(?:-{2,3}|[–—−])\s*")
_DIGITS = re.compile("[0-9]+")
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
    if not extra:
        return {}
    settled = {name: value for name, value in extra.items() if not (name in _OURS and _is_missing(value))}
    _settle_numbers(settled)
    if _is_text(settled.get("pages")):
        settled["pages"] = _spell_pages(settled["pages"])
    if kind in _NUMBERED and "issue" in settled and not {"number", "volume"} & settled.keys():
        settled["number"] = settled.pop("issue")
    if "publisher" not in settled:
        own = next((name for name in _PUBLISHERS.get(kind, ("institution",)) if _is_text(settled.get(name))), "")
        if own:
            settled["publisher"] = settled.pop(own)
    if _is_text(settled.get("accessed")) and (date := parse_loose_date(settled["accessed"])):
        settled["accessed"] = date
    return settled


def _spell_pages(text: str) -> str:
    """Return pages with an en dash in each range, and the last page in full, which MEDLINE and others shorten."""
    bare = _BEFORE_PAGES.sub("", text.strip(), count=1)
    dashed = _DASHED.sub("–", bare)
    # Beside dashes hyphens part nothing: "12-1--12-20".
    return dashed if "–" in dashed and "-" in dashed else _RANGE.sub(_spell_range, dashed)


def _spell_range(match: re.Match[str]) -> str:
    first, last = match["first"], match["last"]
    if first == last:
        return first
    digits, more = _DIGITS.search(first), _DIGITS.fullmatch(last)
    if not digits or not more or len(last) >= len(digits[0]):
        return f"{first}–{last}"
    whole = digits[0][: -len(last)] + last
    # "12-1" is the first page of article 12, and no range.
    return f"{first}–{first[: digits.start()]}{whole}" if int(whole) > int(digits[0]) else match[0]


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


def _is_missing(value: Any) -> bool:
    return isinstance(value, str) and is_missing(value.strip())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _list_texts(value: Any) -> Iterable[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str) and text.strip()]
