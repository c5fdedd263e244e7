"""Bring a library up to date, and tell what is new: each paper once, and what it changes in saved reports.

The order is what keeps it safe: what was there is written down, then papers are added, then the digest is written as
one file, then it is told, then it counts as told. Killed in between, the next update goes on from what is written down.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.report.manifest import read_request
from assistant.report.saved import SavedReport
from assistant.watch.digest import (
    Digest,
    NewPaper,
    ReportNews,
    UpdateDone,
    UpdateEvent,
    UpdateReport,
    UpdateStarted,
    WatchDone,
    WatchOutcome,
    WatchStarted,
)
from assistant.watch.nearness import Nearness, measure_nearness
from assistant.watch.report_news import compare_saved, read_saved
from assistant.watch.sources import WatchRequest
from assistant.watch.state import OpenRun, WatchFolder, WatchProgress, WatchState
from assistant.watch.watch import Watch
from store.errors import ConspectusError, InputError, LibraryError, SourceError
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.ingest import add_items
from store.library import Library
from store.paper import Paper, Problem
from store.providers.client import BodyCache, Client
from store.providers.news import find_retracted
from store.providers.provider import Access
from store.providers.transport import RateLimiter
from store.readers import Item
from store.results import AddDone, ProblemFound


class UpdateOptions(NamedTuple):
    """How a library is brought up to date.

    Attributes:
        access: How providers are asked.
        retractions: Whether they are asked which papers of the reports were retracted.
        pace: The clock; None for the real one.
    """

    access: Access
    retractions: bool = True
    pace: RateLimiter | None = None


def stream_update(library: Library, reports: Sequence[SavedReport], options: UpdateOptions) -> Iterator[UpdateEvent]:
    """Update a library; the events begin with ``UpdateStarted`` and end with ``UpdateDone``.

    The digest counts as told when the iterator is asked for more than ``UpdateDone``: whoever writes it out asks when
    that is done. Till then every update tells it again, under its number, with what came since.

    Args:
        library: The library.
        reports: The saved reports that are compared.
        options: How.

    Raises:
        LibraryLocked: Another process is updating, or adding.
        LibraryError: The library cannot be read, or the disk refuses.
    """
    folder = WatchFolder(library.folder)
    with folder.lock():
        run = _UpdateRun(library, folder, options)
        yield UpdateStarted(watches=len(run.state.watches), reports=len(reports))
        for watch in run.state.watches:
            yield WatchStarted(watch=watch)
            yield WatchDone(outcome=run.read_watch(watch))
        run.ask_for_retractions(reports)
        report = run.close(reports)
        yield UpdateDone(report=report)
        run.mark_told(report.digest)


class _UpdateRun:
    """One update, under the lock of the folder.

    Args:
        library: The library.
        folder: Where the state lies.
        options: How.
    """

    def __init__(self, library: Library, folder: WatchFolder, options: UpdateOptions) -> None:
        self._library, self._folder, self._options = library, folder, options
        self._pace = options.pace or RateLimiter()
        self._digests = folder.read_digests()
        self._outcomes: list[WatchOutcome] = []
        self._problems: list[Problem] = []
        self.state = self._open_run(folder.read())
        self._removed = self._list_removed()

    def _open_run(self, state: WatchState) -> WatchState:
        """Write down what is there, unless an update that did not end has done so."""
        if state.run is None:
            view = self._library.view()
            retracted = view.list_ids(Filters(retracted=True)) if view else []
            run = OpenRun(known=tuple(sorted(view.all_ids() if view else ())), retracted=tuple(sorted(retracted)))
            state = state.model_copy(update={"run": run})
            self._folder.write(state)
        return state

    @property
    def _run(self) -> OpenRun:
        assert self.state.run is not None
        return self.state.run

    def _list_removed(self) -> set[str]:
        """List the ids of papers that were told and are not there: who removed them does not want them again."""
        reported_ids = {
            paper_id for digest in self._digests for paper in digest.papers for paper_id in (paper.id, *paper.ids)
        }
        return reported_ids - {*self._library.get_by_ids(sorted(reported_ids))}

    # What is watched

    def read_watch(self, watch: Watch) -> WatchOutcome:
        """Read a watch and add what is new; that it fails is told in the outcome."""
        before = self.state.progress.get(watch.id, WatchProgress())
        if before.complete:  # Killed from here on, it is read from its beginning the next time.
            self._write(self.state.with_progress(watch, before.model_copy(update={"complete": False})))
        view = self._library.view()
        if view and view.is_live:
            view.all_ids()  # As they are before.
        counts: Counter[str] = Counter()
        brought: set[str] = set()
        fault, progress = "", before
        with self._open_client() as client:
            request = WatchRequest(
                self._library, watch, before, client, lambda paper_id: bool(view and view.find_by_ids([paper_id]))
            )
            try:
                source = request.open()
                passage = _Passage(self._removed, brought)
                for event in source.run(passage):
                    if isinstance(event, ProblemFound):
                        self._problems.append(event.problem)
                    elif isinstance(event, AddDone):
                        counts.update(event.report.model_dump(include={"added", "merged", "updated", "unchanged"}))
                fault, progress = passage.fault, source.progress
            except (InputError, SourceError) as error:
                fault = str(error)
        names = dict.fromkeys((*brought, *self._list_added(view)), watch.source)
        run = self._run.model_copy(update={"brought": {**names, **self._run.brought}})
        self._write(self.state.with_progress(watch, progress).model_copy(update={"run": run}))
        outcome = WatchOutcome(watch=watch, fault=fault, **counts)
        self._outcomes.append(outcome)
        return outcome

    def _list_added(self, before: Snapshot | None) -> set[str]:
        """List the papers that are there and were not."""
        now = self._library.view()
        if now is None or (before and before.generation == now.generation):
            return set()
        return {*now.all_ids()} - {*(before.all_ids() if before else ())}

    def ask_for_retractions(self, reports: Sequence[SavedReport]) -> None:
        """Ask which papers of the reports were retracted, and add the records that say so."""
        papers = self._list_reported(reports) if self._options.retractions else []
        if not papers:
            return
        with self._open_client() as client:
            passage = _Passage(set(), set())
            for event in add_items(self._library, passage(find_retracted(client, papers)), lambda: 0.0):
                if isinstance(event, ProblemFound):
                    self._problems.append(event.problem)
        if passage.fault:
            self._problems.append(Problem(file="retractions", reason=f"not asked for all: {passage.fault}", lost=False))

    def _list_reported(self, reports: Sequence[SavedReport]) -> list[Paper]:
        """List the papers that reports were written from, without those that are known to be retracted."""
        ids: dict[str, None] = {}
        for saved in reports:
            try:
                report = read_saved(saved)
            except InputError:  # ``close`` tells of it.
                continue
            if read_request(report.manifest).filters.retracted is False:
                ids |= dict.fromkeys(report.manifest.papers)
        papers = {paper.id: paper for paper in self._library.get_by_ids(list(ids)).values()}
        return [paper for paper in papers.values() if not paper.retraction]

    def _open_client(self) -> Client:
        """Make a client that keeps no answers: what it is asked for is what is new."""
        cache = BodyCache(self._folder.path / "fetched", 0, self._pace.now)
        return Client(self._options.access, cache, self._pace)

    # What is new

    def close(self, reports: Sequence[SavedReport]) -> UpdateReport:
        """Write the digest of all that is new and was not told, and close the run."""
        pending = next((digest for digest in self._digests if digest.number > self.state.told), None)
        fresh = Digest(
            papers=self._list_new(), retracted=self._list_retracted(), reports=tuple(self._compare_reports(reports))
        ).without_told(
            {paper_id for digest in self._digests for paper in digest.papers for paper_id in (paper.id, *paper.ids)},
            {paper.id for digest in self._digests for paper in digest.retracted},
            {change.id for digest in self._digests for change in digest.changes},
        )
        digest = pending or Digest()
        if not fresh.is_empty:
            number = pending.number if pending else max([self.state.told, *self._folder.list_numbers()]) + 1
            digest = (pending.join(fresh) if pending else fresh).model_copy(update={"number": number})
            self._folder.write_digest(digest)
        self._write(self.state.model_copy(update={"run": None}))
        return UpdateReport(
            digest=digest, watches=tuple(self._outcomes), problems=tuple(self._problems), again=pending is not None
        )

    def mark_told(self, digest: Digest) -> None:
        """Write down that a digest was told."""
        if digest.number > self.state.told:
            self._write(self.state.model_copy(update={"told": digest.number}))

    def _list_new(self) -> tuple[NewPaper, ...]:
        view = self._library.view()
        if view is None:
            return ()
        earlier_ids = {*self._run.known}
        new = sorted(paper_id for paper_id in view.all_ids() if paper_id not in earlier_ids)
        near = measure_nearness(view, new, earlier_ids) if new else {}
        papers = [self._describe(paper, near.get(paper.id, Nearness(0.0, far=False))) for paper in view.papers(new)]
        return tuple(sorted(papers, key=lambda paper: (-paper.nearness, paper.id)))

    def _list_retracted(self) -> tuple[NewPaper, ...]:
        view = self._library.view()
        if view is None:
            return ()
        before = {*self._run.retracted}
        earlier_ids = {*self._run.known} - before
        ids = [paper_id for paper_id in view.list_ids(Filters(retracted=True)) if paper_id in earlier_ids]
        return tuple(self._describe(paper, Nearness(0.0, far=False)) for paper in view.papers(sorted(ids)))

    def _describe(self, paper: Paper, near: Nearness) -> NewPaper:
        ids = tuple(dict.fromkeys(record.id for record in paper.records if record.id != paper.id))
        watch = next(
            (self._run.brought[record_id] for record_id in (paper.id, *ids) if record_id in self._run.brought), ""
        )
        return NewPaper(
            id=paper.id,
            title=paper.marked_title,
            year=paper.year,
            watch=watch,
            nearness=near.value,
            far=near.far,
            ids=ids,
        )

    def _compare_reports(self, reports: Sequence[SavedReport]) -> Iterator[ReportNews]:
        for saved in reports:
            if not saved.path.exists():
                reason = f"its file is gone; to forget the report: conspectus watch remove {saved.path}"
                self._problems.append(Problem(file=str(saved.path), reason=reason, lost=False))
                continue
            try:
                yield compare_saved(self._library, saved)
            except LibraryError:
                raise
            except ConspectusError as error:
                self._problems.append(Problem(file=str(saved.path), reason=str(error), lost=False))

    def _write(self, state: WatchState) -> None:
        self._folder.write(state)
        self.state = state


class _Passage:
    """Lets items into the library: those of papers that were removed stay away, and what came is noted.

    A source that fails ends them; what came before is added all the same.

    Args:
        removed: Ids of the papers that were removed.
        brought: Takes the ids of the records that came.

    Attributes:
        fault: Why the source failed, "" where it did not.
    """

    def __init__(self, removed: set[str], brought: set[str]) -> None:
        self._removed, self._brought = removed, brought
        self.fault = ""

    def __call__(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield the items that go in."""
        try:
            for item in items:
                ids = {item.id, *(record.id for record in item.records)} if isinstance(item, Paper) else set()
                if not ids & self._removed:
                    self._brought |= ids
                    yield item
        except SourceError as error:
            self.fault = str(error)
