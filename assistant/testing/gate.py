"""A place where a fake waits until the test lets it go on, so that tests need no sleeps."""

import asyncio
import threading


class Gate:
    """Stops whoever comes to it until it is opened; works across threads and event loops.

    ``reached`` is set as soon as somebody stands at the gate: wait for it with a timeout.

    Args:
        limit: Seconds after which waiting fails with ``TimeoutError``, so that no test hangs; None waits for ever.
    """

    def __init__(self, limit: float | None = 30.0) -> None:
        self.reached = threading.Event()
        self._limit = limit
        self._opened = threading.Event()
        self._lock = threading.Lock()
        self._sleepers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def open(self) -> None:
        """Let everybody through, now and from now on."""
        with self._lock:
            self._opened.set()
            for loop, sleeper in self._sleepers:
                loop.call_soon_threadsafe(sleeper.set)

    def wait(self) -> None:
        """Wait in this thread until the gate is open.

        Raises:
            TimeoutError: Nobody opened it in time.
        """
        self.reached.set()
        if not self._opened.wait(self._limit):
            raise TimeoutError(f"Nobody opened the gate within {self._limit:g} s.")

    async def wait_async(self) -> None:
        """Wait in this task until the gate is open; raises as ``wait`` does, and can be cancelled."""
        sleeper = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self._opened.is_set():
                sleeper[1].set()
            self._sleepers.add(sleeper)
        self.reached.set()
        try:
            async with asyncio.timeout(self._limit):
                await sleeper[1].wait()
        finally:
            with self._lock:
                self._sleepers.discard(sleeper)
