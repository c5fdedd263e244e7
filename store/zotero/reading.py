"""Reading a library of Zotero into the mirror: what changed since the last time, or everything, and what is gone.

Nothing is marked as gone unless a whole answer says so: all pages of one version, or a whole list of what was deleted.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TypeVar

from store.zotero.access import Door, ItemPage, ZoteroForbidden, ZoteroRefused
from store.zotero.api import ZoteroApi
from store.zotero.mirror import Listing, Mirror, MirroredLibrary
from store.zotero.sync_results import SyncProgress

RESTARTS = 3
"""How often a listing is begun again because the library changes while it is read. Chosen by hand."""

WEB_USER = "web_user"
"""The fact of the mirror that says whose the key of zotero.org is."""

T = TypeVar("T")


def ask_as_user(door: Door, mirror: Mirror, work: Callable[[], T]) -> T:
    """Do something at a door; where the key turns out to be another user's than before, as that user."""
    try:
        result = work()
    except ZoteroForbidden:
        if not isinstance(door, ZoteroApi) or door.is_local or not mirror.get_fact(WEB_USER):
            raise
        before = door.user
        door.forget_user()
        if door.user == before:
            raise
        result = work()
    if isinstance(door, ZoteroApi) and not door.is_local and door.known_user not in ("", mirror.get_fact(WEB_USER)):
        mirror.set_fact(WEB_USER, door.known_user)
    return result


class LibraryReading:
    """Reading a library of Zotero into the mirror.

    Args:
        door: Through what.
        mirror: Where to.
        library: How far it was read before.
        full: Whether everything is read again.

    Attributes:
        version: The version that was read, None where the door counts none.
        count: Items that came.
    """

    def __init__(self, door: Door, mirror: Mirror, library: MirroredLibrary, full: bool) -> None:
        self._door, self._mirror, self._library = door, mirror, library
        self._since = 0 if full or not _is_same_door(library.door, door.name) else library.version
        self.version: int | None = None
        self.count = 0

    def read(self) -> Iterator[SyncProgress]:
        """Read what changed.

        Raises:
            ZoteroUnavailable: The door is closed, or closes.
            SourceError: What comes is not whole; nothing is marked as gone then.
        """
        name = self._library.name
        page = self._read_first()
        if page.unchanged:
            self.version = page.version if page.version is not None else self._since
            yield SyncProgress(phase="reading", done=0, total=0)
            return
        restarts = 0
        while True:
            try:
                listing = yield from self._read_pages(page)
                break
            except _ChangedMeanwhile:
                restarts += 1
                self._mirror.end_listing(name)
                if restarts > RESTARTS:
                    raise ZoteroRefused(
                        f"{self._door.label} changes while it is read, {restarts} times in a row.",
                        "Let Zotero finish, then try again; nothing was removed.",
                    ) from None
                page = self._door.read_items(name, self._since, 0)
        is_complete = self._since == 0 or listing.version is None
        collections = self._door.read_collections(name, 0 if is_complete else self._since)
        gone = self._find_gone(listing, is_complete)
        with self._mirror.change():
            self._mirror.take_collections(name, collections, is_complete)
            self._mirror.drop_items(name, gone[0], listing.mark)
            self._mirror.drop_collections(name, gone[1])
        self.version = listing.version

    def _read_first(self) -> ItemPage:
        """Read the first page, or that at which an earlier listing broke off; everything where versions went back."""
        name = self._library.name
        listing = self._mirror.find_listing(name)
        start = (
            listing.start
            if listing and listing.since == self._since and _is_same_door(listing.door, self._door.name)
            else 0
        )
        page = ask_as_user(self._door, self._mirror, lambda: self._door.read_items(name, self._since, start))
        same_door = self._library.door in ("", self._door.name)
        went_back = page.version is not None and page.version < self._since
        if self._since and (not same_door or went_back or (page.version is None and not page.unchanged)):
            self._since, start, listing = 0, 0, None  # what was known is of another database, or of an earlier state
            page = self._door.read_items(name, 0, 0)
        if start and listing and listing.door != self._door.name:
            start = 0
            page = self._door.read_items(name, self._since, 0)
        if not start:
            self._mirror.end_listing(name)
        return page

    def _read_pages(self, page: ItemPage) -> Generator[SyncProgress, None, Listing]:
        """Read all pages from this one on; returns the listing."""
        name = self._library.name
        listing = self._mirror.find_listing(name) or self._mirror.begin_listing(
            name, self._door.name, self._since, page.version
        )
        while True:
            if page.version != listing.version:
                raise _ChangedMeanwhile
            end = listing.start + len(page.items)
            following = page.following
            if following is None and page.total is not None and end < page.total:
                if not page.items:
                    raise ZoteroRefused(
                        f"{self._door.label} gave {end:,} of {page.total:,} items and no more.",
                        "Try again; what came is kept, and nothing was removed.",
                    )
                following = end
            if following is not None and (following <= listing.start or not page.items):
                raise ZoteroRefused(f"{self._door.label} names the same page again.", "Try again later.")
            with self._mirror.change():
                self.count += self._mirror.take_items(name, page.items, listing.mark)
                if following is not None:
                    listing = listing._replace(start=following)
                    self._mirror.save_listing(name, listing)
            yield SyncProgress(phase="reading", done=end, total=page.total or 0)
            if following is None:
                return listing
            page = self._door.read_items(name, self._since, following)

    def _find_gone(self, listing: Listing, is_complete: bool) -> tuple[Sequence[str], Sequence[str]]:
        """Return the keys of the items and collections that Zotero does not have any more."""
        name = self._library.name
        if is_complete:
            return self._mirror.list_unlisted(name, listing.mark), ()
        deleted = self._door.read_deleted(name, self._since)
        if deleted is not None:
            return sorted(deleted.items), sorted(deleted.collections)
        there = self._door.read_keys(name)
        return [key for key in self._mirror.list_keys(name) if key not in there], ()


class _ChangedMeanwhile(Exception):
    """The library got another version between two pages of a listing."""


def _is_same_door(before: str, now: str) -> bool:
    """Return whether versions of one door may be used at another; before its first answer one door has no full name."""
    return before == now or (now.endswith(":") and before.startswith(now))
