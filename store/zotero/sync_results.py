"""What a synchronisation tells while it runs, and what came of it; what is given back to Zotero, before and after."""

from typing import Literal

from pydantic import Field

from store.paper import Frozen, Problem
from store.results import ProblemFound


class SyncStarted(Frozen):
    """A library of Zotero begins to be read: ``zotero:user``, ``zotero:groups/123``; ``door`` is through what."""

    event: Literal["sync_started"] = "sync_started"
    library: str
    door: str


class SyncProgress(Frozen):
    """How far it is: so many of ``total`` items are read, stored or removed; 0 where the total is not known yet."""

    event: Literal["sync_progress"] = "sync_progress"
    phase: Literal["reading", "storing", "removing"]
    done: int
    total: int = 0


class SyncReport(Frozen):
    """What came of a synchronisation, over all libraries that were synced.

    Attributes:
        libraries: Which these were.
        doors: Through what each was read.
        read: Items that Zotero sent.
        added: Records that became a paper of their own.
        updated: Records that took the place of an older state of themselves.
        merged: Records that were joined with others of their paper.
        unchanged: Records that were there already.
        removed: Papers that are gone, since Zotero was their only source.
        kept: Papers that stay without their record of Zotero, since they are from elsewhere, too.
        held: Titles of what would be removed and is so much that it has to be asked for (``remove``).
        dry_run: Whether nothing was stored.
        problems: What could not be taken as it stood.
    """

    libraries: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()
    read: int = 0
    added: int = 0
    updated: int = 0
    merged: int = 0
    unchanged: int = 0
    removed: int = 0
    kept: int = 0
    held: tuple[str, ...] = ()
    dry_run: bool = False
    problems: tuple[Problem, ...] = ()


class SyncDone(Frozen):
    """The last event: the whole report."""

    event: Literal["sync_done"] = "sync_done"
    report: SyncReport


SyncEvent = SyncStarted | SyncProgress | ProblemFound | SyncDone


class ZoteroChange(Frozen):
    """One thing that is, or would be, written into Zotero.

    Attributes:
        kind: ``note`` is a new note, ``fill`` fields of an item that are empty, ``delete`` takes a note of ours back,
            ``restore`` fields that we filled.
        key: Of the item or note.
        title: What the note or the item is called.
        fields: What the fields are going to be; of a note its text.
        before: What they were.
        collection: The name of the collection that a note goes into.
        state: ``planned``, ``written``, ``undone`` or, where Zotero has something else there by now, ``refused``.
        reason: Why it was refused.
    """

    kind: Literal["note", "fill", "delete", "restore"]
    key: str
    title: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
    before: dict[str, str] = Field(default_factory=dict)
    collection: str = ""
    state: Literal["planned", "written", "undone", "refused"] = "planned"
    reason: str = ""


class ZoteroWrite(Frozen):
    """What is given back to Zotero at once: planned, or done; kept beside the library so that it can be undone.

    Attributes:
        id: Its name, for ``undo``; "" of a plan that was not carried out.
        library: Whose.
        made: When, in UTC; "" of a plan.
        what: A hash of what is written and where to: the same is written once.
        token: What Zotero knows the request by, so that it is not made twice.
        changes: What is written.
        dry_run: Whether nothing was written.
    """

    id: str = ""
    library: str
    made: str = ""
    what: str = ""
    token: str = ""
    changes: tuple[ZoteroChange, ...] = ()
    dry_run: bool = True
