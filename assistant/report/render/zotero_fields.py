"""Citations of a DOCX as fields of Zotero's Word plugin: it reads them, and sets them again in any style.

A field is what Word keeps beside the text that it shows: ``ADDIN ZOTERO_ITEM CSL_CITATION`` with the items in CSL-JSON,
and for the list of references ``ADDIN ZOTERO_BIBL``. Without the plugin the text stands there as pandoc set it. Fields
are put into the document as pandoc reads it, after the citations were set and before the DOCX is written.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from assistant.export.csl import build_item
from store.paper import Paper

Node = dict[str, Any]
"""An element of pandoc's document: its type ``t`` and its content ``c``."""

_SCHEMA = "https://github.com/citation-style-language/schema/raw/master/csl-citation.json"
_REFERENCES = 'ADDIN ZOTERO_BIBL {"uncited":[],"omitted":[],"custom":[]} CSL_BIBLIOGRAPHY'
# What no style prints, and would stand in the file at every place that cites the paper.
_UNPRINTED = ("abstract", "keyword", "note")


def add_fields(document: Node, papers: Mapping[str, Paper], keys: Mapping[str, str]) -> None:
    """Put fields around the citations of a document and around its references.

    A style of notes has its fields in the notes. A citation of a paper that is not among them stays text.

    Args:
        document: pandoc's document in JSON, its citations set; it is changed.
        papers: What may be cited, by id.
        keys: Their citation keys, by id.
    """
    items = {keys[paper_id]: _build_citation_item(paper, keys[paper_id]) for paper_id, paper in papers.items()}
    for number, cite in enumerate(_find_nodes(document["blocks"], "Cite"), 1):
        citations, shown = cite["c"]
        cited_keys = [citation["citationId"] for citation in citations]
        if not items.keys() >= {*cited_keys}:
            continue
        note = next((inline for inline in shown if inline["t"] == "Note"), None)
        place = _list_paragraphs(note["c"])[0]["c"] if note else shown
        code = {
            "citationID": f"conspectus{number}",
            "properties": {
                "formattedCitation": _show_text(place),
                "plainCitation": _show_text(place),
                "noteIndex": citations[0]["citationNoteNum"] if note else 0,
            },
            "citationItems": [items[key] for key in cited_keys],
            "schema": _SCHEMA,
        }
        _wrap_in_field(place, place, f"ADDIN ZOTERO_ITEM CSL_CITATION {json.dumps(code)}")
    for block in _find_nodes(document["blocks"], "Div"):
        if block["c"][0][0] == "refs" and (entries := _list_paragraphs(block["c"][1])):
            _wrap_in_field(entries[0]["c"], entries[-1]["c"], _REFERENCES)


def _build_citation_item(paper: Paper, key: str) -> Node:
    """Build what a field holds of a paper; the address by which Zotero tells whether two fields cite the same one."""
    data = {name: value for name, value in build_item(paper, key).items() if name not in _UNPRINTED}
    address = f"https://doi.org/{data['DOI']}" if "DOI" in data else f"urn:conspectus:{paper.id}"
    return {"id": key, "uris": [address], "itemData": data}


def _wrap_in_field(first: list[Node], last: list[Node], code: str) -> None:
    """Let a field begin where the first inlines do, and end where the last ones do."""
    instruction = f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
    first.insert(0, _write_raw(f"{_mark_field('begin')}{instruction}{_mark_field('separate')}"))
    last.append(_write_raw(_mark_field("end")))


def _mark_field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _write_raw(xml: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", xml]}


def _list_paragraphs(blocks: list[Node]) -> list[Node]:
    return [node for node in _walk_nodes(blocks) if node["t"] in ("Para", "Plain")]


def _find_nodes(content: Any, kind: str) -> list[Node]:
    return [node for node in _walk_nodes(content) if node["t"] == kind]


def _walk_nodes(content: Any) -> Iterator[Node]:
    """Yield all elements within a content, an element before those within it."""
    if isinstance(content, dict):
        if "t" in content:
            yield content
        for value in content.values():
            yield from _walk_nodes(value)
    elif isinstance(content, list):
        for value in content:
            yield from _walk_nodes(value)


def _show_text(inlines: list[Node]) -> str:
    """Show inlines as the text that a reader sees."""
    shown = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}
    nodes = _walk_nodes(inlines)
    return "".join(node["c"] if node["t"] == "Str" else shown.get(node["t"], "") for node in nodes)
