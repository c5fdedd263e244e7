"""The vectors that follow: papers that words alone find are embedded behind the chat, and the status says how far."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any

from textual.app import App

from assistant import Assistant
from store.errors import ConspectusError


class VectorsFollow:
    """Embeds what is pending, one run at a time; its methods are called on the event loop.

    Args:
        app: Runs the work.
        show: Takes what the status is to say; "" where nothing runs.
    """

    def __init__(self, app: App[Any], show: Callable[[str], None]) -> None:
        self._app = app
        self._show = show
        self._stopping = Event()
        self._busy = False

    def follow(self, assistant: Assistant) -> None:
        """Have papers that are added found by words at once, and embed them, and what is pending already, from now on.

        To be called whenever papers were added.
        """
        assistant.library.embeds_at_once = False
        if not self._busy and not self._stopping.is_set():
            self._busy = True
            self._app.run_worker(self._run(assistant), group="vectors", name="vectors")

    def stop(self) -> None:
        """Stop for good, after the batch that is being embedded."""
        self._stopping.set()

    async def _run(self, assistant: Assistant) -> None:
        try:
            # Another process that writes, say: the next papers that are added, or the next start, go on with it.
            with suppress(ConspectusError):
                await asyncio.to_thread(self._fill, assistant)
        finally:
            self._busy = False
            self._show("")

    def _fill(self, assistant: Assistant) -> None:
        for event in assistant.stream_embed(self._stopping.is_set):
            if not self._stopping.is_set():  # Where the application closes, nobody takes it any more.
                self._app.call_from_thread(self._show, f"vectors {event.done:,} of {event.total:,}")
