"""Asynchronous work for callers that block, and blocking work for callers with an event loop.

``Loop`` is one event loop in a thread, on which all asynchronous work of an assistant runs, whoever waits for it:
connections belong to the loop that opened them, and with a single one they can be shared by blocking callers, by
callers with loops of their own, and by all threads. ``stream`` and ``in_thread`` go the other way.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

from assistant.events import alast_event, last_event, only

T = TypeVar("T")


class Loop:
    """Starts with its first work and ends with ``close`` or with the program."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def blocking(self, items: AsyncGenerator[T, None]) -> Generator[T, None, None]:
        """Yield what an asynchronous generator yields; closing it, or an interrupt, cancels the generator."""
        steps = _Steps(items)
        step: Future[tuple[T] | None] | None = None
        try:
            while True:
                step = self._submit_work(steps.next())
                item = step.result()
                if item is None:
                    return
                yield item[0]
        finally:
            if step is not None:
                step.cancel()
            self._submit_work(steps.close()).result()

    async def streaming(self, items: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """Yield the same to a caller with an event loop of its own."""
        steps = _Steps(items)
        step: Future[tuple[T] | None] | None = None
        try:
            while True:
                step = self._submit_work(steps.next())
                item = await asyncio.wrap_future(step)
                if item is None:
                    return
                yield item[0]
        finally:
            if step is not None:
                step.cancel()
            await asyncio.shield(asyncio.wrap_future(self._submit_work(steps.close())))

    def last(self, events: AsyncGenerator[Any, None], kind: type[T]) -> T:
        """Run events to the last one, of a class of its own, and return it; no other goes from thread to thread."""
        return last_event(self.blocking(only(events, kind)), kind)

    async def alast(self, events: AsyncGenerator[Any, None], kind: type[T]) -> T:
        """``last`` for a caller with an event loop of its own; cancelling it cancels the events."""
        return await alast_event(self.streaming(only(events, kind)), kind)

    def close(self) -> None:
        """Cancel what still runs, and stop the thread; the next work starts another."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def _submit_work(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run_loop, args=(self._loop,), name="conspectus", daemon=True).start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)


class _Steps(Generic[T]):
    """An asynchronous generator, step by step, each step a task of its own."""

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        self._items = items
        self._step: asyncio.Task[Any] | None = None

    async def next(self) -> tuple[T] | None:
        """The next item, wrapped; None at the end."""
        self._step = asyncio.current_task()
        try:
            return (await anext(self._items),)
        except StopAsyncIteration:
            return None

    async def close(self) -> None:
        """Close the generator, once the step that was cancelled has let go of it."""
        if self._step is not None and not self._step.done():
            await asyncio.wait([self._step])
        await self._items.aclose()


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        loop.run_until_complete(_cancel_tasks(asyncio.all_tasks(loop)))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


async def _cancel_tasks(tasks: set[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def in_thread(work: Callable[[], T]) -> T:
    """Run something that blocks in a thread."""
    return await asyncio.to_thread(work)


async def stream(start: Callable[[], Iterator[T]]) -> AsyncGenerator[T, None]:
    """Yield what a blocking iterator yields, each step in a thread, so that the event loop stays free.

    Closing or cancelling it closes the blocking one, after the step it is in.
    """
    items = await asyncio.to_thread(start)
    step: asyncio.Task[tuple[T] | None] | None = None
    try:
        while True:
            step = asyncio.create_task(asyncio.to_thread(_step, items))
            item = await asyncio.shield(step)
            if item is None:
                return
            yield item[0]
    finally:
        if step is not None and not step.done():
            await asyncio.wait([step])
        close = getattr(items, "close", None)
        if close:
            close()


def _step(items: Iterator[T]) -> tuple[T] | None:
    """The next item, wrapped; None at the end (a StopIteration cannot cross into a task)."""
    for item in items:
        return (item,)
    return None
