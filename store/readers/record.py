"""A paper out of one JSON object.

The fields of a JSON object as they are taken out one by one; what is left, or does not fit, is never lost.

From the fields of a record to what a reader yields; and fields that many formats write in the same loose ways.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from store.errors import SourceError
from store.paper import Author, Paper, Source, stable_id
from store.readers import values as convert
from store.readers.base import Item
from store.readers.dates import make_iso_date, parse_loose_date
from store.readers.identifiers import arxiv, find_urls, identify, pmid, is_usable_id
from store.readers.names import reorder_name, strip_et_al
from store.readers.retractions import find_retraction
from store.readers.textfile import NO_ABSTRACT, UNTITLED, TextFile, printable, quote_value
from store.text.clean import clean_text

T = TypeVar("T")
NOTHING: tuple[str, ...] = ()

_SCHEMES = {"doi": "doi", "arxiv": "arxiv", "arxiv_id": "arxiv", "pmid": "pmid"}


class Fields:
    """``left`` holds the fields that were not taken, ``doubts`` what was doubtful about the others."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.left = dict(record)
        self.doubts: list[str] = []

    def take(self, key: str, converted: Callable[[Any], T], default: T) -> T:
        """The field in its type; a value that does not fit stays where it is, and is a doubt."""
        value = self.left.get(key)
        if value is None or value == "":
            self.left.pop(key, None)
            return default
        try:
            result = converted(value)
        except ValueError as expected:
            self.doubts.append(f'"{printable(key[:40])}" should be {expected}, not {quote_value(value)}')
            return default
        del self.left[key]
        return result

    def id(self) -> str | None:
        """The id that the record gives itself.

        Raises:
            SourceError: It is neither text nor a number.
        """
        given = self.take("id", convert.parse_text, None)
        if "id" in self.left:
            raise SourceError(self.doubts[-1])
        return given.strip() if given else None

    def authors(self) -> tuple[tuple[Author, ...], bool]:
        """Authors, and whether the list hides some; what else is said of them stays."""
        given = self.left.get("authors")
        nobody: tuple[tuple[Author, ...], bool] = ((), False)
        authors, truncated = self.take("authors", convert.parse_authors, nobody)
        if isinstance(given, list) and any(
            isinstance(one, dict) and one.keys() - {"name", "position"} for one in given
        ):
            self.left["authors"] = given
        return authors, self.take("authors_truncated", convert.parse_flag, False) or truncated

    def date(self) -> str | None:
        """The date, else the year; where they differ the date holds and the year stays."""
        date, doubt = self.take("date", convert.parse_date, ("", ""))
        year = self.take("year", convert.parse_year, None)
        if doubt:
            self.doubts.append(doubt)
        if date and year and not date.startswith(str(year)):
            self.doubts.append(f'"year" is {year} but "date" is {date}; the date was taken')
            self.left["year"] = year
        return date or (make_iso_date(year)[0] if year else None)

    def identifiers(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Identifiers by scheme, and the record's own URL; one that is a DOI or arXiv address identifies as well."""
        found = self._given_identifiers()
        for key, scheme in _SCHEMES.items():
            value = self.take(key, partial(convert.parse_identifier, scheme), "")
            if value and found.setdefault(scheme, value) != value:
                self.doubts.append(f'"{key}" is {value}, but {found[scheme]} is given too and was taken')
                self.left[key] = value
        links = self.take("url", convert.parse_urls, NOTHING)
        for link in links:
            found = identify(link) | found
        return found, links

    def extra(self) -> dict[str, Any]:
        """What is left, with the content of ``extra`` in its place."""
        given = self.left.pop("extra", {})
        if not isinstance(given, dict):
            return {**self.left, "extra": given} if given is not None else self.left
        if both := given.keys() & self.left.keys():
            self.doubts.append(f'"{printable(min(both)[:40])}" stands in "extra" too, and was taken from there')
        return {**self.left, **given}

    def _given_identifiers(self) -> dict[str, str]:
        given = self.left.pop("identifiers", None)
        if not isinstance(given, dict):
            if given:
                self.doubts.append(f'"identifiers" should be an object, not {quote_value(given)}')
                self.left["identifiers"] = given
            return {}
        inner = Fields(given)
        taken = {key.lower(): inner.take(key, partial(convert.parse_identifier, key.lower()), "") for key in given}
        self.doubts += inner.doubts
        if inner.left:
            self.left["identifiers"] = inner.left
        return {scheme: value for scheme, value in taken.items() if value}


_OURS = {"id", "title", "abstract_raw", "date_precision", "source", "warnings", "extra"}
_NEITHER = "neither title nor abstract, nor an identifier"
_AS_GIVEN = {"id", "abstract_raw", "extra"}


def parse_paper(record: dict[str, Any], source: Source, doubt: str = "") -> Paper:
    """The paper that a JSON object describes; fields of other names, and of types that do not fit, go to ``extra``.

    An object that has the fields of ``Paper.model_dump_json()`` is taken word for word, whichever reader it came from.

    Args:
        record: The object.
        source: Where it stood.
        doubt: Something doubtful about its JSON, which joins the warnings.

    Raises:
        SourceError: It has neither title, abstract nor identifier, or an id that cannot be used.
    """
    paper = _restored(record) if record.keys() >= _OURS else _read(Fields(record))
    if not paper.title and not paper.abstract:  # of ours; what comes from elsewhere is untitled
        raise SourceError(_NEITHER)
    if not is_usable_id(paper.id):
        raise SourceError(f'"id" should be 1–512 characters that can be shown, not {quote_value(paper.id)}')
    warnings = (*paper.warnings, doubt) if doubt and doubt not in paper.warnings else paper.warnings
    return paper.model_copy(update={"source": source, "warnings": warnings})


def _read(fields: Fields) -> Paper:
    take = fields.take
    given_id = fields.id()
    title, abstract = take("title", convert.parse_clean_text, ""), take("abstract", convert.parse_text, "")
    raw = take("abstract_raw", convert.parse_text, "") or abstract
    abstract = clean_text(abstract or raw)
    there = [key for key, value in fields.left.items() if value or key != "extra"]
    identifiers, links = fields.identifiers()
    named = title or abstract or " ".join(map(":".join, identifiers.items()))
    if not named:
        shown = ", ".join(printable(key[:40]) for key in there[:5])
        raise SourceError("; ".join(filter(None, (_NEITHER, *fields.doubts, shown and f"there is {shown}"))))
    authors, truncated = fields.authors()
    date = fields.date()
    paper = Paper(
        id=stable_id(given_id, identifiers, named, int(date[:4]) if date else None),
        title=title or UNTITLED,
        authors=authors,
        authors_truncated=truncated,
        date=date,
        year_inferred=take("year_inferred", convert.parse_flag, False),
        venue=take("venue", convert.parse_clean_text, "") or None,
        categories=take("categories", convert.parse_clean_texts, NOTHING),
        identifiers=identifiers,
        urls=tuple(dict.fromkeys((*links, *take("urls", convert.parse_urls, NOTHING), *find_urls(raw)))),
        keywords=take("keywords", convert.parse_clean_texts, NOTHING),
        has_code=take("has_code", convert.parse_flag, False),
        abstract=abstract,
        abstract_raw=raw,
        warnings=take("warnings", convert.parse_clean_texts, NOTHING),
    )
    fields.left.pop("date_precision", None)  # it follows from the date
    taken_back, extra = find_retraction(title, abstract, identifiers.get("doi", ""), fields.extra())
    missing = ("" if title else "no title", "" if abstract else NO_ABSTRACT)
    warnings = dict.fromkeys(filter(None, (*paper.warnings, *fields.doubts, *missing)))
    return paper.model_copy(update={"extra": extra, "warnings": tuple(warnings), "retraction": taken_back})


def _restored(record: dict[str, Any]) -> Paper:
    """The paper of an object that we wrote; text is cleaned again only where it holds what no clean text does."""
    fields = {key: record[key] for key in Paper.model_fields.keys() & record.keys()}
    others = {key: record[key] for key in record.keys() - fields.keys() - Paper.model_computed_fields.keys()}
    shown = {key: value if key in _AS_GIVEN else _shown(value) for key, value in fields.items()}
    try:
        paper = Paper.model_validate(shown)
        for one in _with_records(paper):
            convert.parse_urls(list(one.urls))  # an address that runs something must not come in this way either
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise SourceError(f'"{field}" does not fit a paper: {first["msg"]}') from fault
    except ValueError as expected:
        raise SourceError(f'"urls" should be {expected}') from expected
    return paper.model_copy(update={"extra": {**others, **paper.extra}}) if others else paper


def _with_records(paper: Paper) -> list[Paper]:
    """A paper and the records that it was made of; raises SourceError where one has an id that cannot be used."""
    if not is_usable_id(paper.id):
        raise SourceError(f'"id" should be 1–512 characters that can be shown, not {quote_value(paper.id)}')
    return [paper, *(one for record in paper.records for one in _with_records(record))]


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else clean_text(value)
    if isinstance(value, list):
        return [_shown(one) for one in value]
    return {_shown(key): _shown(one) for key, one in value.items()} if isinstance(value, dict) else value


_WEB = re.compile(r"(?:https?|ftp)://\S{1,2000}", re.IGNORECASE)


def build_paper(file: TextFile, line: int | None, format: str, fields: dict[str, Any], doubt: str = "") -> Iterator[Item]:
    """Yield the paper of a record and what is doubtful; or the problem that costs it.

    Args:
        file: Where it stands.
        line: Its first line.
        format: The name of the format.
        fields: Our own field names; under ``extra`` fields whose names the file chose, which may be any.
        doubt: Something doubtful about the record as a whole.
    """
    known = {key: value for key, value in fields.items() if key != "extra" and not _missing(value)}
    others = {(f"{key}_given" if key in known else key): value for key, value in fields.get("extra", {}).items()}
    try:
        paper = parse_paper(known | {"extra": others}, file.source(line, format), doubt)
    except SourceError as fault:
        yield file.problem(line, "; ".join(filter(None, (fault.what, doubt))))
        return
    yield paper
    yield from file.report_warnings(paper)


def choose_date(*given: str | None) -> str:
    """The most precise of several dates in free form, of equals the first; where none can be read, the first as given.

    Only those of the same year as the first that can be read count.
    """
    texts = [" ".join(text.split()) for text in given if text and text.strip()]
    read = [iso for iso in map(parse_loose_date, texts) if iso]
    first_year = read[0][:4] if read else ""
    alike = [iso for iso in read if iso.startswith(first_year)]
    return max(alike, key=len) if alike else (texts[0] if texts else "")


def map_authors(names: Iterable[str], *, ordered: bool = False) -> dict[str, Any]:
    """Our fields of a list of names: "Poe, Ann" is turned round, unless they are ``ordered``; "et al." may end it."""
    given = [" ".join(name.split()) for name in names if name and name.strip()]
    truncated = False
    while given and (strip_et_al(given[-1])[1] or given[-1].strip(".").lower() in {"others", "et al"}):
        rest = strip_et_al(given[-1])[0] if given[-1].strip(".").lower() != "others" else ""
        given, truncated = given[:-1] + ([rest] if rest else []), True
    found: dict[str, Any] = {"authors": given if ordered else [reorder_name(name) for name in given]}
    return found | ({"authors_truncated": True} if truncated else {})


def map_links(given: Iterable[str]) -> dict[str, Any]:
    """``urls``: the web addresses in some texts; and ``links`` as given for those that are none."""
    texts = [text.strip() for text in given if text and text.strip()]
    found = [url for text in texts for url in _WEB.findall(text)]
    others = [text for text in texts if not _WEB.search(text)]
    return {"urls": list(dict.fromkeys(url for url in found if url.isprintable())), "links": others}


def identified(*texts: str | None) -> dict[str, str]:
    """What DOIs and arXiv ids stand alone in some texts, URLs of them too; the first of each kind."""
    found: dict[str, str] = {}
    for text in texts:
        found = identify(text) | found if text else found
    return found


def arxiv_id(text: str | None) -> str | None:
    """An arXiv id, where the text is one."""
    return arxiv(text) if text else None


def pubmed_id(text: str | None) -> str | None:
    """A PubMed id, where the text is one."""
    return pmid(text) if text else None


def format_pages(first: str | None, last: str | None = None) -> str:
    """First and last page as a range; one that is given as one text as it is."""
    first, last = (first or "").strip(), (last or "").strip()
    return f"{first}–{last}" if first and last and first != last and last not in first else first or last


def _missing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}
