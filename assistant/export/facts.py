"""What is known of a paper that a citation of it says."""

import re

from store.paper import Paper
from store.text.clean import clean_characters

_PREPRINTS = re.compile(r"arxiv|corr$", re.IGNORECASE)


def journal(paper: Paper) -> str:
    """Where it was published; "" where that is not known or is a server of preprints."""
    venue = clean_characters(paper.venue or "")
    return "" if _PREPRINTS.match(venue) else venue


def detail(paper: Paper, name: str) -> str:
    """Something that the source said beside what every record has, such as ``volume`` or ``pages``; "" for nothing."""
    value = paper.extra.get(name)
    return clean_characters(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def link(paper: Paper) -> str:
    """The address of a paper: by its DOI, by its arXiv id, or its page; "" where none is known."""
    known = paper.identifiers
    if known.get("doi"):
        return f"https://doi.org/{known['doi']}"
    return f"https://arxiv.org/abs/{known['arxiv']}" if known.get("arxiv") else page(paper)


def page(paper: Paper) -> str:
    """The first of its addresses that its abstract does not name, for those are of code and data; "" for none."""
    pages = (url for url in paper.urls if url.startswith(("http://", "https://")) and url not in paper.abstract)
    return next(pages, "")
