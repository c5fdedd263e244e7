"""A library of a million papers: python -m benchmarks.million [N]  (default 1,000,000), which goes on where it ended.

Papers are those of ``benchmarks.asking``, vectors random, given with them: the embedder is left out, and so is looking
for duplicates. At 10,000, 100,000, 200,000 … papers a row is printed: the rate since the last, disk, and in a process
of its own the first opening, 20 searches of each kind, a list of 20, the addition of 256 papers by an import, and the
peak memory. Searches embed their question by the real model. ``CONSPECTUS_BENCH`` says where the library lies.

``python -m benchmarks.million vectors [N]`` needs no library: so many vectors, those of the shared collections and
mixtures of neighbouring ones, are compared with the collections' questions, all of them and those that a projection
selects, in turns; CPU-ms, and how many of the ten and the hundred nearest are found, with filters of three sizes.
"""

import statistics
import subprocess
import sys
import time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import asking, corpora
from benchmarks.scale import Scattered, timed
from store.embedding.minilm import MiniLM
from store.filters import Filters
from store.index.projection import ProjectionFile
from store.index.snapshot import Snapshot
from store.index.vector_file import VectorFile
from store.ingest import add_items
from store.library import Library

if TYPE_CHECKING:
    import numpy as np

    from store.embedding import Vectors

FOLDER = corpora.CACHE / "million"
PAGE, STEP, ASKED, ADDED = 2000, 100_000, 20, 256
FILTERS = {
    "no filter": Filters(),
    "since 2010": Filters(year_from=2010),
    "one year": Filters(year_from=2018, year_to=2018),
    "one author": Filters(author=("Given7 Family7",)),
}


def build(count: int) -> None:
    """Write papers until there are so many; print a row at each step."""
    embedder = Scattered()
    embedder.building = True
    library = Library(FOLDER, embedder)
    view = library.view()
    written = view.count if view else 0
    rest = islice(asking.papers(count), written, None)
    del view
    while written < count:
        until = min(count, 10_000 if written < 10_000 else (written // STEP + 1) * STEP)
        cpu, wall, first = time.process_time(), time.perf_counter(), written
        with library.open_writer("a benchmark") as writer:
            while page := list(islice(rest, min(PAGE, until - written))):
                writer.put(page)
                written += len(page)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        rate = (written - first) / cpu
        print(f"{written:,} papers: {rate:.0f} a CPU-second, {(written - first) / wall:.0f} a second", flush=True)
        print(f"    {measure_disk() / written / 1000:.2f} kB a paper, {measure_peak():.0f} MB at the peak", flush=True)
        library.close()
        subprocess.run([sys.executable, "-m", "benchmarks.million", "read"], check=True)


def read() -> None:
    """Open what is there, search it, list of it, add to it, and print what each took."""
    embedder = Scattered()
    library = Library(FOLDER, embedder)
    asked = list(corpora.queries("scifact").values())[: ASKED + 2]
    began = time.process_time()
    view = library.view()
    assert view is not None
    library.search(asked[0])
    print(
        f"    first answer {time.process_time() - began:.2f} CPU-s with the model, {measure_peak():.0f} MB", flush=True
    )
    library.search(asked[1])
    for name, filters in FILTERS.items():
        cpu = time.process_time()
        times = [timed(partial(library.search, text, 10, filters)) for text in asked[2:]]
        cpu = (time.process_time() - cpu) / ASKED
        print(f"    {name:10s} p50 {statistics.median(times) * 1e3:6.1f} ms, {cpu * 1e3:6.1f} CPU-ms", flush=True)
    cpu = time.process_time()
    listed = len(list(islice(library.papers(), 20)))
    print(f"    {listed} listed in {time.process_time() - cpu:.2f} CPU-s; peak {measure_peak():.0f} MB", flush=True)
    embedder.building = True
    fresh = [paper.model_copy(update={"id": f"added-{view.count}-{paper.id}"}) for paper in asking.papers(ADDED)]
    cpu = time.process_time()
    for _ in add_items(library, iter(fresh), lambda: 0.0):
        pass
    cpu = (time.process_time() - cpu) / ADDED
    print(f"    an import {cpu * 1e3:.1f} CPU-ms a paper; peak {measure_peak():.0f} MB", flush=True)


def compare_vectors(count: int) -> None:
    """Write vectors and their projection, and print what it takes and finds to search them with it and without."""
    import numpy as np

    folder, draw = corpora.CACHE / f"vectors-{count}", np.random.default_rng(3)
    folder.mkdir(parents=True, exist_ok=True)
    vectors, projected = (
        VectorFile(folder / "vectors.f32", MiniLM.stamp.dimension),
        ProjectionFile(folder, MiniLM.stamp),
    )
    if vectors.rows < count:
        real = np.concatenate([np.array(_open_view(corpora.library(name)).vectors) for name in corpora.COLLECTIONS])
        while vectors.rows < count:
            vectors.append(_mix_vectors(real, min(50_000, count - vectors.rows), draw))
    cpu = time.process_time()
    projected.update(vectors, ())
    print(f"{count:,} vectors: projected in {time.process_time() - cpu:.2f} CPU-s, {measure_peak():.0f} MB at the peak")
    stored = vectors.read()
    projection = projected.read(stored)
    assert projection is not None
    texts = [text for name in corpora.COLLECTIONS for text in corpora.queries(name).values()]
    questions = [MiniLM().embed([text])[0] for text in texts[:: max(1, len(texts) // 30)]]
    for share in (1, 0.45, 0.028, 0.0003):
        rows = np.arange(count) if share == 1 else np.sort(draw.choice(count, int(share * count), replace=False))
        times: tuple[list[float], list[float]] = ([], [])
        kept: tuple[list[float], list[float]] = ([], [])
        for vector in questions:
            nearest = []
            for side, taken in enumerate(times):
                cpu = time.process_time()
                among = projection.select(rows, vector, 100) if side else rows
                cosines = stored[among] @ vector if len(among) * 8 < count else (stored @ vector)[among]
                best = np.argpartition(-cosines, 99)[:100] if len(cosines) > 100 else np.arange(len(cosines))
                nearest.append(among[best[np.argsort(-cosines[best], kind="stable")]].tolist())
                taken.append((time.process_time() - cpu) * 1e3)
            for size, shares in zip((10, 100), kept, strict=True):
                shares.append(len(set(nearest[0][:size]) & set(nearest[1][:size])) / min(size, len(rows)))
        exact, selected = map(statistics.median, times)
        print(f"    of {len(rows):,}: {exact:.1f} without, {selected:.1f} CPU-ms with it;", end=" ")
        print("recall@10 {:.4f}, @100 {:.4f}".format(*map(statistics.mean, kept)), flush=True)


def _open_view(library: Library) -> Snapshot:
    view = library.view()
    assert view is not None
    return view


def _mix_vectors(real: "Vectors", count: int, draw: "np.random.Generator") -> "Vectors":
    """Make vectors of real ones: one each, with a difference of two of its neighbours, and a little of any other."""
    import numpy as np

    near = np.concatenate([np.argsort(-(real[at : at + 500] @ real.T))[:, :13] for at in range(0, len(real), 500)])
    first, any_other = draw.integers(0, len(real), (2, count))
    left, right = (near[first, draw.integers(0, 13, count)] for _ in range(2))
    mixed = real[first] + 0.6 * (real[left] - real[right]) + 0.15 * real[any_other]
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def measure_disk() -> int:
    """Measure the bytes of the library's files."""
    return sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())


def measure_peak() -> float:
    """Measure the largest resident size so far, in MB; what ``getrusage`` tells includes that of the parent process."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    if sys.argv[1:] == ["read"]:
        read()
    elif sys.argv[1:2] == ["vectors"]:
        compare_vectors(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    else:
        build(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
