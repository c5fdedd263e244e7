"""Zotero, live, as the Python API has it: see docs/zotero.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.events import last_event
from store.zotero.sync_results import SyncDone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypedDict, Unpack

    from assistant.report.schema import Report
    from assistant.settings import Settings
    from assistant.types import Answer
    from store.library import Library
    from store.zotero.access import ZoteroAccess
    from store.zotero.sync_results import SyncEvent, SyncReport, ZoteroWrite
    from store.zotero.write import ZoteroWriter

    class SyncChoice(TypedDict, total=False):
        """What is synced, and how; ``Zotero.sync`` says what each of them is."""

        collections: Sequence[str] | str
        tags: Sequence[str] | str
        group: str
        door: str | None
        only: bool
        full: bool
        remove: bool
        dry_run: bool


class Zotero:
    """A Zotero beside the library; ``Assistant.zotero``."""

    def __init__(self, library: Library, settings: Settings | None = None) -> None:
        self._library = library
        self._settings = settings

    def sync(self, on_event: Callable[[SyncEvent], object] | None = None, **choice: Unpack[SyncChoice]) -> SyncReport:
        """Bring the papers in step with Zotero's items: what is new or changed is stored, what is gone is removed.

        Args:
            on_event: Called with each event while it runs.
            **choice: What, and how. ``collections`` and ``tags``: only items in one of these collections (their names
                or keys, with those in them) and with one of these tags; they are added to what was synced before
                unless ``only`` says that this is all. ``group``: name or number of a group. ``door``: ``local``,
                ``web``, ``database`` or the path of a file zotero.sqlite; without, what is set. ``full``: read and
                store everything again. ``remove``: remove papers even if they are many. ``dry_run``: store nothing.

        Returns:
            The counts; ``held`` lists what was not removed, since it is much and ``remove`` does not say so.

        Raises:
            InputError: There is no such collection or group, or no key where one is needed.
            SourceError: Zotero cannot be reached, or gives nothing that can be used.
            LibraryLocked: Another process syncs, or writes to the library.
            LibraryError: The library cannot be written.
        """
        return last_event(self.stream_sync(**choice), SyncDone, on_event).report

    async def async_(self, **choice: Unpack[SyncChoice]) -> SyncReport:
        """``sync`` without blocking the event loop; cancelling it stops it and keeps what was stored."""
        from assistant.concurrency import run_stoppable

        return (await run_stoppable(self.stream_sync(**choice), SyncDone)).report

    def stream_sync(self, **choice: Unpack[SyncChoice]) -> Iterator[SyncEvent]:
        """Yield the events of ``sync``; closing the iterator stops it, and keeps what was stored."""
        from store.zotero.synchronise import SyncOptions, sync

        options = SyncOptions(
            collections=_as_names(choice.get("collections", ())),
            tags=_as_names(choice.get("tags", ())),
            group=choice.get("group", ""),
            only=choice.get("only", False),
            full=choice.get("full", False),
            remove=choice.get("remove", False),
            dry_run=choice.get("dry_run", False),
        )
        return sync(self._library, self._build_access(choice.get("door")), options)

    def push(
        self,
        what: Report | Answer | str,
        collection: str,
        title: str = "",
        group: str = "",
        door: str | None = None,
        write: bool = False,
    ) -> ZoteroWrite:
        """Put a report, an answer or a text of your own into Zotero, as a note under a collection; the same but once.

        Args:
            what: The report, the answer, or Markdown.
            collection: Name or key of the collection.
            title: What the note is called; without, as what it holds.
            group: Number of the group whose collection it is.
            door: ``web`` or ``local`` (Zotero 10).
            write: Do it. Without, nothing is written, and what would be is returned.

        Raises:
            InputError: There is no such collection, or just this was pushed there before.
            SourceError: Zotero cannot be reached, or does not take it.
            LibraryError: The library cannot be read, or what was written cannot be kept.
        """
        title, markdown = self._describe(what, title)
        return self._open_writer(group, door).push_note(title, _render_note(markdown), collection, write)

    def push_missing(self, group: str = "", door: str | None = None, write: bool = False) -> ZoteroWrite:
        """Fill the abstracts and DOIs that Zotero's items lack and the library has, from ``papers.enrich`` say.

        Nothing that stands in Zotero is overwritten.

        Args:
            group: Number of the group.
            door: ``web`` or ``local`` (Zotero 10).
            write: Do it. Without, nothing is written, and what would be is returned.

        Raises:
            SourceError: Zotero cannot be reached, or does not take it.
            LibraryError: The library cannot be read, or what was written cannot be kept.
        """
        return self._open_writer(group, door).push_missing(write)

    def undo(self, id: str = "", door: str | None = None, write: bool = False) -> ZoteroWrite:
        """Take back what was pushed, but for what somebody has changed in Zotero since.

        Args:
            id: What (see ``writes``); "" for the last.
            door: ``web`` or ``local`` (Zotero 10).
            write: Do it. Without, nothing is written, and what would be is returned.

        Raises:
            NotFound: There is nothing to take back.
            SourceError: Zotero cannot be reached, or does not take it.
        """
        return self._open_writer("", door).undo(id, write)

    def writes(self) -> list[ZoteroWrite]:
        """List what was pushed from this library, the oldest first."""
        from store.zotero.write import WriteLog

        return WriteLog(self._library).list()

    def _describe(self, what: Report | Answer | str, title: str) -> tuple[str, str]:
        """Return title and Markdown of what is pushed."""
        if isinstance(what, str):
            return title or "Conspectus", what
        from assistant.types import Answer
        from store.citation_keys import keys_in

        if not isinstance(what, Answer):
            from assistant.report.render.manuscript import build_manuscript
            from assistant.report.render.output import render_text

            papers = self._library.get([reference.paper_id for reference in what.references])
            manuscript = build_manuscript(what, papers, keys_in(self._library, papers))
            return title or what.title, render_text(manuscript, "md", name="")
        from assistant.export.conversation import rebuild_paper, write_answer

        stored = self._library.get_by_ids([reference.paper_id for reference in what.references])
        papers = [stored.get(reference.paper_id) or rebuild_paper(reference) for reference in what.references]
        return title or what.question, write_answer(what, papers, keys_in(self._library, papers))

    def _open_writer(self, group: str, door: str | None) -> ZoteroWriter:
        from store.zotero.write import ZoteroWriter

        return ZoteroWriter(self._library, self._build_access(door), group)

    def _build_access(self, door: str | None) -> ZoteroAccess:
        """Tell how Zotero is reached; raises InputError where the key is none."""
        from assistant.settings import Settings

        return (self._settings or Settings()).zotero.build_access(door)


def _as_names(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _render_note(markdown: str) -> str:
    """Return Markdown as the HTML of a note; HTML in it is text."""
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))
