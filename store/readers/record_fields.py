"""The fields of one record in the types that a paper has; a value that does not fit stays in the record, as a doubt.

A value may come as it is easiest to write: a date with slashes, authors as one text, a number as text, identifiers
under the names of their kinds.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from store.errors import SourceError
from store.paper import Author, Contributor
from store.readers.artefacts import is_missing, is_missing_given_name, strip_missing_given_name
from store.readers.author_names import part_initials, split_names, strip_et_al
from store.readers.date_spans import DateSpan, parse_date_span
from store.readers.dates import is_plausible_year, make_iso_date
from store.readers.identifiers import (
    ARXIV_DOI,
    NORMALISERS,
    find_arxiv_id,
    identify_text,
    normalise_arxiv_id,
)
from store.readers.own_ids import find_own_ids, identify_address
from store.readers.people import ROLES, clean_name, is_nobody, read_person, strip_asides
from store.readers.textfile import make_printable, quote_value
from store.text.clean import clean_text
from store.work_types import TYPES

T = TypeVar("T")
_ABSENT = object()
_AUTHOR_FIELDS = frozenset(Author.model_fields)
_NOTHING: tuple[str, ...] = ()
_NOBODIES: tuple[Author, ...] = ()
_NO_CONTRIBUTORS: tuple[Contributor, ...] = ()
_SCHEMES = {"doi": "doi", "arxiv": "arxiv", "arxiv_id": "arxiv", "pmid": "pmid"}
_LONGEST_KEY = 40  # letters of a field's name in a message
_SPAN = re.compile(r"[0-9]{4}(?:-2[1-4]|(?:-[0-9]{2}){0,2}(?=/))(?:/[0-9]{4}(?:-[0-9]{2}){0,2})?")
_DATE = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?(?:[T ][0-9].*)?", re.DOTALL)
WEB_ADDRESS = re.compile(r"(?:https?|ftp)://\S{1,2000}", re.IGNORECASE)
"""An address that a browser opens; up to 2000 characters, as browsers and proxies take them."""
# Most names: words of plain letters, in which there is nothing to clean and no "et al.".
_SIMPLE_NAME = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: [A-Za-z][A-Za-z.'-]*)*")
_OTHERS = re.compile(r"\b(?:al|others)\b", re.IGNORECASE | re.ASCII)
_TEXTS = "text or a list of texts"
_URLS = "addresses that begin with http:// or https://"
_AUTHORS = "names, or objects with a name and a position from 1"
_IN_TWO = {"name", "family", "given"}
_NAME_PARTS = ("family", "given", "particle", "dropping_particle", "suffix")
_SCHEME = re.compile(r"[a-z0-9][a-z0-9._:-]{0,39}")
# Fields in which a text such as "NA" or "-" is looked at by others, or is no identifier, which is said.
_VERBATIM = frozenset(("id", "title", "abstract", "abstract_raw", *_SCHEMES))
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class RawFields:
    """The fields of a JSON object as they are taken out one by one.

    ``left`` holds those that were not taken, ``doubts`` what was doubtful about the others.
    """

    def __init__(self, record: dict[str, Any]) -> None:
        self.left = dict(record)
        self.doubts: list[str] = []

    def take_text(self, key: str) -> str:
        """Return clean text, "" for none."""
        return self._take(key, _parse_clean_text, "")

    def take_raw_text(self, key: str) -> str:
        """Return text as it stands, "" for none."""
        return self._take(key, _parse_text, "")

    def take_texts(self, key: str) -> tuple[str, ...]:
        """Return clean texts, each once: of a list, or of one text with ";" or else "," between them."""
        return self._take(key, _parse_clean_texts, _NOTHING)

    def take_urls(self, key: str) -> tuple[str, ...]:
        """Return web addresses: of a list, or of one text with white space between them."""
        return self._take(key, parse_urls, _NOTHING)

    def take_flag(self, key: str) -> bool:
        """Return a boolean, also as 0, 1, "yes" or "false"; False for none."""
        return self._take(key, _parse_flag, False)

    def take_kind(self) -> str:
        """Return the type, which is one of CSL; "" for none."""
        return self._take("kind", _parse_kind, "")

    def take_citation_count(self) -> int | None:
        """Return how often it is cited, also of text such as "1,204"; None where nothing says so."""
        return self._take("citation_count", _parse_count, None)

    def _take(self, key: str, parse: Callable[[Any], T], default: T) -> T:
        """Return the field in its type; a value that does not fit stays where it is, and is a doubt."""
        value = self.left.get(key, _ABSENT)
        if value is _ABSENT:
            return default
        if (
            value is None
            or value == ""
            or (key not in _VERBATIM and isinstance(value, str) and is_missing(value.strip()))
        ):
            del self.left[key]
            return default
        try:
            result = parse(value)
        except ValueError as expected:
            self.doubts.append(f'"{show_key(key)}" should be {expected}, not {quote_value(value)}')
            return default
        del self.left[key]
        return result

    def take_id(self) -> str | None:
        """Return the id that the record gives itself.

        Raises:
            SourceError: It is neither text nor a number.
        """
        identifier = self.take_raw_text("id")
        if "id" in self.left:
            raise SourceError(self.doubts[-1])
        return identifier.strip() or None

    def take_authors(self) -> tuple[tuple[Author, ...], bool]:
        """Return authors, and whether the list hides some; a list that says more of them stays as it is, too."""
        entries = self.left.get("authors")
        nobody: tuple[tuple[Author, ...], bool] = ((), False)
        authors, truncated = self._take("authors", _parse_authors, nobody)
        if isinstance(entries, list) and any(
            isinstance(entry, dict) and not entry.keys() <= _AUTHOR_FIELDS for entry in entries
        ):
            self.left["authors"] = entries
        return authors, self.take_flag("authors_truncated") or truncated

    def take_contributors(self) -> tuple[Contributor, ...]:
        """Return who took part beside the authors, under our names for their roles, or as we write them."""
        contributors = list(self._take("contributors", _parse_contributors, _NO_CONTRIBUTORS))
        for key, role in ROLES.items():
            if key in self.left and (people := self._take(key, _parse_people, _NOBODIES)):
                contributors += [Contributor(**{**person.model_dump(), "role": role}) for person in people]
        return tuple(contributors)

    def take_date(self) -> str | None:
        """Return the date, else the year; where they differ the date holds and the year stays."""
        span, doubt = self._take("date", _parse_date, (DateSpan(""), ""))
        date, year = span.start, self._take("year", _parse_year, 0)
        for name, text in (("date_end", span.end), ("season", span.season)):
            if text:
                self.left.setdefault(name, text)
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
            value = self._take(key, partial(_parse_identifier, scheme), "") if key in self.left else ""
            if value and identifiers.setdefault(scheme, value) != value:
                self.doubts.append(f'"{key}" is {value}, but {identifiers[scheme]} is given too and was taken')
                self.left[key] = value
        links = self.take_urls("url")
        for link in links:
            identifiers = identify_text(link) | identifiers
        for link in (*links, *as_strings(self.left.get("urls"))):
            identifiers = identify_address(link) | identifiers
        if "arxiv" not in identifiers and (arxiv := self._find_in_journal()):
            identifiers["arxiv"] = arxiv
        extra = self.left.get("extra")
        identifiers = find_own_ids(self.left | (extra if isinstance(extra, dict) else {})) | identifiers
        arxiv = normalise_arxiv_id(identifiers.get("doi", "").removeprefix(ARXIV_DOI))
        return ({"arxiv": arxiv} if arxiv else {}) | identifiers, links

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
            self.doubts.append(f'"{show_key(min(both))}" stands in "extra" too, and was taken from there')
        return {**self.left, **extra}

    def _take_identifier_object(self) -> dict[str, str]:
        values_by_scheme = self.left.pop("identifiers", None)
        if not isinstance(values_by_scheme, dict):
            if values_by_scheme:
                self.doubts.append(f'"identifiers" should be an object, not {quote_value(values_by_scheme)}')
                self.left["identifiers"] = values_by_scheme
            return {}
        inner = RawFields(values_by_scheme)
        identifiers = {
            key.lower(): inner._take(key, partial(_parse_identifier, key.lower()), "") for key in values_by_scheme
        }
        self.doubts += inner.doubts
        if inner.left:
            self.left["identifiers"] = inner.left
        return {scheme: value for scheme, value in identifiers.items() if value}


def as_strings(value: Any) -> list[str]:
    """Return the texts in a value of any kind: of a list those in it, of all else but a text none."""
    return [text for text in (value if isinstance(value, list | tuple) else [value]) if isinstance(text, str)]


def show_key(key: str) -> str:
    """Show the name of a field in a message, whatever letters it has."""
    return make_printable(key[:_LONGEST_KEY])


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


def parse_urls(value: Any) -> tuple[str, ...]:
    """Return web addresses: of a list, or of one text with white space between them."""
    texts = value if isinstance(value, list) else _parse_text(value, _URLS).split()
    urls = [*filter(None, (_parse_text(text, _URLS).strip() for text in texts))]
    if not all(WEB_ADDRESS.fullmatch(url) and url.isprintable() for url in urls):
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


def _parse_date(value: Any) -> tuple[DateSpan, str]:
    """Return ISO 8601 as far as it is known, and a doubt: "2018/05/31", "2018-05-31T12:00Z" and 2018 are dates.

    So are spans and seasons of ISO 8601-2: "2018-03/2018-04", "2019-21".
    """
    text = _parse_text(value).strip()
    if _SPAN.fullmatch(text) and (span := parse_date_span(text)):
        return span, ""
    match = _DATE.fullmatch(text)
    iso, doubt = make_iso_date(*(int(part) for part in match.groups() if part)) if match else (None, "")
    if iso is None:
        raise ValueError("a date like 2018-05-31, 2018-05 or 2018")
    return DateSpan(iso), doubt


def _parse_authors(value: Any) -> tuple[tuple[Author, ...], bool]:
    """Return authors, and whether "et al." ends them: a list of names or of {name, position}, or one text."""
    if not isinstance(value, list):
        text, truncated = strip_et_al(_parse_text(value, _AUTHORS))
        names = filter(None, (strip_missing_given_name(clean_text(name)) for name in split_names(text)))
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
        if isinstance(entry, dict) and entry.keys() == _IN_TWO and _is_plain_person(**entry):  # most of those in parts
            count += 1
            yield Author(position=count, **entry)
            continue
        fields = entry if isinstance(entry, dict) else {"name": entry}
        name = _parse_text(fields.get("name"), _AUTHORS)
        if not _SIMPLE_NAME.fullmatch(name) or _OTHERS.search(name):
            name = strip_asides(clean_text(strip_et_al(name)[0]))
        name = strip_missing_given_name(name)
        if name and not is_nobody(name):
            count += 1
            position = fields.get("position", count)
            if position is not None and (isinstance(position, bool) or not isinstance(position, int) or position < 1):
                raise ValueError(_AUTHORS)
            yield Author(name=name, position=position, **_read_parts(fields))


def _is_plain_person(name: Any, family: Any, given: Any) -> bool:
    """Return whether a name is its two parts, in which there is nothing to clean."""
    if not (isinstance(name, str) and isinstance(family, str) and isinstance(given, str)):
        return False
    if name != f"{given} {family}" or not _SIMPLE_NAME.fullmatch(name) or _OTHERS.search(name):
        return False
    return not is_nobody(name) and strip_missing_given_name(name) is name


def _read_parts(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a name that are told, as texts."""
    parts = {key: clean_name(_parse_text(fields[key], _AUTHORS)) for key in _NAME_PARTS if fields.get(key)}
    parts = {key: text for key, text in parts.items() if text and not (key == "given" and is_missing_given_name(text))}
    if "family" not in parts:
        return {"literal": True} if fields.get("literal") is True else {}
    return {
        **parts,
        "family": strip_asides(parts["family"]),
        **({"given": strip_asides(parts["given"])} if "given" in parts else {}),
    }
