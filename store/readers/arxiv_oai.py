"""arXiv over OAI-PMH (info.arxiv.org/help/oa): records in the formats ``arXiv``, ``arXivRaw`` and ``oai_dc``.

Dublin Core of other repositories is read as well.
"""

from collections.abc import Iterator
from typing import Any

from store.readers.base import Item
from store.readers.names import reorder_name
from store.readers.record import choose_date, identified
from store.readers.textfile import TextFile
from store.readers.xml_records import Element, find_element, find_elements, read_xml, root_name, find_text, find_texts

NAME = "arxiv-oai"
LABEL = "arXiv OAI-PMH"

_TAGS = frozenset({"record"})
_ROOTS = {"OAI-PMH", "ListRecords", "GetRecord", "record", "records"}


def sniff(head: str) -> bool:
    """OAI's envelope, or a record with its metadata."""
    root = root_name(head).partition(" ")[0]
    return root in _ROOTS and ("openarchives.org" in head or "<metadata" in head or root == "OAI-PMH")


def read(file: TextFile) -> Iterator[Item]:
    """Yield each record; one that was deleted is a problem."""
    return read_xml(file, NAME, _TAGS, fields)


def fields(record: Element) -> dict[str, Any]:
    """Our fields of a record in any of the formats."""
    header, metadata = find_element(record, "header"), find_element(record, "metadata")
    if metadata is None:
        return {"status": header.get("status", "") if header is not None else ""}
    dublin = find_element(metadata, "dc")
    body = find_element(metadata, "arXiv")
    body = find_element(metadata, "arXivRaw") if body is None else body
    found = _dublin(dublin) if dublin is not None else _arxiv(body if body is not None else metadata)
    identifier = find_text(header, "identifier")
    return found | {"arxiv": found.get("arxiv") or identified(identifier).get("arxiv"), "oai": identifier}


def _arxiv(body: Element) -> dict[str, Any]:
    """The fields of ``arXiv`` and ``arXivRaw``."""
    dois = find_text(body, "doi").split()
    named = [_author(author) for author in find_elements(body, "authors/author")]
    return {
        "title": find_text(body, "title"),
        "abstract": find_text(body, "abstract"),
        "authors": named or find_text(body, "authors"),
        "date": choose_date(find_text(body, "created", "version/date")),
        "updated": find_text(body, "updated"),
        "venue": find_text(body, "journal-ref"),
        "categories": find_text(body, "categories").split(),
        "arxiv": find_text(body, "id"),
        "doi": dois[0] if dois else "",
        "comment": find_text(body, "comments"),
        "license": find_text(body, "license"),
        "report_number": find_text(body, "report-no"),
        "submitter": find_text(body, "submitter"),
    }


def _dublin(body: Element) -> dict[str, Any]:
    """The fields of Dublin Core; the first description is the abstract, the first date the day of submission."""
    descriptions, dates = find_texts(body, "description"), find_texts(body, "date")
    links = find_texts(body, "identifier")
    said = identified(*links)
    return {
        "title": find_text(body, "title"),
        "abstract": descriptions[0] if descriptions else "",
        "authors": [reorder_name(name) for name in find_texts(body, "creator")],
        "date": choose_date(dates[0]) if dates else "",
        "updated": dates[-1] if len(dates) > 1 else "",
        "keywords": find_texts(body, "subject"),
        "doi": said.get("doi"),
        "arxiv": said.get("arxiv"),
        "urls": [link for link in links if link.startswith(("http://", "https://")) and link.isprintable()],
        "identifiers_given": [link for link in links if not link.startswith("http") and not identified(link)],
        "comment": descriptions[1:],
        "type": find_texts(body, "type"),
        "language": find_text(body, "language"),
        "publisher": find_text(body, "publisher"),
    }


def _author(author: Element) -> str:
    whole = " ".join(filter(None, (find_text(author, "forenames"), find_text(author, "keyname"))))
    suffix = find_text(author, "suffix")
    return f"{whole}, {suffix}" if suffix and whole else whole
