"""arXiv Atom: answers of the arXiv API (info.arxiv.org/help/api/user-manual.html)."""

import re
from typing import Any

from store.readers.record_builder import choose_date
from store.readers.xml_records import Element, XmlReader, find_elements, find_text, find_texts, inner_markup


class ArxivAtomReader(XmlReader):
    """Reads the Atom feeds of the arXiv API."""

    NAME = "arxiv-atom"
    LABEL = "arXiv Atom"
    TAGS = frozenset({"entry"})
    ROOTS = frozenset({"feed", "entry"})
    SIGNS = ((re.compile("arxiv", re.IGNORECASE),),)

    def map_fields(self, entry: Element) -> dict[str, Any]:
        """Return our fields of an entry; those of an error have neither title nor abstract."""
        address = find_text(entry, "id")
        if "/api/errors" in address:
            return {"error": find_text(entry, "summary")}
        categories = (*find_elements(entry, "primary_category"), *find_elements(entry, "category"))
        return {
            "title": inner_markup(entry.find("{*}title")),
            "abstract": inner_markup(entry.find("{*}summary")),
            "authors": find_texts(entry, "author/name"),
            "date": choose_date(find_text(entry, "published"), find_text(entry, "updated")),
            "venue": find_text(entry, "journal_ref"),
            "categories": list(dict.fromkeys(category.get("term", "") for category in categories)),
            "arxiv": address,
            "doi": find_text(entry, "doi"),
            "urls": [
                url for url in (link.get("href", "") for link in find_elements(entry, "link")) if url.startswith("http")
            ],
            "comment": find_text(entry, "comment"),
            "updated": find_text(entry, "updated"),
            "affiliations": list(dict.fromkeys(find_texts(entry, "author/affiliation"))),
        }
