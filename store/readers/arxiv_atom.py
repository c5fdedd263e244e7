"""arXiv Atom: answers of the arXiv API (info.arxiv.org/help/api/user-manual.html)."""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.record import choose_date
from store.readers.textfile import TextFile
from store.readers.xml_records import Element, find_elements, inner_markup, read_xml, root_name, find_text, find_texts

NAME = "arxiv-atom"
LABEL = "arXiv Atom"

_TAGS = frozenset({"entry"})


def sniff(head: str) -> bool:
    """An Atom feed, or an entry, that speaks of arXiv."""
    return root_name(head).partition(" ")[0] in {"feed", "entry"} and "arxiv" in head.lower()


def read(file: TextFile) -> Iterator[Item]:
    """Yield each entry; one that tells of an error is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(entry: Element) -> dict[str, Any]:
    """Our fields of an entry; those of an error have neither title nor abstract."""
    address = find_text(entry, "id")
    if "/api/errors" in address:
        return {"error": find_text(entry, "summary")}
    return {
        "title": inner_markup(entry.find("{*}title")),
        "abstract": inner_markup(entry.find("{*}summary")),
        "authors": find_texts(entry, "author/name"),
        "date": choose_date(find_text(entry, "published"), find_text(entry, "updated")),
        "venue": find_text(entry, "journal_ref"),
        "categories": list(dict.fromkeys(_categories(entry))),
        "arxiv": address,
        "doi": find_text(entry, "doi"),
        "urls": [url for url in (link.get("href", "") for link in find_elements(entry, "link")) if url.startswith("http")],
        "comment": find_text(entry, "comment"),
        "updated": find_text(entry, "updated"),
        "affiliations": list(dict.fromkeys(find_texts(entry, "author/affiliation"))),
    }


def _categories(entry: Element) -> Iterator[str]:
    """The primary category first."""
    for one in (*find_elements(entry, "primary_category"), *find_elements(entry, "category")):
        yield one.get("term", "")
