"""Bring the papers in step with Zotero: read what changed into the mirror, store it, take away what is gone.

The version up to which a library was read is kept last, when its papers are stored. Nothing is taken away unless a
whole answer says that it is gone; and of many papers only when that is asked for (docs/zotero.md).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from store.dedup.keys import id_key
from store.dedup.merge import merge_records, records_of
from store.errors import InputError, SourceError
from store.filters import Filters
from store.ingest import add_items
from store.ingest.plan import ImportStaging, write_staging
from store.library import BATCH, Library
from store.paper import Problem
from store.providers.fetch import split_chunks
from store.providers.transport import RateLimiter
from store.readers import Item
from store.results import AddDone, BatchStored, ProblemFound
from store.writer import write_lock
from store.zotero.access import USER_LIBRARY, Door, ZoteroAccess, ZoteroUnavailable
from store.zotero.api import open_local, open_web
from store.zotero.database import ZoteroDatabase
from store.zotero.mirror import (
    Collections,
    Mirror,
    MirroredItem,
    MirroredLibrary,
    SyncScope,
    list_collection_keys,
    list_tags,
)
from store.zotero.reading import WEB_USER, LibraryReading, ask_as_user
from store.zotero.records import build_id, build_records, name_source
from store.zotero.sync_results import SyncDone, SyncEvent, SyncProgress, SyncReport, SyncStarted

FOLDER = "zotero"
"""The folder of the mirror and of what was written, in that of the library."""

HELD = 25
"""Papers that are removed without being asked for, at the most; chosen by hand."""

HELD_SHARE = 0.25
"""The share of a library's papers that is removed without being asked for, at the most; both are the issue's."""


@dataclass(frozen=True)
class SyncOptions:
    """What is synced, and how.

    Attributes:
        collections: Names or keys of collections; with those that are in them.
        tags: Tags; with collections, an item needs one of each.
        group: Name or number of a group; "" for the user's own library, or for all that were synced before.
        only: Whether this is all that is wanted of the library from now on, and not beside what was wanted before.
        full: Whether everything is read and stored again.
        remove: Whether papers go even where they are many.
        dry_run: Whether nothing is stored.
    """

    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    group: str = ""
    only: bool = False
    full: bool = False
    remove: bool = False
    dry_run: bool = False


def sync(
    library: Library, access: ZoteroAccess, options: SyncOptions, pace: RateLimiter | None = None
) -> Iterator[SyncEvent]:
    """Sync with Zotero; the events end with ``SyncDone``.

    Closing the iterator early keeps what was stored so far, and the next call goes on from there.

    Raises:
        ZoteroUnavailable: No door is open.
        InputError: There is no such collection or group, or Zotero gives nothing that can be used.
        LibraryLocked: Another process syncs, or writes to the library.
        LibraryError: The library cannot be read or written.
    """
    with write_lock(library.folder / FOLDER, "zotero sync"), closing(Mirror(library.folder / FOLDER)) as mirror:
        run = _SyncRun(library, mirror, options)
        yield from _try_doors(run, access, pace or RateLimiter())
        yield SyncDone(report=run.report)


def open_doors(access: ZoteroAccess, mirror: Mirror, pace: RateLimiter) -> Iterator[Callable[[], Door]]:
    """Yield what opens the doors that are to be tried, in their order."""
    if access.door in ("auto", "local"):
        yield lambda: open_local(access, pace)
    if access.door == "web" and access.key is None:
        raise ZoteroUnavailable(
            f"There is no key for zotero.org: {access.key_name} is neither in the environment nor in the keyring.",
            "Make one at https://www.zotero.org/settings/keys, then: export "
            f"{access.key_name}=…, or keyring set conspectus {access.key_name}",
        )
    if access.door == "web" or (access.door == "auto" and access.key is not None):
        yield lambda: open_web(access, pace, mirror.get_fact(WEB_USER))
    database = access.database or ZoteroDatabase.find_default()
    if access.door == "database" or (access.door == "auto" and (access.database or database.is_file())):
        yield lambda: ZoteroDatabase(database)


def _try_doors(run: "_SyncRun", access: ZoteroAccess, pace: RateLimiter) -> Iterator[SyncEvent]:
    faults: list[SourceError] = []
    for open_door in open_doors(access, run.mirror, pace):
        try:
            with closing(open_door()) as door:
                yield from run.through(door)
            return
        except ZoteroUnavailable as fault:
            if run.has_answer:
                raise
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    reasons = " ".join(fault.what for fault in faults)
    raise ZoteroUnavailable(
        f"No way to Zotero is open. {reasons}",
        f"Start Zotero and let other programs communicate with it (its settings, Advanced), set {access.key_name}, "
        "or give a copy of zotero.sqlite: --from FILE.",
    )


class _SyncRun:
    """One synchronisation, of one or more libraries."""

    def __init__(self, library: Library, mirror: Mirror, options: SyncOptions) -> None:
        self._library = library
        self.mirror = mirror
        self._options = options
        self.report = SyncReport(dry_run=options.dry_run)
        self.has_answer = False

    def through(self, door: Door) -> Iterator[SyncEvent]:
        """Sync all that is meant, through a door."""
        for library in self._choose_libraries(door):
            reading = LibraryReading(door, self.mirror, library, self._options.full)
            for number, progress in enumerate(reading.read()):
                if not number:  # it has answered
                    self.has_answer = True
                    self._count(libraries=(name_source(library.name),), doors=(door.label,))
                    yield SyncStarted(library=name_source(library.name), door=door.label)
                yield progress
            self._count(read=reading.count)
            if not library.door and not self._options.dry_run:
                self.mirror.adopt_items(library.name, _list_stored(self._library, library.name))
            library = self._choose_scopes(library)
            if not self._options.dry_run:
                self.mirror.set_library(library)
            if self._options.full:
                self.mirror.change_everything(library.name)
            yield from self._store(door, library)
            if not self._options.dry_run:
                self.mirror.forget_children(library.name)
                version = reading.version or 0
                self.mirror.set_library(library._replace(door=door.name, version=version))
                self.mirror.end_listing(library.name)

    def _choose_libraries(self, door: Door) -> list[MirroredLibrary]:
        group = self._options.group.strip()
        if not group:
            limited = self._options.collections or self._options.tags or self._options.only
            return ([] if limited else self.mirror.list_libraries()) or [self.mirror.get_library(USER_LIBRARY)]
        if group.isascii() and group.isdigit():
            return [self.mirror.get_library(f"groups/{group}")]
        named_libraries = [
            library for library in self.mirror.list_libraries() if library.label.casefold() == group.casefold()
        ]
        if named_libraries:
            return named_libraries[:1]
        groups = ask_as_user(door, self.mirror, door.find_groups)
        self.has_answer = True
        named = [candidate for candidate in groups if candidate.name.casefold() == group.casefold()]
        if len(named) != 1:
            names = ", ".join(sorted(f"{candidate.name} ({candidate.number})" for candidate in groups)[:10])
            problem = "Several groups are" if named else "No group is"
            raise InputError(f"{problem} called {group!r} in Zotero.", f"There are: {names or 'none'}.")
        return [self.mirror.get_library(named[0].library)._replace(label=named[0].name)]

    def _choose_scopes(self, library: MirroredLibrary) -> MirroredLibrary:
        """Add what is wanted now to what was wanted before."""
        options = self._options
        if not options.collections and not options.tags:
            scopes = library.scopes if library.scopes and not options.only else (SyncScope(),)
            return library._replace(scopes=scopes)
        collections = self.mirror.get_collections(library.name)
        keys = []
        for name in options.collections:
            found_keys = collections.find(name)
            if not found_keys:
                raise InputError(f"There is no collection {name!r} in Zotero.", "Look at its name there.")
            keys += found_keys
        chosen_scopes = [SyncScope(key, tag) for key in keys or [""] for tag in options.tags or [""]]
        before = () if options.only else library.scopes
        return library._replace(scopes=tuple(dict.fromkeys((*before, *chosen_scopes))))

    def _store(self, door: Door, library: MirroredLibrary) -> Iterator[SyncEvent]:
        collections = self.mirror.get_collections(library.name)
        changed, leaving = [], []
        for item in self.mirror.list_items(library.name):
            is_wanted = not item.is_gone and _is_wanted(item, library.scopes, collections)
            if is_wanted and (item.is_changed or not item.is_stored):
                changed.append(item)
            elif not is_wanted and (item.is_stored or item.is_gone):
                leaving.append(item)
        yield from self._store_items(door, library, changed, collections)
        yield from self._remove_items(library, leaving)

    def _store_items(
        self, door: Door, library: MirroredLibrary, changed: list[MirroredItem], collections: Collections
    ) -> Iterator[SyncEvent]:
        if not changed:
            return
        stored_keys: list[str] = []
        before, last = self.report, 0

        def read() -> Iterator[Item]:
            for some in split_chunks(changed, BATCH):
                children = {item.key: self.mirror.list_children(library.name, item.key) for item in some}
                for record in build_records(library.name, some, children, collections, keys):
                    yield from record.problems
                    if record.paper:
                        yield record.paper
                    stored_keys.append(record.key)

        self._read_citation_keys(door, library, changed)
        keys = self.mirror.get_citation_keys(library.name)
        events = add_items(self._library, read(), lambda: len(stored_keys) / len(changed), self._options.dry_run)
        for event in events:
            if isinstance(event, BatchStored):
                counts = event.model_dump(include={"added", "updated", "merged", "unchanged"})
                totals = {name: getattr(before, name) + count for name, count in counts.items()}
                self.report = self.report.model_copy(update=totals)
                # The last one that was handed over may not be whole: its paper goes with the next batch.
                stored = stored_keys[last:]
                last = len(stored_keys)
                if not self._options.dry_run:
                    self.mirror.settle(library.name, stored=stored)
                yield SyncProgress(phase="storing", done=len(stored_keys), total=len(changed))
            elif isinstance(event, ProblemFound):
                self._count(problems=(event.problem,))
                yield event
            elif isinstance(event, AddDone) and not self._options.dry_run:
                self.mirror.settle(library.name, stored=stored_keys[last:])

    def _read_citation_keys(self, door: Door, library: MirroredLibrary, changed: list[MirroredItem]) -> None:
        """Ask Better BibTeX for the keys that the items do not have; what it lacks is no fault."""
        lacking = [item.key for item in changed if not item.data.get("citationKey")]
        if not lacking or self.mirror.get_fact(f"no keys at {door.name}"):
            return
        try:
            keys = door.read_citation_keys(library.name, lacking)
        except SourceError:
            return
        if keys:
            self.mirror.set_citation_keys(library.name, keys)
        else:
            self.mirror.set_fact(f"no keys at {door.name}", "1")

    def _remove_items(self, library: MirroredLibrary, leaving: list[MirroredItem]) -> Iterator[SyncEvent]:
        stored = [item for item in leaving if item.is_stored]
        sole = _select_sole(self._library, library.name, stored)
        if not self._options.remove and (
            len(sole) > HELD or len(sole) > HELD_SHARE * self.mirror.count_stored(library.name)
        ):
            self._count(held=tuple(str(item.data.get("title") or item.key) for item in sole))
            held_keys = {item.key for item in sole}
            leaving = [item for item in leaving if item.key not in held_keys]
            stored = [item for item in stored if item.key not in held_keys]
            sole = []
        if self._options.dry_run:
            self._count(removed=len(sole), kept=len(stored) - len(sole))
            return
        self.mirror.settle(library.name, removed=[item.key for item in leaving if not item.is_stored])
        removed_count = 0
        for some in split_chunks(stored, BATCH):
            removed, reduced = _drop_records(self._library, library.name, [item.key for item in some])
            self._count(removed=removed, kept=reduced)
            self.mirror.settle(library.name, removed=[item.key for item in some])
            removed_count += len(some)
            yield SyncProgress(phase="removing", done=removed_count, total=len(stored))

    def _count(self, **more: int | tuple[str, ...] | tuple[Problem, ...]) -> None:
        self.report = self.report.model_copy(
            update={name: getattr(self.report, name) + value for name, value in more.items()}
        )


def _is_wanted(item: MirroredItem, scopes: Sequence[SyncScope], collections: Collections) -> bool:
    for collection, tag in scopes:
        chains = (collections.list_chain(key) for key in list_collection_keys(item.data))
        in_collection = not collection or any(collection in chain for chain in chains)
        tags = {own.casefold() for own in list_tags(item.data)}
        if in_collection and (not tag or tag.casefold() in tags):
            return True
    return False


def _list_stored(library: Library, name: str) -> dict[str, str]:
    """List the items whose papers are in the library, with their titles: the mirror may have been lost."""
    if not library.exists():
        return {}
    source = name_source(name)
    return {
        record.identifiers["zotero"]: record.title
        for paper in library.papers(Filters(source=(source,)))
        for record in records_of(paper)
        if record.source.file == source and "zotero" in record.identifiers
    }


def _select_sole(library: Library, name: str, items: Sequence[MirroredItem]) -> list[MirroredItem]:
    """Select the items whose papers are from this library of Zotero alone."""
    view = library.view() if items else None
    if view is None:
        return []
    source, sole = name_source(name), []
    by_id = {build_id(name, item.key): item for item in items}
    for some in split_chunks(sorted(by_id), BATCH):
        for paper in view.find_by_keys([id_key(record_id) for record_id in some]):
            records = records_of(paper)
            if all(record.source.file == source and record.id in by_id for record in records):
                sole += [by_id[record.id] for record in records]
    return list({item.key: item for item in sole}.values())


def _drop_records(library: Library, name: str, keys: Sequence[str]) -> tuple[int, int]:
    """Take the records of items out of their papers.

    Returns:
        How many papers are gone, and how many are there without them, since they are from elsewhere, too.
    """
    source, ids = name_source(name), {build_id(name, key) for key in keys}
    with library.open_writer("zotero sync") as writer:
        staging = ImportStaging(library.index.snapshot())
        staging.fetch(id_key(record_id) for record_id in ids)
        removed = reduced = 0
        for paper in staging.find(id_key(record_id) for record_id in sorted(ids)):
            others = [record for record in records_of(paper) if record.id not in ids or record.source.file != source]
            if len(others) == len(records_of(paper)):
                continue
            if others:
                staging.put(merge_records(others, paper.id))
                reduced += 1
            else:
                staging.remove(paper.id)
                removed += 1
        write_staging(writer, staging)
    return removed, reduced
