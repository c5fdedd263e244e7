"""Papers and libraries for the tests of the store."""

import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from assistant.testing import HashEmbedder
from store.chroma import Chroma
from store.chroma.access import ServerAccess
from store.doctor import examine
from store.ingest import add_items
from store.library import Library
from store.paper import Author, Paper
from store.readers import Item
from store.results import AddDone, AddReport

DIMENSION = 64
TOPICS = ("bandits", "proteins", "galaxies", "parsers", "glaciers", "enzymes", "markets", "robots")


def paper(n: int, **fields: Any) -> Paper:
    """A paper with an id of its own; what is given replaces what it would have."""
    topic = TOPICS[n % len(TOPICS)]
    made: dict[str, Any] = {
        "id": f"p{n}",
        "title": f"Paper {n} about {topic}",
        "authors": (Author(name=f"Ada Lovelace{n % 5}", position=1), Author(name="Bo Li", position=2)),
        "date": f"{2000 + n % 20}-0{1 + n % 9}",
        "categories": ("AI",) if n % 2 else ("ML", "AI"),
        "abstract": f"We study {topic} number{n}. The method is fast. It needs {n % 7} steps.",
    }
    return Paper(**(made | fields))


def papers(count: int, first: int = 0) -> list[Paper]:
    """So many papers, each different."""
    return [paper(n) for n in range(first, first + count)]


def pairs(count: int) -> list[Paper]:
    """So many records, in an order of chance: two of each paper, and to every fifth a third that unites the two."""
    made = [
        record
        for n in range(count)
        for record in (
            paper(n, id=f"a{n}", identifiers={"doi": f"10.1000/{n}"}, source={"file": "a.bib"}),
            paper(n, id=f"b{n}", identifiers={"pmid": str(n)}, date="1990", source={"file": "b.ris"}),
            paper(n, id=f"c{n}", identifiers={"doi": f"10.1000/{n}", "pmid": str(n)}, source={"file": "c.nbib"}),
        )
        if n % 5 == 0 or not record.id.startswith("c")
    ][:count]
    random.Random(count).shuffle(made)
    return made


def library(folder: Path, store: str | ServerAccess | None = None, dimension: int = DIMENSION) -> Library:
    """A library that needs no model."""
    return Library(folder, HashEmbedder(dimension), store)


def put(into: Library, items: Iterable[Item]) -> AddReport:
    """Add papers and give back the report."""
    last = list(add_items(into, items, lambda: 1.0))[-1]
    assert isinstance(last, AddDone)
    return last.report


def made(folder: Path, count: int = 20, store: str | None = None) -> Library:
    """A library of so many papers."""
    new = library(folder, store)
    put(new, papers(count))
    return new


def ids(found: Iterable[Paper]) -> list[str]:
    """The ids of papers."""
    return [one.id for one in found]


def unsound(of: Library) -> list[str]:
    """What the doctor finds wrong, without the process in which it tries out the vectors (a second each time)."""
    with patch.object(Chroma, "find_fault", return_value=""):
        return wrong(of)


def wrong(of: Library) -> list[str]:
    """What the doctor finds wrong."""
    return [f"{check.name}: {check.detail}" for check in examine(of) if not check.ok]


def pause(rng: random.Random, longest: float) -> None:
    """Be busy for up to ``longest`` seconds."""
    until = time.perf_counter() + rng.random() * longest
    while time.perf_counter() < until:
        pass


def numbers(lines: Iterable[str]) -> Iterator[int]:
    """The number on each line."""
    return (int(line) for line in lines if line.strip().isdigit())
