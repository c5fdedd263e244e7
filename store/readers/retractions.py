"""Whether a record says that its paper was retracted or withdrawn, when, and by which notice.

This is read from PubMed's publication types and ``RetractionIn``, Crossref's ``updated-by``, OpenAlex's
``is_retracted``, the document types of Scopus and Web of Science, columns of tables, titles ("RETRACTED: …"), arXiv's
comments and abstracts ("This paper has been withdrawn"). A notice of a retraction is no retracted paper, neither is a
paper on retractions, and one that was retracted in part, corrected or doubted still stands.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from store.readers.dates import parse_loose_date
from store.readers.identifiers import trim_punctuation

RETRACTED, WITHDRAWN = "retracted", "withdrawn"
_UPDATES = {"retraction": RETRACTED, "withdrawal": WITHDRAWN, "removal": WITHDRAWN}
_DONE = r"(?P<word>retracted|withdrawn)"
_THING = r"(?:paper|article|submission|manuscript|preprint|work|note|letter|report|chapter|publication)"
# What ``retraction`` holds, and our own exports write.
OURS = re.compile(rf"{_DONE}(?: \d{{4}}(?:-\d\d){{0,2}})?(?: \(\S.*\))?", re.IGNORECASE)
_TITLES = (
    re.compile(rf"\W*{_DONE}(?: {_THING})?\s?(?:[:\])—–]|-\s)", re.IGNORECASE),
    re.compile(r"\W*(?P<word>RETRACTED|WITHDRAWN)(?: (?:ARTICLE|PAPER|CHAPTER))? (?=[A-Z]?[a-z])"),
    re.compile(
        rf".*[\[(]\s?{_DONE}(?: {_THING})?\b[^\[\]()]*(?:\([^()]*\)[^\[\]()]*)?[\])]\W*\Z", re.IGNORECASE | re.DOTALL
    ),
)
# What follows where nothing else was withdrawn: "withdrawn by the author", and not "withdrawn children".
_SO = r"withdrawn|retracted)\b(?=[.,;:!)\]]|\s*\Z|\s(?:by|due|because|pending|at the request|as|since|in \d{4})\b)"
_ABSTRACTS = (
    re.compile(rf"\W*this {_THING} (?:has been|is|was)(?: \w+ly)? {_DONE}\b", re.IGNORECASE),
    re.compile(rf"\W*(?:(?:the|our|my) )?{_THING} (?:has been |is |was )?(?P<word>withdrawn)\b", re.IGNORECASE),
    re.compile(rf"\W*(?P<word>{_SO}", re.IGNORECASE),
    re.compile(rf".*[.!?\])]\s+this {_THING} (?:has been|is) (?P<word>withdrawn)\b", re.IGNORECASE | re.DOTALL),
)
_STATED = rf"(?:(?:this|the|our) )?(?:{_THING} )?(?:(?:has been|is|was) )?(?:\w+ly )?(?P<word>{_SO}"
_NOTE = re.compile(rf"\W*{_STATED}", re.IGNORECASE)
_COMMENT = re.compile(rf"(?:.*[.;,:(\[]\s*)?{_STATED}", re.IGNORECASE | re.DOTALL)
_TYPE = re.compile(rf".*\b{_DONE}\b(?! papers| articles)", re.IGNORECASE | re.S)
_TYPES = {"type", "typeofwork", "publicationtype", "documenttype", "articletype", "doctype", "typeofarticle", "subtype"}
_FLAGS = {"retracted", "isretracted", "retraction", "retractionstatus", "withdrawn", "iswithdrawn", "retractionnature"}
_NOTES = {"comment": _COMMENT, "comments": _NOTE, "note": _NOTE, "notes": _NOTE}
_OWN = {"retraction", "note", "addendum"}
_PLACES = _OWN | {"updated-by", "update-to", "corrections", "retraction_in"}
_NOTHING = object()
_NO = {"", "0", "0.0", "false", "no", "n", "none", "null", "nan", "not retracted", "n/a", "-"}
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")
_PMID = re.compile(r"PMID:? (\d+)")
_DAY = re.compile(r"\b(?:19|20)\d\d(?: [A-Z][a-z]{2,8}\b(?: \d{1,2}\b)?|(?:-\d\d){1,2})?")
_FIRST = 5000  # letters of a text that are looked at; chosen by hand, not measured


def find_retraction(title: str, abstract: str, doi: str, extra: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return ``Paper.retraction``, and ``extra`` without what says just the same.

    Args:
        title: Of the paper.
        abstract: Of the paper.
        doi: Of the paper, "" for none.
        extra: The fields of its record that have no place of their own.
    """
    if not _has_fields(tuple(extra)):  # Most records say it in their wording, or not at all.
        statements = [*_read_wording(title, abstract, extra)]
        return max(statements, key=lambda statement: len(statement.split()), default=""), dict(extra)
    rest = {name: left for name, value in extra.items() if (left := _strip_own_notes(name, value)) != _NOTHING}
    statements = [
        *_read_own_notes(extra),
        *_read_references(doi, rest),
        *_read_marks(rest),
        *_read_wording(title, abstract, rest),
    ]
    # What says more comes first; of equals the more reliable source.
    return max(statements, key=lambda statement: len(statement.split()), default=""), rest


@lru_cache(maxsize=1000)  # The records of a file have the same fields, or a few sets of them.
def _has_fields(names: tuple[str, ...]) -> bool:
    """Return whether one of some fields is a place where retractions are told, other than in words of a comment."""
    folded = {_fold_name(name) for name in names}
    return bool(_PLACES & set(names) or (_TYPES | _FLAGS) & folded)


def _read_own_notes(extra: dict[str, Any]) -> Iterator[str]:
    for name in sorted(_OWN & extra.keys()):
        lines = (line.strip() for text in _list_texts(extra[name]) for line in text.split("\n"))
        yield from (f"{line[:9].lower()}{line[9:]}" for line in lines if OURS.fullmatch(line))


def _strip_own_notes(name: str, value: Any) -> Any:
    """Return what a field says beside our own notes; ``_NOTHING`` where that is all it says."""
    if name not in _OWN:
        return value
    if isinstance(value, str):
        return _strip_own_lines(value)
    if not isinstance(value, list) or all(_strip_own_lines(text) == text for text in _list_texts(value)):
        return value
    left = [item for item in value if not isinstance(item, str) or _strip_own_lines(item) is not _NOTHING]
    return left[0] if len(left) == 1 else left or _NOTHING


def _strip_own_lines(text: str) -> Any:
    """Return a text without the lines that are ours."""
    lines = text.split("\n")
    left = [line for line in lines if not OURS.fullmatch(line.strip())]
    if len(left) == len(lines):
        return text
    return "\n".join(left) if left else _NOTHING


def _read_references(doi: str, extra: dict[str, Any]) -> Iterator[str]:
    """What names the notice: Crossref's ``updated-by``, PubMed's ``RetractionIn``, the columns of Retraction Watch."""
    for update in _list_objects(extra.get("updated-by")):
        if word := _UPDATES.get(str(update.get("type", "")).lower()):
            yield _format_retraction(word, _parse_update_date(update.get("updated")), str(update.get("DOI") or ""))
    for update in _list_objects(extra.get("update-to")):  # Some notices stand under the DOI of the paper itself.
        word = _UPDATES.get(str(update.get("type", "")).lower())
        if word and str(update.get("DOI", "?")).lower() == doi.lower():
            yield _format_retraction(word, _parse_update_date(update.get("updated")), "")
    for notice in _list_objects(extra.get("corrections")):
        if notice.get("type") == "RetractionIn":
            yield _read_notice(f"{notice.get('source', '')} PMID: {notice.get('pmid', '')}")
    for text in _list_texts(extra.get("retraction_in")):
        yield _read_notice(text)
    columns = {_fold_name(name): value for name, value in extra.items()}
    if str(columns.get("retractionnature", "")).lower() == "retraction":
        date, doi = (str(columns.get(name, "")) for name in ("retractiondate", "retractiondoi"))
        yield _format_retraction(
            RETRACTED, parse_loose_date(date.partition(" ")[0]) or "", doi if _DOI.fullmatch(doi) else ""
        )


def _read_marks(extra: dict[str, Any]) -> Iterator[str]:
    """Yield fields that say yes or no, and types of documents."""
    for name, value in extra.items():
        folded = _fold_name(name)
        if folded in _TYPES:
            yield from (match["word"].lower() for text in _list_texts(value) if (match := _TYPE.match(text)))
        elif folded in _FLAGS and isinstance(value, bool | int | str):
            yield from _read_flag(folded, str(value).strip())


def _read_flag(name: str, value: str) -> Iterator[str]:
    if OURS.fullmatch(value):
        yield f"{value[:9].lower()}{value[9:]}"
    elif value.lower() not in _NO and name != "retractionnature":
        yield WITHDRAWN if "withdrawn" in f"{name} {value.lower()}" else RETRACTED


def _read_wording(title: str, abstract: str, extra: dict[str, Any]) -> Iterator[str]:
    """Yield what titles, abstracts and comments say in their own ways."""
    yield from _match_words(_TITLES, title)
    yield from _match_words(_ABSTRACTS, abstract)
    for name, value in extra.items():
        if pattern := _NOTES.get(_fold_name(name)):
            yield from (word for text in _list_texts(value) for word in _match_words((pattern,), text))


def _match_words(patterns: Iterable[re.Pattern[str]], text: str) -> list[str]:
    start = text[:_FIRST]
    lower = start.lower()
    if WITHDRAWN in lower or RETRACTED in lower:  # Most say neither, and are done with in a microsecond.
        return [match["word"].lower() for pattern in patterns if (match := pattern.match(start))]
    return []


def _read_notice(text: str) -> str:
    """Return what a reference to a notice tells: "Lancet. 2010 Feb 6;375:445. doi: 10.1016/x. PMID: 20137807"."""
    day, doi, pmid = _DAY.search(text), _DOI.search(text), _PMID.search(text)
    return _format_retraction(
        RETRACTED,
        (parse_loose_date(day[0]) or "") if day else "",
        trim_punctuation(doi[0]) if doi else f"PMID {pmid[1]}" if pmid else "",
    )


def _format_retraction(word: str, date: str, notice: str) -> str:
    notice = " ".join(notice.split())
    iso = date[:10] if re.match(r"\d{4}(?:-\d\d){0,2}(?:T|$)", date) else ""
    return " ".join(filter(None, (word, iso, notice and f"({notice})")))


def _parse_update_date(updated: Any) -> str:
    """Return the date of Crossref's ``{"date-parts": [[2021, 3, 4]]}`` or ``{"date-time": …}``."""
    update = updated if isinstance(updated, dict) else {}
    parts = str(update.get("date-parts", "")).strip("[]")
    numbers = re.fullmatch(r"(\d{4})(?:, (\d{1,2}))?(?:, (\d{1,2}))?", parts)
    return "-".join(f"{part:0>2}" for part in numbers.groups() if part) if numbers else str(update.get("date-time", ""))


def _list_objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _list_texts(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


@lru_cache(maxsize=1000)
def _fold_name(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
