"""The imports of the application: one runs, others wait; they go on whatever screen is shown."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from threading import Event
from typing import Any

from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

from assistant.client import Assistant
from tui.messages import LibraryChanged
from tui.papers.imports import Adding

SAMPLE = files("assistant") / "data" / "namkoong_listing.txt"
"""The sample: the listing of an author's page with 45 papers."""

# Messages that are told after the fact to who begins to listen.
_REMEMBERED = 500


class Imports:
    """What is being added, told by the messages of ``Adding`` to the application and to who listens.

    Its methods are called on the event loop. The application is told ``LibraryChanged`` after each import that changed
    something.

    Args:
        app: Runs the work.
    """

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[tuple[Assistant, Path | Traversable]] = deque()
        self._listeners: list[MessagePump] = []
        self._told: deque[Callable[[], Message]] = deque(maxlen=_REMEMBERED)
        self._stopping = Event()
        self.busy = False

    def add(self, assistant: Assistant, source: Path | Traversable) -> None:
        """Add a file, an archive, or every file of a folder that can be read as papers, after those that wait."""
        self._waiting.append((assistant, source))
        if self.busy:
            self._tell(partial(Adding.Queued, source.name))
        else:
            self.busy = True
            self._told.clear()
            self._app.run_worker(self._run(), group="imports", name="imports")

    def stop(self) -> None:
        """Stop the import that runs and forget those that wait; what was stored stays."""
        self._waiting.clear()
        self._stopping.set()

    def listen(self, node: MessagePump, past: bool = True) -> None:
        """Tell a widget or screen, too, for as long as it is there.

        Args:
            node: Who is told.
            past: Tell it first what was told since these imports began.
        """
        self._listeners = [*(one for one in self._listeners if one.is_running), node]
        if past:
            for make in self._told:
                node.post_message(make())

    async def _run(self) -> None:
        try:
            while self._waiting:
                self._stopping.clear()
                assistant, source = self._waiting.popleft()
                from tui.papers.importing import (
                    Importing,  # Late: it brings the readers of files, which the chat needs not.
                )

                importing = Importing(assistant, self._tell, self._stopping)
                await asyncio.to_thread(importing.run, source)
                if importing.changed:
                    self._app.post_message(LibraryChanged())
        finally:  # Where the application closes, the thread stops after its batch.
            self._stopping.set()
            self.busy = False

    def _tell(self, make: Callable[[], Message]) -> None:
        """Called in the thread, too; posting is safe there."""
        self._told.append(make)
        for node in (self._app, *self._listeners):
            node.post_message(make())
