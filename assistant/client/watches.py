"""What is watched, and what came of it, as the Python API has them: see docs/living.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.report.saved import SavedReport, forget_report, keep_report, list_reports
from assistant.watch.digest import UpdateDone, UpdateReport
from assistant.watch.digest_text import check_file, render_digest
from assistant.watch.state import WatchFolder
from assistant.watch.watch import Watch
from store.errors import InputError
from store.files import write_atomic

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator

    from assistant.client.reports import Reports
    from assistant.report.schema import Report
    from assistant.settings import Settings
    from assistant.watch.digest import Digest, UpdateEvent
    from store.library import Library


class Watches:
    """What is watched for a library; ``Assistant.watches``. ``Assistant.update`` reads it and tells what is new."""

    def __init__(self, library: Library, reports: Callable[[], Reports], settings: Settings | None = None) -> None:
        self._library = library
        self._reports = reports
        self._settings = settings
        self._folder = WatchFolder(library.folder)

    def add(self, source: str | Path, limit: int | None = None) -> Watch:
        """Watch a query, an author, a folder or a file; nothing is asked or added before ``Assistant.update``.

        Args:
            source: A query or an author as ``papers.fetch`` takes them, or a path.
            limit: How many papers one update takes of it, the newest; None for 200. Given again, it is changed.

        Raises:
            InputError: It names nothing that can be watched.
            LibraryLocked: Another process is updating.
            LibraryError: The disk refuses.
        """
        from assistant.watch.sources import check_kind

        watch = Watch.parse(os.fspath(source), limit)
        check_kind(watch)
        with self._folder.lock():
            state = self._folder.read()
            others = tuple(one for one in state.watches if one.id != watch.id)
            self._folder.write(state.model_copy(update={"watches": (*others, watch)}))
        return watch

    def list(self) -> tuple[Watch, ...]:
        """List what is watched, in the order in which it was added.

        Raises:
            LibraryDamaged: It cannot be read.
        """
        return self._folder.read().watches

    def reports(self) -> tuple[Path, ...]:
        """List the files of the saved reports and tables that are compared with what is new.

        Raises:
            LibraryError: They cannot be read.
        """
        return tuple(saved.path for saved in list_reports(self._library))

    def remove(self, name: str | Path) -> None:
        """Stop watching something, by its id or its source, or following a saved report, by its file.

        Papers that came of it stay, and so do the files of the report.

        Raises:
            InputError: Nothing of this name is watched or followed.
            LibraryLocked: Another process is updating.
            LibraryError: The disk refuses.
        """
        name = os.fspath(name)
        with self._folder.lock():
            state = self._folder.read()
            place = os.path.abspath(Path(name).expanduser())
            gone = {watch.id for watch in state.watches if name in (watch.id, watch.source) or place == watch.source}
            if gone:
                watches = tuple(watch for watch in state.watches if watch.id not in gone)
                progress = {watch_id: one for watch_id, one in state.progress.items() if watch_id not in gone}
                self._folder.write(state.model_copy(update={"watches": watches, "progress": progress}))
                return
        if Path(place) in self.reports():
            forget_report(self._library, Path(place))
            return
        watched = ", ".join(f"{watch.id} ({watch.source})" for watch in state.watches) or "nothing"
        raise InputError(f"{name[:80]!r} is not watched.", f"Watched: {watched}. See: conspectus watch list")

    def digests(self) -> builtins.list[Digest]:
        """Return all digests, the earliest first: each new paper and each change stands in one of them.

        Raises:
            LibraryDamaged: One cannot be read.
        """
        return self._folder.read_digests()

    @staticmethod
    def render(report: UpdateReport, format: str = "md") -> str:
        """Return what an update tells as text: ``md``, ``html`` or ``json``.

        Raises:
            InputError: There is no such format.
        """
        return render_digest(report, format)

    @staticmethod
    def save(report: UpdateReport, path: str | Path, format: str | None = None) -> None:
        """Write what an update tells to a file; one that no update wrote is not replaced.

        Args:
            report: How it went.
            path: The file.
            format: ``md``, ``html`` or ``json``; None for that which the ending of the file says.

        Raises:
            InputError: There is no such format, or the file is somebody else's.
            LibraryError: The disk refuses.
        """
        content = render_digest(report, format or _read_ending(Path(path)))
        check_file(Path(path))
        write_atomic(Path(path), content.encode())

    @staticmethod
    def check_output(path: str | Path, format: str | None = None) -> None:
        """Raise before an update what ``save`` would raise after it, as far as that is known by then.

        Raises:
            InputError: There is no such format, or the file is somebody else's.
        """
        render_digest(UpdateReport(), format or _read_ending(Path(path)))
        check_file(Path(path))

    def _update(
        self,
        files: tuple[str | Path, ...],
        retractions: bool,
        on_event: Callable[[UpdateEvent], object] | None = None,
    ) -> UpdateReport:
        """Run an update to the end of its events, so that its digest counts as told."""
        report = UpdateReport()
        for event in self._stream_update(files, retractions):
            if on_event:
                on_event(event)
            if isinstance(event, UpdateDone):
                report = event.report
        return report

    def _stream_update(self, files: tuple[str | Path, ...], retractions: bool) -> Iterator[UpdateEvent]:
        """Yield the events of ``Assistant.update``."""
        from assistant.settings import Settings
        from assistant.watch.update import UpdateOptions, stream_update

        for file in files:
            self._follow(Path(file))
        options = UpdateOptions((self._settings or Settings()).providers.build_access(), retractions)
        yield from stream_update(self._library, list_reports(self._library), options)

    def _follow(self, file: Path) -> SavedReport:
        """Keep a report that was saved before reports were kept, or elsewhere.

        Raises:
            InputError: It is no report, or one of another library.
        """
        report = self._read_report(file)
        papers = report.manifest.papers
        if papers and not self._library.get_by_ids(list(papers)):
            raise InputError(
                f"{file} is of another library: none of its {len(papers):,} papers is in this one.",
                "Name the library that it was made of: --library DIR",
            )
        return keep_report(self._library, report, file)

    def _read_report(self, file: Path) -> Report:
        """Read a report as JSON, or make it again from its manifest."""
        reports = self._reports()
        try:
            return reports.read(file)
        except InputError as error:
            try:
                return reports.replay(file)
            except InputError as reason:
                raise (error if " is no " in reason.what or "cannot be read" in reason.what else reason) from None


def _read_ending(path: Path) -> str:
    """Read the format from the ending of a file."""
    return path.suffix.removeprefix(".").lower()
