"""Where the CPU time of an import goes, and its memory: python -m benchmarks.ingest [N]  (default 5000 abstracts).

Words come first: it says after how much CPU time all papers are found by words, and after how much all have vectors.
"""

import itertools
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpora import COLLECTIONS, papers
from store.embedding.minilm import MiniLM
from store.ingest import add_file
from store.library import Library
from store.results import BatchStored, VectorsStored

if TYPE_CHECKING:
    from store.embedding import Vectors


class Timed(MiniLM):
    """The real embedder, its CPU time added up."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def embed(self, texts: list[str]) -> "Vectors":
        """Embed and take the time."""
        began = time.process_time()
        vectors = super().embed(texts)
        self.seconds += time.process_time() - began
        return vectors


def _measure_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Import abstracts of the shared collections from a JSON Lines file and print the shares."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "papers.jsonl"
        everything = (
            paper.model_copy(update={"id": f"{name}-{paper.id}"})
            for name in reversed(COLLECTIONS)
            for paper in papers(name)
        )
        chosen = itertools.islice(everything, count)
        file.write_text("".join(f"{paper.model_dump_json()}\n" for paper in chosen), encoding="utf-8")
        embedder = Timed()
        embedder.embed(["warm"])
        embedder.seconds = 0.0
        wall, cpu, words = time.perf_counter(), time.process_time(), 0.0
        for event in add_file(Library(Path(folder) / "library", embedder), file):
            if isinstance(event, BatchStored):
                words = time.process_time() - cpu
            elif isinstance(event, VectorsStored) and event.done % 1280 == 0:
                print(f"{event.done:6d} vectors  {_measure_peak():.0f} MB peak")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{count} papers found by words after {words:.1f} s CPU ({words / count * 1e3:.2f} ms a paper)")
    print(f"and by meaning after {cpu:.1f} s CPU ({count / cpu:.1f} a CPU-second), {wall:.0f} s wall")
    print(f"{_measure_peak():.0f} MB peak")
    rest = (cpu - embedder.seconds) / count * 1e3
    print(f"embedder {embedder.seconds / cpu:.1%} of the CPU time; the rest {rest:.2f} ms a paper")


if __name__ == "__main__":
    main()
