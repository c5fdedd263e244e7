"""Reading what is watched: the newest of a query until what is known, the files of a folder that are new or changed.

``OPENERS`` has who reads which kind of watch; a further kind needs a class with the members of ``WatchSource``, and a
line there.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from assistant.watch.state import WatchProgress
from assistant.watch.watch import Watch, WatchKind
from store.errors import InputError, SourceError
from store.ingest import add_items
from store.library import Library
from store.paper import Problem
from store.providers.client import Client
from store.providers.news import NewsReading
from store.providers.references import parse_reference
from store.readers import Item, read_papers
from store.results import AddEvent


class WatchRequest(NamedTuple):
    """What a source is opened with.

    Attributes:
        library: Where the papers go.
        watch: What is read.
        progress: How far it was read before.
        client: Who asks providers.
        is_known: Whether the library has a record of this id.
    """

    library: Library
    watch: Watch
    progress: WatchProgress
    client: Client
    is_known: Callable[[str], bool]

    def open(self) -> "WatchSource":
        """Open what is watched.

        Raises:
            InputError: It cannot be read by this version.
        """
        check_kind(self.watch)
        return OPENERS[self.watch.kind](self)


Passage = Callable[[Iterator[Item]], Iterator[Item]]
"""Lets items through on their way into the library, without those of papers that were removed."""


class WatchSource(Protocol):
    """What is watched, as it is read.

    A source that brings the library in step by itself, as with a program of references, need not make use of the
    passage: which papers are new is seen in the library.
    """

    def run(self, passage: Passage) -> Iterator[AddEvent]:
        """Read it and add what is new; the events end with ``AddDone``.

        Raises:
            SourceError: It cannot be read any further; what came before is added.
            LibraryError: The library cannot be written.
        """

    @property
    def progress(self) -> WatchProgress:
        """How far it was read; asked for when ``run`` has ended, for whatever reason."""


Opener = Callable[[WatchRequest], WatchSource]


class ProviderSource:
    """A query of a provider, or an author."""

    def __init__(self, request: WatchRequest) -> None:
        self._library = request.library
        reference = parse_reference(request.watch.source)
        self._reading = NewsReading(
            request.client, reference, request.watch.limit, request.is_known, stops=request.progress.complete
        )

    def run(self, passage: Passage) -> Iterator[AddEvent]:
        """Add the newest first."""
        return add_items(self._library, passage(iter(self._reading)), lambda: 0.0)

    @property
    def progress(self) -> WatchProgress:
        """Whether it was read to its end: only then what is known may end the next reading."""
        return WatchProgress(complete=self._reading.is_complete)


class FolderSource:
    """The files of a folder, or one file; those that are as they were are passed over."""

    def __init__(self, request: WatchRequest) -> None:
        self._library = request.library
        self._path = Path(request.watch.source)
        self._before = request.progress.files
        self._files: dict[str, str] = {}
        self._is_complete = False

    def run(self, passage: Passage) -> Iterator[AddEvent]:
        """Add the papers of files that are new or changed; a file that cannot be read is a problem.

        Raises:
            SourceError: The folder is gone, or cannot be read.
        """
        return add_items(self._library, passage(self._read()), lambda: 0.0)

    def _read(self) -> Iterator[Item]:
        for path in self._list_files():
            mark = _mark_file(path)
            if mark != self._before.get(str(path)):
                try:
                    yield from read_papers(path)
                except SourceError as error:
                    yield Problem(file=str(path), reason=f"passed over: {error}")
            # What changed while it was read is read again the next time.
            self._files[str(path)] = mark
        self._is_complete = True

    @property
    def progress(self) -> WatchProgress:
        """The files that were read, and, as long as not all were, what is known of the others."""
        return WatchProgress(
            complete=self._is_complete, files=self._files if self._is_complete else {**self._before, **self._files}
        )

    def _list_files(self) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        if not self._path.is_dir():
            raise SourceError(
                f"The folder {self._path} is gone.", "Put it back, or stop watching it: conspectus watch remove"
            )
        files: list[Path] = []
        try:
            for parent, folders, names in os.walk(self._path, onerror=_raise_fault):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                files += [Path(parent, name) for name in sorted(names) if not name.startswith(".")]
        except OSError as error:
            raise SourceError(
                f"The folder {self._path} cannot be read: {error.strerror or error}.", "Check its permissions."
            ) from error
        return files


def _raise_fault(fault: OSError) -> None:
    raise fault


def _mark_file(path: Path) -> str:
    """Make what changes with a file; "" where it cannot be looked at: reading it tells why."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


OPENERS: Mapping[WatchKind, Opener] = {WatchKind.PROVIDER: ProviderSource, WatchKind.FOLDER: FolderSource}
"""Who reads which kind of watch. A kind that is not here cannot be watched."""


def check_kind(watch: Watch) -> None:
    """Check that somebody reads this kind of watch.

    Raises:
        InputError: Nobody does.
    """
    if watch.kind not in OPENERS:
        raise InputError(
            f"A {watch.kind} source cannot be watched yet: {watch.source}.", "Export it to a file, and watch that file."
        )
