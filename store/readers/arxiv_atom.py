"""arXiv Atom: answers of the arXiv API (info.arxiv.org/help/api/user-manual.html)."""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import date_of
from store.readers.textfile import TextFile
from store.readers.xml_records import Element, every, inner, read_xml, root_of, text_at, texts_at

NAME = "arxiv-atom"
LABEL = "arXiv Atom"

_TAGS = frozenset({"entry"})


def sniff(head: str) -> bool:
    """An Atom feed, or an entry, that speaks of arXiv."""
    return root_of(head).partition(" ")[0] in {"feed", "entry"} and "arxiv" in head.lower()


def read(file: TextFile) -> Iterator[Item]:
    """Yield each entry; one that tells of an error is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(entry: Element) -> dict[str, Any]:
    """Our fields of an entry; those of an error have neither title nor abstract."""
    address = text_at(entry, "id")
    if "/api/errors" in address:
        return {"error": text_at(entry, "summary")}
    return {
        "title": inner(entry.find("{*}title")),
        "abstract": inner(entry.find("{*}summary")),
        "authors": texts_at(entry, "author/name"),
        "date": date_of(text_at(entry, "published"), text_at(entry, "updated")),
        "venue": text_at(entry, "journal_ref"),
        "categories": list(dict.fromkeys(_categories(entry))),
        "arxiv": address,
        "doi": text_at(entry, "doi"),
        "urls": [url for url in (link.get("href", "") for link in every(entry, "link")) if url.startswith("http")],
        "comment": text_at(entry, "comment"),
        "updated": text_at(entry, "updated"),
        "affiliations": list(dict.fromkeys(texts_at(entry, "author/affiliation"))),
    }


def _categories(entry: Element) -> Iterator[str]:
    """The primary category first."""
    for one in (*every(entry, "primary_category"), *every(entry, "category")):
        yield one.get("term", "")
