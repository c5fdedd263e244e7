"""A terminal that goes away: nothing is read from it or written to it any more, what is asked is saved, the chat ends.

Textual goes on for ever then: reading ends at once and is tried again, and who writes waits for a thread that failed.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import IO, Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

# Seconds that saving may take when the chat is told to end; what is not saved by then, the question itself excepted, is
# given up. Below the three seconds that a process may outlive its terminal.
LIMIT = 2.5
# What shells call a process that its terminal's end ended: 128 and the number of SIGHUP.
_STATUS = 129


def leave_within(seconds: float = LIMIT, leave: Callable[[int], object] = os._exit) -> threading.Timer:
    """End this process after so many seconds, whatever it is doing by then.

    Args:
        seconds: From now on.
        leave: What ends it.
    """
    watchdog = threading.Timer(seconds, leave, (_STATUS,))
    watchdog.daemon = True  # It runs on while Python waits for other threads at its end.
    watchdog.start()
    return watchdog


def catch_signals(leave: Callable[[], object]) -> None:
    """Leave as by a key when this process is asked to end, or when its terminal is gone, so that nothing is lost.

    The handlers are Python's, not the event loop's: that one may wait for a terminal that takes nothing any more.

    Args:
        leave: What leaves; the event loop that runs now calls it.
    """
    loop = asyncio.get_running_loop()

    def leave_soon(number: int, frame: FrameType | None) -> None:
        leave_within()
        loop.call_soon_threadsafe(leave)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave_soon)


class TerminalFile:
    """A file to write to that fails nobody when the terminal behind it is gone.

    Args:
        file: The terminal.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write, or do nothing."""
        try:
            return self._file.write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        """Bring it to the terminal, or do nothing."""
        try:
            self._file.flush()
        except (OSError, ValueError):
            return

    def __getattr__(self, name: str) -> Any:
        """Whatever else a file has."""
        return getattr(self._file, name)


class TerminalDriver(LinuxDriver):
    """Textual's driver; it tells the application, ``leave_at_once``, when the terminal is gone."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            self._file = TerminalFile(self._file)  # type: ignore[assignment]
        self._watcher: threading.Thread | None = None
        self._gone = threading.Event()

    def start_application_mode(self) -> None:
        """Watch the terminal from its first use on."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._wait_for_hang_up, name="terminal", daemon=True)
            self._watcher.start()

    def run_input_thread(self) -> None:
        """Read keys; that nothing can be read is the end of the terminal, and no fault to be shown on it."""
        try:
            super().run_input_thread()
        except OSError:
            self._hang_up()

    def _wait_for_hang_up(self) -> None:
        terminal = select.poll()
        terminal.register(self.fileno, 0)  # No event is asked for: a hang-up is reported always.
        terminal.poll()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._gone.is_set():
            return
        self._gone.set()
        leave_within()
        self.exit_event.set()  # What reads keys would find the end of them again and again.
        leave = getattr(self._app, "leave_at_once", self._app.exit)
        self._loop.call_soon_threadsafe(leave)
