"""Syncing with Zotero from the chat: progress in the status line, a question before much is removed, the outcome."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.app import App

from assistant import Assistant, SyncEvent, SyncProgress, SyncReport
from store.errors import ConspectusError
from tui.dialogs.ask import ConfirmDialog
from tui.messages import LibraryChanged
from tui.text import one_line

# Titles that the question names. Chosen by hand.
_NAMED = 3


class ZoteroSync:
    """One synchronisation.

    Args:
        app: What it is shown in.
        assistant: Whose library it is.
        show: Takes what the status line says while it runs, "" at the end.
        say: Takes what came of it, and whether that is an "error".
    """

    def __init__(
        self, app: App[Any], assistant: Assistant, show: Callable[[str], None], say: Callable[..., None]
    ) -> None:
        self._app = app
        self._assistant = assistant
        self._show = show
        self._say = say

    async def run(self, collection: str = "") -> None:
        """Sync, with one collection alone where it is named, and say what came of it."""
        try:
            report = await self._sync(collections=(collection,) if collection else ())
            if report.held and await self._confirm(report):
                again = await self._sync(remove=True)
                report = report.model_copy(update={"removed": report.removed + again.removed, "held": again.held})
        except ConspectusError as error:
            self._say(str(error), "error")
            return
        finally:
            self._show("")
        if report.added or report.updated or report.merged or report.removed or report.kept:
            self._app.post_message(LibraryChanged())
        self._say(describe_report(report))

    async def _sync(self, **choice: Any) -> SyncReport:
        self._show("asking Zotero")
        # In one thread from its beginning to its end: the lock of the library belongs to the thread that took it.
        return await asyncio.to_thread(self._assistant.zotero.sync, self._show_event, **choice)

    def _show_event(self, event: SyncEvent) -> None:
        """Show how far it is; called in the thread, and ends it where the application is gone."""
        if isinstance(event, SyncProgress):
            of_all = f" of {event.total:,}" if event.total else ""
            self._app.call_from_thread(self._show, f"Zotero: {event.phase} {event.done:,}{of_all}")

    async def _confirm(self, report: SyncReport) -> bool:
        titles = "; ".join(one_line(title, 60) for title in report.held[:_NAMED])
        more = " …" if len(report.held) > _NAMED else ""
        question = f"{len(report.held):,} papers are gone in Zotero: {titles}{more}. Remove them here, too?"
        agreed: bool | None = await self._app.push_screen_wait(ConfirmDialog(question, "Remove"))
        return bool(agreed)


def describe_report(report: SyncReport) -> str:
    """Say what came of a synchronisation."""
    parts = [f"{report.added:,} added", f"{report.updated + report.merged:,} updated", f"{report.removed:,} removed"]
    parts += [f"{report.kept:,} kept, from elsewhere too"] if report.kept else []
    parts += [f"{len(report.held):,} gone in Zotero and not removed"] if report.held else []
    lost = sum(problem.lost for problem in report.problems)
    parts += [f"{lost:,} not taken"] if lost else []
    return f"Zotero: {', '.join(parts)}"
