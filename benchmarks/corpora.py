"""The shared retrieval collections as libraries, built once through the real import and kept in a cache folder."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.embedding.minilm import MiniLM
from store.ingest import add_items
from store.library import Library
from store.paper import Paper

SHARED = Path(__file__).resolve().parents[2] / "shared"
CACHE = Path(os.environ.get("CONSPECTUS_BENCH", Path.home() / ".cache" / "conspectus-bench"))
COLLECTIONS = ("cranfield", "med", "scifact")


def library(name: str) -> Library:
    """The library of a collection; the first call embeds it (a minute or more a thousand papers)."""
    made = Library(CACHE / name, MiniLM())
    view = made.view()
    if view is None or view.count < sum(1 for _ in papers(name)):
        for _ in add_items(made, papers(name), lambda: 0.0):
            pass
    return made


def papers(name: str) -> Iterator[Paper]:
    """The papers of a collection; an empty text is kept."""
    for record in _lines(name, "corpus.jsonl.gz"):
        yield Paper(id=record["id"], title=record["title"], abstract=" ".join(record["text"].split()))


def queries(name: str) -> dict[str, str]:
    """The queries of a collection by their ids."""
    return {record["id"]: record["text"] for record in _lines(name, "queries.jsonl.gz")}


def relevant(name: str) -> dict[str, dict[str, int]]:
    """For each query the grades (> 0) of the papers that answer it."""
    found: dict[str, dict[str, int]] = {}
    with gzip.open(SHARED / "eval" / "retrieval" / name / "qrels.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            query, paper, grade = line.split()
            if int(grade) > 0:
                found.setdefault(query, {})[paper] = int(grade)
    return found


def _lines(name: str, file_name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(SHARED / "eval" / "retrieval" / name / file_name, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
