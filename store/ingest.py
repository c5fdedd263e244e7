"""Adding papers: read, compare with what is stored, embed and store the rest, batch by batch."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from os import fspath
from pathlib import Path

from store.library import BATCH, Library
from store.paper import Paper, Problem, Profile
from store.progress import AddDone, AddEvent, AddStarted, BatchStored, ProblemFound
from store.results import AddReport
from store.sources import Item, read_papers
from store.writing import Writer


def add_file(library: Library, path: str | Path, format: str | None = None) -> Iterator[AddEvent]:
    """Add the papers of a file; the events begin with ``AddStarted`` and end with ``AddDone``.

    Raises:
        SourceError: The file cannot be read as papers; what was stored before it broke off stays.
        LibraryError: The library cannot be written.
    """
    reading = read_papers(path, format)
    yield AddStarted(file=fspath(path), total_bytes=reading.total_bytes)
    yield from add(library, reading, reading.fraction)


def add(library: Library, items: Iterable[Item], fraction: Callable[[], float]) -> Iterator[AddEvent]:
    """Add what a reader yields; the events end with ``AddDone``.

    A paper whose content is stored already is passed over. Where two records of one run have the same id, the
    first is taken and the other is reported. Closing the iterator early keeps what was stored so far.

    Args:
        library: Where to.
        items: Papers, problems and profiles, as ``store.sources`` yields them; read as a stream.
        fraction: How much of the file was read, 0–1.
    """
    with library.writing("add") as writer:
        run = _Run(library, writer)
        stream = iter(items)
        while batch := list(islice(stream, BATCH)):
            yield from run.take(batch)
            yield run.stored(fraction())
    yield AddDone(report=run.report)


class _Run:
    """The counts of one import."""

    def __init__(self, library: Library, writer: Writer) -> None:
        self._library = library
        self._writer = writer
        self._seen: dict[str, str] = {}
        self.report = AddReport()

    def take(self, batch: list[Item]) -> Iterator[AddEvent]:
        for item in batch:
            if isinstance(item, Profile):
                self._writer.add_profile(item)
        papers = [item for item in batch if isinstance(item, Paper)]
        problems = [item for item in batch if isinstance(item, Problem)]
        fresh = []
        for paper in papers:
            content = paper.content_hash()
            if paper.id not in self._seen:
                self._seen[paper.id] = content
                fresh.append(paper)
            elif self._seen[paper.id] == content:
                self._count(unchanged=self.report.unchanged + 1)
            else:
                problems.append(_repeated(paper))
        self._store(fresh)
        self._count(problems=(*self.report.problems, *problems))
        yield from (ProblemFound(problem=problem) for problem in problems)

    def stored(self, fraction: float) -> BatchStored:
        counts = self.report.model_dump(include={"added", "updated", "unchanged"})
        return BatchStored(**counts, fraction=fraction)

    def _store(self, papers: list[Paper]) -> None:
        view = self._library.index.snapshot() if self._library.index.generation() else None
        known = view.hashes([paper.id for paper in papers]) if view else {}
        changed = [paper for paper in papers if known.get(paper.id) != paper.content_hash()]
        if changed:
            self._writer.put(changed)
        added = sum(paper.id not in known for paper in changed)
        self._count(
            added=self.report.added + added,
            updated=self.report.updated + len(changed) - added,
            unchanged=self.report.unchanged + len(papers) - len(changed),
        )

    def _count(self, **changes: object) -> None:
        self.report = self.report.model_copy(update=changes)


def _repeated(paper: Paper) -> Problem:
    reason = f"the id {paper.id} stands in this import already; the first record with it was taken"
    return Problem(file=paper.source.file, line=paper.source.line, reason=reason)
