"""Search, memory and disk at 1 k, 10 k and 100 k synthetic papers: python -m benchmarks.scale [N ...].

Words are drawn from the abstracts of a shared collection by their frequency, 200 a paper; vectors of the papers are
random around 200 centres (embedding 100 k papers would take hours and change nothing that is measured here). Questions
are real ones and are embedded by the real model within the measured time.
"""

import gzip
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpora import CACHE, SHARED, queries
from store.embedding.minilm import MiniLM
from store.filters import Filters
from store.ingest import add_items
from store.library import Library
from store.paper import Author, Paper
from store.search import rank_nearest

if TYPE_CHECKING:
    from store.embedding import Vectors

QUESTIONS = 60


class Scattered(MiniLM):
    """Random vectors around centres for papers, the real model for questions."""

    def __init__(self) -> None:
        import numpy as np

        self._draw = np.random.default_rng(0)
        self._centres = self._draw.normal(size=(200, self.stamp.dimension))
        self.building = False

    def embed(self, texts: list[str]) -> "Vectors":
        """Vectors of shape (n, 384), each of length 1."""
        import numpy as np

        if not self.building:
            return super().embed(texts)
        some = self._centres[self._draw.integers(0, 200, len(texts))]
        vectors = some * 0.7 + self._draw.normal(size=some.shape)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def papers(count: int) -> Iterator[Paper]:
    """Papers of 200 words, 3 authors of 50,000, years 1990 to 2025."""
    draw = random.Random(0)
    with gzip.open(SHARED / "eval" / "retrieval" / "scifact" / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        words = [word for line in file for word in json.loads(line)["text"].split()]
    for i in range(count):
        yield Paper(
            id=f"synthetic-{i}",
            title=" ".join(draw.choices(words, k=10)),
            authors=tuple(
                Author(name=f"Given{draw.randrange(500)} Family{draw.randrange(100)}", position=n) for n in (1, 2, 3)
            ),
            date=str(draw.randint(1990, 2025)),
            categories=(draw.choice(("LG", "ML", "CL", "CV")),),
            abstract=" ".join(draw.choices(words, k=200)),
        )


def measure(count: int) -> None:
    """Build the library if it is not there, then print its figures."""
    embedder = Scattered()
    library = Library(CACHE / f"scale-{count}", embedder)
    if not library.exists():
        build(library, embedder, count)
    size = sum(path.stat().st_size for path in library.folder.rglob("*") if path.is_file())
    print(f"{count:>7,} papers  disk {size / count / 1000:.1f} kB a paper")
    asked = list(queries("scifact").values())[:QUESTIONS]
    view = library.view()
    assert view is not None
    for name, filters in (
        ("no filter", Filters()),
        ("since 2010", Filters(year_from=2010)),
        ("one year", Filters(year_from=2018, year_to=2018)),
        ("one author", Filters(author=("Given7 Family7",))),
        ("category and years", Filters(category=("LG",), year_from=2000, year_to=2015)),
    ):
        times = [timed(partial(library.search, text, 10, filters)) for text in asked]
        top = statistics.quantiles(times, n=20)[-1]
        print(f"    {name:20s} p50 {statistics.median(times) * 1e3:6.1f} ms  p95 {top * 1e3:6.1f} ms")
    print(f"    dense recall@10 {recall(library, asked):.3f}  peak memory {peak():.0f} MB")


def build(library: Library, embedder: Scattered, count: int) -> None:
    """Import through the real way, papers' vectors aside."""
    embedder.building = True
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in add_items(library, papers(count), lambda: 0.0):
        pass
    embedder.building = False
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{count:>7,} papers  {count / wall:.0f}/s, {cpu / count * 1e3:.2f} ms CPU a paper without embedding")


def recall(library: Library, asked: list[str]) -> float:
    """How many of the 10 nearest by brute force the dense side finds."""
    import numpy as np

    view = library.view()
    assert view is not None
    shares = []
    for text in asked:
        vector = library.embedder.embed([text])[0]
        best = np.argsort(-(np.asarray(view.vectors, dtype=np.float64) @ vector), kind="stable")[:10]
        shares.append(len({one.row for one in rank_nearest(view, vector, Filters(), 10)} & set(best.tolist())) / 10)
    return statistics.mean(shares)


def timed(work: Callable[[], object]) -> float:
    """Wall time in seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak() -> float:
    """Largest resident size so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    Path(CACHE).mkdir(parents=True, exist_ok=True)
    for number in map(int, sys.argv[1:] or ["1000", "10000", "100000"]):
        measure(number)
