"""Values of JSON fields in the types that a paper has; each function raises ValueError saying what should be there."""

import re
from collections.abc import Iterator
from typing import Any

from store.paper import Author
from store.readers.author_names import split_names, strip_et_al
from store.readers.dates import is_plausible_year, make_iso_date
from store.readers.identifiers import NORMALISERS
from store.text.clean import clean_text

_DATE = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?(?:[T ][0-9].*)?", re.DOTALL)
WEB_ADDRESS = re.compile(r"(?:https?|ftp)://\S{1,2000}", re.IGNORECASE)
"""An address that a browser opens; up to 2000 characters, as browsers and proxies take them."""

_TEXTS = "text or a list of texts"
_URLS = "addresses that begin with http:// or https://"
_AUTHORS = "names, or objects with a name and a position from 1"
_SCHEME = re.compile(r"[a-z0-9][a-z0-9._:-]{0,39}")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def parse_text(value: Any, expected: str = "text") -> str:
    """Return text as it stands; a number as its digits."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(expected)


def parse_clean_text(value: Any) -> str:
    """Return clean text."""
    return clean_text(parse_text(value))


def parse_clean_texts(value: Any) -> tuple[str, ...]:
    """Return clean texts, each once: of a list, or of one text with ";" or else "," between them."""
    if not isinstance(value, list):
        value = re.split("[;,]" if ";" not in str(value) else ";", parse_text(value, _TEXTS))
    return tuple(dict.fromkeys(filter(None, (clean_text(parse_text(text, _TEXTS)) for text in value))))


def parse_urls(value: Any) -> tuple[str, ...]:
    """Return web addresses: of a list, or of one text with white space between them."""
    texts = value if isinstance(value, list) else parse_text(value, _URLS).split()
    urls = [*filter(None, (parse_text(text, _URLS).strip() for text in texts))]
    if not all(WEB_ADDRESS.fullmatch(url) and url.isprintable() for url in urls):
        raise ValueError(_URLS)
    return tuple(dict.fromkeys(urls))


def parse_flag(value: Any) -> bool:
    """Return a boolean, also as 0, 1, "yes" or "false"."""
    flag = _FLAGS.get(str(value).strip().lower()) if isinstance(value, bool | int | str) else None
    if flag is None:
        raise ValueError("true or false")
    return flag


def parse_year(value: Any) -> int:
    """Return a year from 1000 to 2999, also as text."""
    text = parse_text(value).strip().removesuffix(".0")
    if not re.fullmatch("[0-9]{4}", text) or not is_plausible_year(int(text)):
        raise ValueError("a year from 1000 to 2999")
    return int(text)


def parse_date(value: Any) -> tuple[str, str]:
    """Return ISO 8601 as far as it is known, and a doubt: "2018/05/31", "2018-05-31T12:00Z" and 2018 are dates."""
    match = _DATE.fullmatch(parse_text(value).strip())
    iso, doubt = make_iso_date(*(int(part) for part in match.groups() if part)) if match else (None, "")
    if iso is None:
        raise ValueError("a date like 2018-05-31, 2018-05 or 2018")
    return iso, doubt


def parse_authors(value: Any) -> tuple[tuple[Author, ...], bool]:
    """Return authors, and whether "et al." ends them: a list of names or of {name, position}, or one text."""
    if not isinstance(value, list):
        text, truncated = strip_et_al(parse_text(value, _AUTHORS))
        names = filter(None, map(clean_text, split_names(text)))
        return tuple(Author(name=name, position=place) for place, name in enumerate(names, start=1)), truncated
    truncated = bool(value) and isinstance(value[-1], str) and strip_et_al(value[-1])[1]
    return tuple(_read_entries(value)), truncated


def parse_identifier(scheme: str, value: Any) -> str:
    """Return a bare identifier of the scheme."""
    identifier = NORMALISERS.get(scheme, clean_text)(parse_text(value))
    if not _SCHEME.fullmatch(scheme):
        raise ValueError("an identifier under the name of its kind")
    if not identifier:
        raise ValueError(f"an identifier of the kind {scheme}")
    return identifier


def _read_entries(entries: list[Any]) -> Iterator[Author]:
    count = 0
    for entry in entries:
        fields = entry if isinstance(entry, dict) else {"name": entry}
        if name := clean_text(strip_et_al(parse_text(fields.get("name"), _AUTHORS))[0]):
            count += 1
            position = fields.get("position", count)
            if position is not None and (isinstance(position, bool) or not isinstance(position, int) or position < 1):
                raise ValueError(_AUTHORS)
            yield Author(name=name, position=position)
