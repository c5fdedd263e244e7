"""A paper out of the fields of one record; what does not fit, or has no place of its own, is never lost.

A reader gives ``build_paper`` fields under our names (see ``store.readers.jsonl``). The functions before it make such
fields of what many formats write in the same loose ways: dates, lists of names, links, pages. Those at its end read
values in the types that a paper has; each raises ValueError saying what should be there.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from pydantic import ValidationError

from store.errors import SourceError
from store.paper import Author, Contributor, Paper, Source, stable_id
from store.readers.artefacts import is_placeholder, strip_frame
from store.readers.author_names import part_initials, split_names, strip_et_al
from store.readers.dates import is_plausible_year, make_iso_date, parse_loose_date
from store.readers.identifiers import (
    NORMALISERS,
    find_arxiv_id,
    find_urls,
    identify_text,
    is_preprint_server,
    is_usable_id,
)
from store.readers.languages import read_language
from store.readers.people import ROLES, Person, clean_name, is_nobody, read_person, strip_asides
from store.readers.publication import settle_publication
from store.readers.reader import Item
from store.readers.retractions import find_retraction
from store.readers.textfile import NO_ABSTRACT, UNTITLED, TextFile, make_printable, quote_value
from store.text.clean import clean_text
from store.work_types import TYPES, read_type

T = TypeVar("T")
_NOTHING: tuple[str, ...] = ()
_NOBODIES: tuple[Author, ...] = ()
_NO_CONTRIBUTORS: tuple[Contributor, ...] = ()

_SCHEMES = {"doi": "doi", "arxiv": "arxiv", "arxiv_id": "arxiv", "pmid": "pmid"}
# The fields that tell a paper which we wrote ourselves from one that somebody described with our names.
_OURS = {"id", "title", "abstract_raw", "date_precision", "source", "warnings", "extra"}
_VERBATIM = {"id", "abstract_raw", "extra"}
_NEITHER = "neither title nor abstract, nor an identifier"
_MOST_NAMED = 5  # fields that a message names, of those of a record that is no paper
_LONGEST_KEY = 40  # letters of a field's name in a message

_DATE = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?(?:[T ][0-9].*)?", re.DOTALL)
_WEB_ADDRESS = re.compile(r"(?:https?|ftp)://\S{1,2000}", re.IGNORECASE)
"""An address that a browser opens; up to 2000 characters, as browsers and proxies take them."""

# Most names: words of plain letters, in which there is nothing to clean and no "et al.".
_SIMPLE_NAME = re.compile(r"(?!.*\b(?:al|others)\b)[a-z][a-z.'-]*(?: [a-z][a-z.'-]*)*", re.IGNORECASE | re.ASCII)

_TEXTS = "text or a list of texts"
_URLS = "addresses that begin with http:// or https://"
_AUTHORS = "names, or objects with a name and a position from 1"
_NAME_PARTS = ("family", "given", "particle", "dropping_particle", "suffix")
_SCHEME = re.compile(r"[a-z0-9][a-z0-9._:-]{0,39}")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def choose_date(*dates: str | None) -> str:
    """The most precise of several dates in free form, of equals the first; where none can be read, the first as it is.

    Only those of the same year as the first that can be read count.
    """
    texts = [" ".join(date.split()) for date in dates if date and date.strip()]
    readable = [*filter(None, map(parse_loose_date, texts))]
    same_year = [iso for iso in readable if iso.startswith(readable[0][:4])]
    return max(same_year, key=len) if same_year else (texts[0] if texts else "")


def map_authors(names: Iterable[str | Person]) -> dict[str, Any]:
    """Our fields of a list of names, of which "Poe, Ann" has parts; "et al." may end it."""
    listed = [name if isinstance(name, dict) else " ".join(name.split()) for name in names if name]
    truncated = False
    while listed and isinstance(listed[-1], str):
        rest, cut = strip_et_al(listed[-1])
        if not cut and rest.strip(".").lower() not in {"others", "et al"}:
            break
        listed.pop()
        listed += [rest] if cut and rest else []
        truncated = True
    authors: dict[str, Any] = {"authors": [name if isinstance(name, dict) else read_person(name) for name in listed]}
    return authors | ({"authors_truncated": True} if truncated else {})


def map_links(texts: Iterable[str]) -> dict[str, Any]:
    """Return ``urls``, the web addresses in some texts, and ``links``, the texts that have none."""
    filled = [text.strip() for text in texts if text and text.strip()]
    urls = [url for text in filled for url in _WEB_ADDRESS.findall(text)]
    others = [text for text in filled if not _WEB_ADDRESS.search(text)]
    return {"urls": list(dict.fromkeys(url for url in urls if url.isprintable())), "links": others}


def identify_texts(*texts: str | None) -> dict[str, str]:
    """Return what DOIs and arXiv ids stand alone in some texts, URLs of them too; the first of each kind."""
    identifiers: dict[str, str] = {}
    for text in texts:
        identifiers = identify_text(text) | identifiers if text else identifiers
    return identifiers


def format_pages(first: str | None, last: str | None = None) -> str:
    """Return first and last page as a range; one that is written as one text as it is."""
    first, last = (first or "").strip(), (last or "").strip()
    return f"{first}–{last}" if first and last and first != last and last not in first else first or last


def build_paper(
    file: TextFile, line: int | None, format: str, fields: dict[str, Any], doubt: str = ""
) -> Iterator[Item]:
    """Yield the paper of a record and what is doubtful; or the problem that costs it.

    Args:
        file: Where it stands.
        line: Its first line.
        format: The name of the format.
        fields: Our own field names; under ``extra`` fields whose names the file chose, which may be any.
        doubt: Something doubtful about the record as a whole.
    """
    ours = {key: value for key, value in fields.items() if key != "extra" and value not in (None, "", [], {})}
    others = {(f"{key}_given" if key in ours else key): value for key, value in fields.get("extra", {}).items()}
    try:
        paper = parse_paper(ours | {"extra": others}, file.source(line, format), doubt)
    except SourceError as fault:
        yield file.problem(line, "; ".join(filter(None, (fault.what, doubt))))
        return
    yield paper
    yield from file.report_warnings(paper)


def as_strings(value: Any) -> list[str]:
    """Return the texts in a value of any kind: of a list those in it, of all else but a text none."""
    return [text for text in (value if isinstance(value, list | tuple) else [value]) if isinstance(text, str)]


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
    paper = _restore_paper(record) if record.keys() >= _OURS else _convert_fields(_Fields(record), source.format)
    if not paper.title and not paper.abstract:  # of ours; what comes from elsewhere is untitled
        raise SourceError(_NEITHER)
    _check_id(paper)
    warnings = (*paper.warnings, doubt) if doubt and doubt not in paper.warnings else paper.warnings
    return paper.model_copy(update={"source": source, "warnings": warnings})


def _check_id(paper: Paper) -> None:
    if not is_usable_id(paper.id):
        raise SourceError(f'"id" should be 1–512 characters that can be shown, not {quote_value(paper.id)}')


def _convert_fields(fields: "_Fields", format: str) -> Paper:
    take = fields.take
    own_id = fields.take_id()
    title, abstract = take("title", _parse_clean_text, ""), take("abstract", _parse_text, "")
    title, stands_for_one = ("", title) if is_placeholder(title, "title") else (title, "")
    raw = take("abstract_raw", _parse_text, "") or abstract
    abstract = strip_frame(clean_text(abstract or raw), title)
    abstract, raw = ("", "") if is_placeholder(abstract, "abstract") else (abstract, raw)
    filled = [key for key, value in fields.left.items() if value or key != "extra"]
    identifiers, links = fields.take_identifiers()
    if stands_for_one and not abstract and not identifiers and fields.left.get("authors"):
        title = stands_for_one  # a record is never lost for it
        fields.doubts.append(f"the title says nothing: {quote_value(title)}")
    identity = title or abstract or " ".join(map(":".join, identifiers.items()))
    if not identity:
        names = ", ".join(_show_key(key) for key in filled[:_MOST_NAMED])
        raise SourceError("; ".join(filter(None, (_NEITHER, *fields.doubts, names and f"there is {names}"))))
    authors, truncated = fields.take_authors()
    contributors = fields.take_contributors()
    date = fields.take_date()
    paper = Paper(
        id=stable_id(own_id, identifiers, identity, int(date[:4]) if date else None),
        title=title or UNTITLED,
        authors=authors,
        authors_truncated=truncated,
        date=date,
        year_inferred=take("year_inferred", _parse_flag, False),
        venue=_drop_placeholder(take("venue", _parse_clean_text, ""), "venue") or None,
        categories=take("categories", _parse_clean_texts, _NOTHING),
        identifiers=identifiers,
        urls=tuple(dict.fromkeys((*links, *take("urls", _parse_urls, _NOTHING), *find_urls(raw)))),
        keywords=tuple(w for w in take("keywords", _parse_clean_texts, _NOTHING) if not is_placeholder(w, "keywords")),
        has_code=take("has_code", _parse_flag, False),
        abstract=abstract,
        abstract_raw=raw,
        warnings=take("warnings", _parse_clean_texts, _NOTHING),
        kind=take("kind", _parse_kind, ""),
        tags=take("tags", _parse_clean_texts, _NOTHING),
        collections=take("collections", _parse_clean_texts, _NOTHING),
        citation_count=take("citation_count", _parse_count, None),
        contributors=contributors,
    )
    fields.left.pop("date_precision", None)  # it follows from the date
    retraction, extra = find_retraction(title, abstract, identifiers.get("doi", ""), fields.take_extra())
    missing = ("" if title else "no title", "" if abstract else NO_ABSTRACT)
    warnings = dict.fromkeys(filter(None, (*paper.warnings, *fields.doubts, *missing)))
    kind = paper.kind or tell_kind(paper, extra, format)
    update = {
        "extra": settle_publication(extra, kind),
        "warnings": tuple(warnings),
        "retraction": retraction,
        "kind": kind,
        "language": next(filter(None, map(read_language, as_strings(extra.get("language")))), ""),
    }
    return paper.model_copy(update=update)


def _drop_placeholder(text: str, field: str) -> str:
    return "" if text and is_placeholder(text, field) else text


def tell_kind(paper: Paper, extra: dict[str, Any], format: str) -> str:
    """Return the type that the source names; that of a preprint where nothing but its server says what it is."""
    named = [*as_strings(extra.get("type")), *as_strings(extra.get("publication_type"))]
    kind = read_type(named, format)
    is_preprint = "arxiv" in paper.identifiers and (not paper.venue or is_preprint_server(paper.venue))
    return "article" if is_preprint and kind in ("", "document", "article-journal") else kind


class _Fields:
    """The fields of a JSON object as they are taken out one by one.

    ``left`` holds those that were not taken, ``doubts`` what was doubtful about the others.
    """

    def __init__(self, record: dict[str, Any]) -> None:
        self.left = dict(record)
        self.doubts: list[str] = []

    def take(self, key: str, parse: Callable[[Any], T], default: T) -> T:
        """Return the field in its type; a value that does not fit stays where it is, and is a doubt."""
        value = self.left.get(key)
        if value is None or value == "":
            self.left.pop(key, None)
            return default
        try:
            result = parse(value)
        except ValueError as expected:
            self.doubts.append(f'"{_show_key(key)}" should be {expected}, not {quote_value(value)}')
            return default
        del self.left[key]
        return result

    def take_id(self) -> str | None:
        """Return the id that the record gives itself.

        Raises:
            SourceError: It is neither text nor a number.
        """
        identifier = self.take("id", _parse_text, "")
        if "id" in self.left:
            raise SourceError(self.doubts[-1])
        return identifier.strip() or None

    def take_authors(self) -> tuple[tuple[Author, ...], bool]:
        """Return authors, and whether the list hides some; a list that says more of them stays as it is, too."""
        entries = self.left.get("authors")
        nobody: tuple[tuple[Author, ...], bool] = ((), False)
        authors, truncated = self.take("authors", _parse_authors, nobody)
        if isinstance(entries, list) and any(
            isinstance(entry, dict) and entry.keys() - Author.model_fields.keys() for entry in entries
        ):
            self.left["authors"] = entries
        return authors, self.take("authors_truncated", _parse_flag, False) or truncated

    def take_contributors(self) -> tuple[Contributor, ...]:
        """Return who took part beside the authors, under our names for their roles, or as we write them."""
        contributors = list(self.take("contributors", _parse_contributors, _NO_CONTRIBUTORS))
        for key, role in ROLES.items():
            if key in self.left and (people := self.take(key, _parse_people, _NOBODIES)):
                contributors += [Contributor(**{**person.model_dump(), "role": role}) for person in people]
        return tuple(contributors)

    def take_date(self) -> str | None:
        """Return the date, else the year; where they differ the date holds and the year stays."""
        date, doubt = self.take("date", _parse_date, ("", ""))
        year = self.take("year", _parse_year, 0)
        if doubt:
            self.doubts.append(doubt)
        if date and year and not date.startswith(str(year)):
            self.doubts.append(f'"year" is {year} but "date" is {date}; the date was taken')
            self.left["year"] = year
        return date or (make_iso_date(year)[0] if year else None)

    def take_identifiers(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Identifiers by scheme, and the record's own URL; one that is a DOI or arXiv address identifies as well."""
        identifiers = self._take_identifier_object()
        for key, scheme in _SCHEMES.items():
            value = self.take(key, partial(_parse_identifier, scheme), "")
            if value and identifiers.setdefault(scheme, value) != value:
                self.doubts.append(f'"{key}" is {value}, but {identifiers[scheme]} is given too and was taken')
                self.left[key] = value
        links = self.take("url", _parse_urls, _NOTHING)
        for link in links:
            identifiers = identify_text(link) | identifiers
        if "arxiv" not in identifiers and (arxiv := self._find_in_journal()):
            identifiers["arxiv"] = arxiv
        return identifiers, links

    def _find_in_journal(self) -> str | None:
        """Find an arXiv id where the journal should stand, or the volume, as Google Scholar and dblp write it."""
        texts = (value for name in ("venue", "volume") for value in [self.left.get(name)] if isinstance(value, str))
        extra = self.left.get("extra")
        volume = extra.get("volume") if isinstance(extra, dict) else None
        return next(filter(None, map(find_arxiv_id, (*texts, *as_strings(volume)))), None)

    def take_extra(self) -> dict[str, Any]:
        """Return what is left, with the content of ``extra`` in its place."""
        extra = self.left.pop("extra", {})
        if not isinstance(extra, dict):
            return {**self.left, "extra": extra} if extra is not None else self.left
        if both := extra.keys() & self.left.keys():
            self.doubts.append(f'"{_show_key(min(both))}" stands in "extra" too, and was taken from there')
        return {**self.left, **extra}

    def _take_identifier_object(self) -> dict[str, str]:
        values_by_scheme = self.left.pop("identifiers", None)
        if not isinstance(values_by_scheme, dict):
            if values_by_scheme:
                self.doubts.append(f'"identifiers" should be an object, not {quote_value(values_by_scheme)}')
                self.left["identifiers"] = values_by_scheme
            return {}
        inner = _Fields(values_by_scheme)
        identifiers = {
            key.lower(): inner.take(key, partial(_parse_identifier, key.lower()), "") for key in values_by_scheme
        }
        self.doubts += inner.doubts
        if inner.left:
            self.left["identifiers"] = inner.left
        return {scheme: value for scheme, value in identifiers.items() if value}


def _show_key(key: str) -> str:
    return make_printable(key[:_LONGEST_KEY])


def _restore_paper(record: dict[str, Any]) -> Paper:
    """The paper of an object that we wrote; text is cleaned again only where it holds what no clean text does."""
    fields = {key: record[key] for key in Paper.model_fields.keys() & record.keys()}
    others = {key: record[key] for key in record.keys() - fields.keys() - Paper.model_computed_fields.keys()}
    clean = {key: value if key in _VERBATIM else _clean_strings(value) for key, value in fields.items()}
    try:
        paper = Paper.model_validate(clean)
        for part in _list_records(paper):
            _parse_urls(list(part.urls))  # an address that runs something must not come in this way either
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_context=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise SourceError(f'"{field}" does not fit a paper: {first["msg"]}') from fault
    except ValueError as expected:
        raise SourceError(f'"urls" should be {expected}') from expected
    return paper.model_copy(update={"extra": {**others, **paper.extra}}) if others else paper


def _list_records(paper: Paper) -> list[Paper]:
    """A paper and the records that it was made of; raises SourceError where one has an id that cannot be used."""
    _check_id(paper)
    return [paper, *(part for record in paper.records for part in _list_records(record))]


def _clean_strings(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else clean_text(value)
    if isinstance(value, list):
        return [_clean_strings(item) for item in value]
    if isinstance(value, dict):
        return {_clean_strings(key): _clean_strings(item) for key, item in value.items()}
    return value


def _parse_text(value: Any, expected: str = "text") -> str:
    """Return text as it stands; a number as its digits."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(expected)


def _parse_clean_text(value: Any) -> str:
    """Return clean text."""
    return clean_text(_parse_text(value))


def _parse_clean_texts(value: Any) -> tuple[str, ...]:
    """Return clean texts, each once: of a list, or of one text with ";" or else "," between them."""
    if not isinstance(value, list):
        value = re.split("[;,]" if ";" not in str(value) else ";", _parse_text(value, _TEXTS))
    return tuple(dict.fromkeys(filter(None, (clean_text(_parse_text(text, _TEXTS)) for text in value))))


def _parse_urls(value: Any) -> tuple[str, ...]:
    """Return web addresses: of a list, or of one text with white space between them."""
    texts = value if isinstance(value, list) else _parse_text(value, _URLS).split()
    urls = [*filter(None, (_parse_text(text, _URLS).strip() for text in texts))]
    if not all(_WEB_ADDRESS.fullmatch(url) and url.isprintable() for url in urls):
        raise ValueError(_URLS)
    return tuple(dict.fromkeys(urls))


def _parse_flag(value: Any) -> bool:
    """Return a boolean, also as 0, 1, "yes" or "false"."""
    flag = _FLAGS.get(str(value).strip().lower()) if isinstance(value, bool | int | str) else None
    if flag is None:
        raise ValueError("true or false")
    return flag


def _parse_year(value: Any) -> int:
    """Return a year from 1000 to 2999, also as text."""
    text = _parse_text(value).strip().removesuffix(".0")
    if not re.fullmatch("[0-9]{4}", text) or not is_plausible_year(int(text)):
        raise ValueError("a year from 1000 to 2999")
    return int(text)


def _parse_kind(value: Any) -> str:
    """Return a type of CSL."""
    if not isinstance(value, str) or value not in TYPES:
        raise ValueError("a type of CSL, such as article-journal")
    return value


def _parse_count(value: Any) -> int | None:
    """Return how often it is cited, also of text such as "1,204"."""
    digits = re.sub(r"(?<=[0-9])[,. '](?=[0-9]{3}(?![0-9]))", "", _parse_text(value).strip().removesuffix(".0"))
    if not re.fullmatch("[0-9]{1,9}", digits):
        raise ValueError("a number of citations")
    return int(digits)


def _parse_date(value: Any) -> tuple[str, str]:
    """Return ISO 8601 as far as it is known, and a doubt: "2018/05/31", "2018-05-31T12:00Z" and 2018 are dates."""
    match = _DATE.fullmatch(_parse_text(value).strip())
    iso, doubt = make_iso_date(*(int(part) for part in match.groups() if part)) if match else (None, "")
    if iso is None:
        raise ValueError("a date like 2018-05-31, 2018-05 or 2018")
    return iso, doubt


def _parse_authors(value: Any) -> tuple[tuple[Author, ...], bool]:
    """Return authors, and whether "et al." ends them: a list of names or of {name, position}, or one text."""
    if not isinstance(value, list):
        text, truncated = strip_et_al(_parse_text(value, _AUTHORS))
        names = filter(None, map(clean_text, split_names(text)))
        return tuple(Author(name=name, position=place) for place, name in enumerate(names, start=1)), truncated
    truncated = bool(value) and isinstance(value[-1], str) and strip_et_al(value[-1])[1]
    return tuple(_read_entries(value)), truncated


def _parse_people(value: Any) -> tuple[Author, ...]:
    """Return people of a list of names or persons, or of one name; "Poe, Ann" has parts."""
    entries = value if isinstance(value, list) else [value]
    texts = [part for entry in entries for part in (entry.split(";") if isinstance(entry, str) else [entry])]
    read = (read_person(part_initials(text) or text) if isinstance(text, str) else text for text in texts)
    return tuple(_read_entries([entry for entry in read if entry]))


def _parse_contributors(value: Any) -> tuple[Contributor, ...]:
    """Return people with the roles that they have."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ValueError(_AUTHORS)
    roles = (entry.get("role") for entry in value if not is_nobody(str(entry.get("name"))))
    people = _read_entries(value)
    return tuple(
        Contributor(**{**person.model_dump(), "role": _parse_clean_text(role)})
        for person, role in zip(people, roles, strict=False)
    )


def _parse_identifier(scheme: str, value: Any) -> str:
    """Return a bare identifier of the scheme."""
    identifier = NORMALISERS.get(scheme, clean_text)(_parse_text(value))
    if not _SCHEME.fullmatch(scheme):
        raise ValueError("an identifier under the name of its kind")
    if not identifier:
        raise ValueError(f"an identifier of the kind {scheme}")
    return identifier


def _read_entries(entries: list[Any]) -> Iterator[Author]:
    count = 0
    for entry in entries:
        fields = entry if isinstance(entry, dict) else {"name": entry}
        name = _parse_text(fields.get("name"), _AUTHORS)
        if not _SIMPLE_NAME.fullmatch(name):
            name = strip_asides(clean_text(strip_et_al(name)[0]))
        if name and not is_nobody(name):
            count += 1
            position = fields.get("position", count)
            if position is not None and (isinstance(position, bool) or not isinstance(position, int) or position < 1):
                raise ValueError(_AUTHORS)
            yield Author(name=name, position=position, **_read_parts(fields))


def _read_parts(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a name that are told, as texts."""
    parts = {key: clean_name(_parse_text(fields[key], _AUTHORS)) for key in _NAME_PARTS if fields.get(key)}
    parts = {key: text for key, text in parts.items() if text}
    if "family" not in parts:
        return {"literal": True} if fields.get("literal") is True else {}
    return {
        **parts,
        "family": strip_asides(parts["family"]),
        **({"given": strip_asides(parts["given"])} if "given" in parts else {}),
    }
