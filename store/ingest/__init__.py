"""Add papers: read, plan against what is stored, merge what is one paper, embed and store, batch by batch.

``plan`` says what becomes of each record, ``corrections`` has what a person says of papers that are there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from os import fspath
from pathlib import Path
from typing import Unpack

from store.dedup.match import Decisions
from store.errors import InputError
from store.filling import fill_vectors
from store.ingest.plan import ImportStaging, PlannedChange, Planner, write_staging
from store.library import BATCH, Library
from store.paper import Paper, Problem, Profile
from store.pending_vectors import count_pending
from store.readers import Item, ReadFilterOptions, read_papers
from store.readers.textfile import make_printable
from store.record import oversize
from store.results import AddDone, AddEvent, AddReport, AddStarted, BatchStored, Match, ProblemFound
from store.writer import Writer

# Records of each batch but the first, when words alone are stored: about a second, and a fifth less CPU a paper than
# with 64 (benchmarks/README.md, "Words first").
MANY = 256
# A record, and what became of it, or in words why it was not taken.
Placed = tuple[Paper, PlannedChange | str]


def add_file(
    library: Library,
    path: str | Path,
    format: str | None = None,
    dry_run: bool = False,
    **only: Unpack[ReadFilterOptions],
) -> Iterator[AddEvent]:
    """Add the papers of a file, of which ``only`` says which; from ``AddStarted`` to ``AddDone``.

    Raises:
        SourceError: The file cannot be read as papers; what was stored before it broke off stays.
        LibraryError: The library cannot be written.
    """
    reading = read_papers(path, format, **only)
    yield AddStarted(file=fspath(path), total_bytes=reading.total_bytes)
    for event in add_items(library, reading, reading.fraction, dry_run):
        if isinstance(event, AddDone):
            event = AddDone(report=event.report.model_copy(update={"left_out": reading.left_out}))
        yield event


def add_items(
    library: Library, items: Iterable[Item], fraction: Callable[[], float], dry_run: bool = False
) -> Iterator[AddEvent]:
    """Add what a reader yields; the events end with ``AddDone``.

    Few papers are embedded as they are stored. Of many the words come first, all of them, and are searched at once;
    then their vectors, and those of whatever was pending before, unless the library has them follow later.

    A record that is stored already is passed over, one that is a new state of itself (same file, same id) takes its
    place, and one of a paper that is there is joined with it: see docs/merging.md. Closing the iterator early keeps
    what was stored so far, and adding the same again goes on from there.

    Args:
        library: Where to.
        items: Papers, problems and profiles, as ``store.readers`` yields them; read as a stream.
        fraction: How much of the file was read, 0–1.
        dry_run: Only tell what would happen; needs no lock, and makes no library.
    """
    stream = iter(items)
    if dry_run:
        run = _DryRun(library)
        yield from _take_batches(run, stream, fraction)
        yield AddDone(report=run.report)
        return
    with library.open_writer("add", in_turns=True) as writer:
        run = _Import(library, writer)
        yield from _take_batches(run, stream, fraction)
    if library.embeds_at_once:
        yield from fill_vectors(library)
    view = library.view()
    yield AddDone(report=run.report.model_copy(update={"pending": count_pending(view) if view else 0}))


def _take_batches(run: "_DryRun", stream: Iterator[Item], fraction: Callable[[], float]) -> Iterator[AddEvent]:
    size = BATCH
    while batch := list(islice(stream, size)):
        size = MANY
        yield from run.take_batch(batch)
        counts = run.report.model_dump(include={"added", "updated", "merged", "unchanged"})
        yield BatchStored(**counts, fraction=fraction())


class _DryRun:
    """The plan and the counts of one import, of which nothing is written."""

    def __init__(self, library: Library) -> None:
        there = library.exists()
        self._planner = Planner(Decisions.from_state(library.chroma.state()) if there else Decisions())
        self._staging = ImportStaging(library.view() if there else None)
        self.report = AddReport()

    def take_batch(self, batch: list[Item]) -> Iterator[AddEvent]:
        self._store_profiles([item for item in batch if isinstance(item, Profile)])
        records = [record for item in batch if isinstance(item, Paper) for record in _records_in(item)]
        problems = [item for item in batch if isinstance(item, Problem)]
        faults = [oversize(record) for record in records]
        problems += [_build_refusal(record, fault) for record, fault in zip(records, faults, strict=True) if fault]
        placed = self._place_records([record for record, fault in zip(records, faults, strict=True) if not fault])
        problems += [_build_refusal(record, fault) for record, fault in placed if isinstance(fault, str)]
        accepted = [(record, outcome) for record, outcome in placed if not isinstance(outcome, str)]
        self._count_batch(accepted, tuple(problems))
        yield from (ProblemFound(problem=problem) for problem in problems)

    def _store_profiles(self, profiles: list[Profile]) -> None:
        """Store nothing: this run is dry."""

    def _place_records(self, records: list[Paper]) -> list[Placed]:
        placed = self._plan_records(records, self._staging)
        candidates = tuple(_build_match(record, outcome) for record, outcome in placed if not isinstance(outcome, str))
        matches = (*self.report.matches, *filter(None, candidates))
        self.report = self.report.model_copy(update={"matches": matches})
        return placed

    def _plan_records(self, records: list[Paper], staging: ImportStaging) -> list[Placed]:
        """Plan what becomes of each record; a text says why its paper would get too large."""
        placed: list[Placed] = []
        for incoming in self._planner.prepare(records, staging):
            try:
                placed.append((incoming.record, self._planner.place(incoming, staging)))
            except InputError as fault:
                placed.append((incoming.record, str(fault)))
        return placed

    def _count_batch(self, accepted: list[tuple[Paper, PlannedChange]], problems: tuple[Problem, ...]) -> None:
        before, kinds = self.report, Counter(outcome.kind for _, outcome in accepted)
        changes: dict[str, object] = {kind: getattr(before, kind) + count for kind, count in kinds.items()}
        changes |= {
            "records": before.records + len(accepted) + sum(problem.lost for problem in problems),
            "with_abstract": before.with_abstract + sum(bool(record.abstract) for record, _ in accepted),
            "problems": (*before.problems, *problems),
        }
        self.report = before.model_copy(update=changes)


class _Import(_DryRun):
    """The same, written batch by batch; the caller holds the lock."""

    def __init__(self, library: Library, writer: Writer) -> None:
        self._library = library
        self._writer = writer
        self._planner = Planner(Decisions.from_state(library.chroma.state()))
        self._embeds = False
        self.report = AddReport()

    def take_batch(self, batch: list[Item]) -> Iterator[AddEvent]:
        """Plan and write a batch while no other client of a server writes."""
        # An import of one batch is embedded as it is stored, in about a second: one write in place of two. On a server
        # all are, for others search them there.
        self._embeds = self._library.chroma.is_server or (len(batch) < BATCH and not self.report.records)
        with self._writer.turn() as missed:
            if missed:
                self._planner.renew_decisions(Decisions.from_state(self._library.chroma.state()))
            events = list(super().take_batch(batch))
        yield from events

    def _store_profiles(self, profiles: list[Profile]) -> None:
        for profile in profiles:
            self._writer.add_profile(profile)

    def _place_records(self, records: list[Paper]) -> list[Placed]:
        staging = ImportStaging(self._library.index.snapshot() if self._library.index.generation() else None)
        placed = self._plan_records(records, staging)
        write_staging(self._writer, staging, embed=self._embeds)
        return placed


def _records_in(item: Paper) -> Iterator[Paper]:
    """Yield the records of a paper that was exported with them, each to be judged again."""
    for record in item.records:
        yield from _records_in(record)
    if not item.records:
        yield item


def _build_refusal(record: Paper, fault: str) -> Problem:
    return Problem(file=record.source.file, line=record.source.line, reason=f"{make_printable(record.id)}: {fault}")


def _build_match(record: Paper, outcome: PlannedChange) -> Match | None:
    if outcome.kind != "merged":
        return None
    return Match(title=record.title, source=record.source, paper_id=outcome.paper_id, reason=outcome.reason)
