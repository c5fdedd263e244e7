"""CPU time to find a paper by what it is called, at 10 k and 100 k papers: python -m benchmarks.paper_names [N ...].

Titles are drawn word by word from those of the shared collections, so that many share their words; what is typed is
drawn from them. The index alone is built, without Chroma and without meaning.
"""

import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from benchmarks.corpora import SHARED
from store.citation_keys import keys_in
from store.embedding import EmbedderStamp
from store.errors import ConspectusError
from store.index.index import Index
from store.index.snapshot import Snapshot
from store.paper import Author, Paper
from store.paper_names import find_in_view
from store.record import Record

STAMP = EmbedderStamp(model="none", weights="", dimension=8, max_tokens=1)
PAGE = 1000
ASKED = 50
FAMILIES = 5000


def papers(count: int) -> Iterator[Paper]:
    """Papers of titles of 5 to 14 words, by three of 5,000 family names, of 1995 to 2025."""
    draw = random.Random(0)
    words, texts = [], []
    for file in sorted((SHARED / "eval" / "retrieval").glob("*/corpus.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                words += entry["title"].split()
                texts.append(entry["text"][:500])
    for number in range(count):
        names = [f"{draw.choice('ABCDEFG')}. Fam{_spell(draw.randrange(FAMILIES))}" for _ in range(3)]
        yield Paper(
            id=f"{number:016x}",
            title=" ".join(draw.choices(words, k=draw.randint(5, 14))),
            authors=tuple(Author(name=name, position=n) for n, name in enumerate(names, 1)),
            date=str(draw.randint(1995, 2025)),
            abstract=draw.choice(texts),
            identifiers={"doi": f"10.1000/{number}", "pmid": str(30_000_000 + number)},
        )


def _spell(number: int) -> str:
    return "".join(chr(97 + (number // 26**place) % 26) for place in range(3))


def build(folder: Path, count: int) -> Snapshot:
    """Build the index and take a view of it."""
    import numpy as np

    index = Index(folder, STAMP)
    source = papers(count)
    with index.writer() as writer:
        while page := list(islice(source, PAGE)):
            vectors = np.eye(len(page), STAMP.dimension, dtype=np.float32)
            writer.put([Record(paper, "", vector) for paper, vector in zip(page, vectors, strict=True)])
        writer.commit("built")
    return index.snapshot()


def names(view: Snapshot, chosen: list[Paper]) -> dict[str, list[str]]:
    """What the chosen papers are called, by kind."""
    draw = random.Random(1)
    words = [paper.title.split() for paper in chosen]
    return {
        "id": [paper.id for paper in chosen],
        "DOI, address": [f"https://doi.org/{paper.identifiers['doi']}" for paper in chosen],
        "PMID, bare": [paper.identifiers["pmid"] for paper in chosen],
        "citation key": [keys_in(view, [paper])[paper.id] for paper in chosen],
        "four words of a title": [" ".join(title[1:5]) for title in words],
        "two words of a title": [" ".join(title[:2]) for title in words],
        "one word of a title": [title[0] for title in words],
        "four words, one typo": [_mistype(" ".join(title[1:5]), draw) for title in words],
        "nothing": [" ".join(draw.choice(words)[0][::-1] for _ in range(3)) for _ in chosen],
    }


def _mistype(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text))
    return f"{text[:place]}{text[place + 1 :]}"


def measure(count: int) -> None:
    """Print how long each kind takes, and how many are found, mean several, or are not there."""
    with tempfile.TemporaryDirectory() as folder:
        view = build(Path(folder), count)
        draw = random.Random(2)
        chosen = view.papers([f"{draw.randrange(count):016x}" for _ in range(ASKED)])
        print(f"{count:,} papers")
        for kind, asked in names(view, chosen).items():
            times, right = [], 0
            for name, paper in zip(asked, chosen, strict=True):
                began = time.process_time()
                with suppress(ConspectusError):
                    right += find_in_view(view, name).paper.id == paper.id
                times.append((time.process_time() - began) * 1e3)
            last = statistics.quantiles(times, n=20)[-1]
            print(f"  {kind:24s} p50 {statistics.median(times):6.1f} ms  p95 {last:6.1f} ms  found {right}")


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or ["10000", "100000"]):
        measure(number)
