"""The fields of a JSON object as they are taken out one by one; what is left, or does not fit, is never lost."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from store.errors import SourceError
from store.paper import Author
from store.readers import values as convert
from store.readers.identifiers import identify
from store.readers.sources_dates import iso_date
from store.readers.textfile import printable, quoted

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
            self.doubts.append(f'"{printable(key[:40])}" should be {expected}, not {quoted(value)}')
            return default
        del self.left[key]
        return result

    def id(self) -> str | None:
        """The id that the record gives itself.

        Raises:
            SourceError: It is neither text nor a number.
        """
        given = self.take("id", convert.raw, None)
        if "id" in self.left:
            raise SourceError(self.doubts[-1])
        return given.strip() if given else None

    def authors(self) -> tuple[tuple[Author, ...], bool]:
        """Authors, and whether the list hides some; what else is said of them stays."""
        given = self.left.get("authors")
        nobody: tuple[tuple[Author, ...], bool] = ((), False)
        authors, truncated = self.take("authors", convert.authors, nobody)
        if isinstance(given, list) and any(
            isinstance(one, dict) and one.keys() - {"name", "position"} for one in given
        ):
            self.left["authors"] = given
        return authors, self.take("authors_truncated", convert.flag, False) or truncated

    def date(self) -> str | None:
        """The date, else the year; where they differ the date holds and the year stays."""
        date, doubt = self.take("date", convert.date, ("", ""))
        year = self.take("year", convert.year, None)
        if doubt:
            self.doubts.append(doubt)
        if date and year and not date.startswith(str(year)):
            self.doubts.append(f'"year" is {year} but "date" is {date}; the date was taken')
            self.left["year"] = year
        return date or (iso_date(year)[0] if year else None)

    def identifiers(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """Identifiers by scheme, and the record's own URL; one that is a DOI or arXiv address identifies as well."""
        found = self._given_identifiers()
        for key, scheme in _SCHEMES.items():
            value = self.take(key, partial(convert.identifier, scheme), "")
            if value and found.setdefault(scheme, value) != value:
                self.doubts.append(f'"{key}" is {value}, but {found[scheme]} is given too and was taken')
                self.left[key] = value
        links = self.take("url", convert.urls, NOTHING)
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
                self.doubts.append(f'"identifiers" should be an object, not {quoted(given)}')
                self.left["identifiers"] = given
            return {}
        inner = Fields(given)
        taken = {key.lower(): inner.take(key, partial(convert.identifier, key.lower()), "") for key in given}
        self.doubts += inner.doubts
        if inner.left:
            self.left["identifiers"] = inner.left
        return {scheme: value for scheme, value in taken.items() if value}
