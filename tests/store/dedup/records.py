"""Records for the tests of merging."""

from typing import Any

from store.paper import Author, Paper, Source

TITLE = "Adaptive Experiments in Flexible Batches of Plants"
ABSTRACT = (
    "Experiments rarely reallocate effort after each observation. We propose a planner for adaptive experiments in"
    " batches, and show that it needs fewer samples than uniform allocation on data of four greenhouses."
)


def record(
    id: str = "", authors: str = "Ada Lovelace, Bo Li", file: str = "a.bib", line: int = 1, **fields: Any
) -> Paper:
    """A record of one and the same paper, but for what is given; ``doi``, ``arxiv`` and ``pmid`` go to identifiers."""
    given = {scheme: fields.pop(scheme) for scheme in ("doi", "arxiv", "pmid") if scheme in fields}
    names = [name.strip() for name in authors.split(",") if name.strip()]
    kind = fields.pop("format", "bibtex")
    made: dict[str, Any] = {
        "id": id or given.get("doi") or given.get("arxiv") or "r1",
        "title": TITLE,
        "authors": tuple(Author(name=name, position=n) for n, name in enumerate(names, 1)),
        "date": "2018",
        "venue": "Journal of Gardens",
        "identifiers": given,
        "source": Source(file=file, line=line, format=kind),
    }
    return Paper(**(made | fields))
