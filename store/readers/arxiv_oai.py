"""arXiv over OAI-PMH (info.arxiv.org/help/oa): records in the formats ``arXiv``, ``arXivRaw`` and ``oai_dc``.

Dublin Core of other repositories is read as well.
"""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.names import natural
from store.readers.record import date_of, identified
from store.readers.textfile import TextFile
from store.readers.xml_records import Element, at, every, read_xml, root_of, text_at, texts_at

NAME = "arxiv-oai"
LABEL = "arXiv OAI-PMH"

_TAGS = frozenset({"record"})
_ROOTS = {"OAI-PMH", "ListRecords", "GetRecord", "record", "records"}


def sniff(head: str) -> bool:
    """OAI's envelope, or a record with its metadata."""
    root = root_of(head).partition(" ")[0]
    return root in _ROOTS and ("openarchives.org" in head or "<metadata" in head or root == "OAI-PMH")


def read(file: TextFile) -> Iterator[Item]:
    """Yield each record; one that was deleted is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of a record in any of the formats."""
    header, metadata = at(record, "header"), at(record, "metadata")
    if metadata is None:
        return {"status": header.get("status", "") if header is not None else ""}
    dublin = at(metadata, "dc")
    body = at(metadata, "arXiv")
    body = at(metadata, "arXivRaw") if body is None else body
    found = _dublin(dublin) if dublin is not None else _arxiv(body if body is not None else metadata)
    identifier = text_at(header, "identifier")
    return found | {"arxiv": found.get("arxiv") or identified(identifier).get("arxiv"), "oai": identifier}


def _arxiv(body: Element) -> dict[str, Any]:
    """The fields of ``arXiv`` and ``arXivRaw``."""
    dois = text_at(body, "doi").split()
    named = [_author(author) for author in every(body, "authors/author")]
    return {
        "title": text_at(body, "title"),
        "abstract": text_at(body, "abstract"),
        "authors": named or text_at(body, "authors"),
        "date": date_of(text_at(body, "created", "version/date")),
        "updated": text_at(body, "updated"),
        "venue": text_at(body, "journal-ref"),
        "categories": text_at(body, "categories").split(),
        "arxiv": text_at(body, "id"),
        "doi": dois[0] if dois else "",
        "comment": text_at(body, "comments"),
        "license": text_at(body, "license"),
        "report_number": text_at(body, "report-no"),
        "submitter": text_at(body, "submitter"),
    }


def _dublin(body: Element) -> dict[str, Any]:
    """The fields of Dublin Core; the first description is the abstract, the first date the day of submission."""
    descriptions, dates = texts_at(body, "description"), texts_at(body, "date")
    links = texts_at(body, "identifier")
    said = identified(*links)
    return {
        "title": text_at(body, "title"),
        "abstract": descriptions[0] if descriptions else "",
        "authors": [natural(name) for name in texts_at(body, "creator")],
        "date": date_of(dates[0]) if dates else "",
        "updated": dates[-1] if len(dates) > 1 else "",
        "keywords": texts_at(body, "subject"),
        "doi": said.get("doi"),
        "arxiv": said.get("arxiv"),
        "urls": [link for link in links if link.startswith(("http://", "https://")) and link.isprintable()],
        "identifiers_given": [link for link in links if not link.startswith("http") and not identified(link)],
        "comment": descriptions[1:],
        "type": texts_at(body, "type"),
        "language": text_at(body, "language"),
        "publisher": text_at(body, "publisher"),
    }


def _author(author: Element) -> str:
    whole = " ".join(filter(None, (text_at(author, "forenames"), text_at(author, "keyname"))))
    suffix = text_at(author, "suffix")
    return f"{whole}, {suffix}" if suffix and whole else whole
