"""Asynchronous work for callers that block, and blocking work for callers with an event loop.

``Loop`` is one event loop in a thread, on which all asynchronous work of an assistant runs, whoever waits for it:
connections belong to the loop that opened them, and with a single one they can be shared by blocking callers, by
callers with loops of their own, and by all threads. ``in_thread`` goes the other way. ``EventStream`` makes an
asynchronous generator of what a coroutine emits.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import aclosing
from functools import partial
from itertools import takewhile
from typing import Any, Generic, TypeVar

from assistant.events import last_event

T = TypeVar("T")


class Loop:
    """Starts with its first work and ends with ``close`` or with the program."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def iterate(self, items: AsyncGenerator[T, None]) -> Generator[T, None, None]:
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

    async def aiterate(self, items: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
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

    def run_to_last(self, events: AsyncGenerator[Any, None], kind: type[T]) -> T:
        """Run events to the last one, of a class of its own, and return it; no other goes from thread to thread."""
        [last] = self.iterate(_select_last(events, kind))
        return last

    async def arun_to_last(self, events: AsyncGenerator[Any, None], kind: type[T]) -> T:
        """``run_to_last`` for a caller with an event loop of its own; cancelling it cancels the events."""
        [last] = [event async for event in self.aiterate(_select_last(events, kind))]
        return last

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


async def run_stoppable(events: Iterator[Any], kind: type[T]) -> T:
    """Run blocking events to the last one in a thread; cancelling it ends them where the next one is asked for."""
    stopped = threading.Event()
    until = takewhile(lambda event: not stopped.is_set(), events)
    try:
        return await in_thread(partial(last_event, until, kind))
    finally:
        stopped.set()


Emit = Callable[[T], Awaitable[None]]
"""``await emit(event)`` hands an event on, and returns when the next one is asked for."""


class EventStream(AsyncGenerator[T, None]):
    """What a coroutine emits, as an asynchronous generator: the one place where a queue becomes a stream.

    The coroutine starts when the first event is asked for and goes on only when the next one is, so nothing is paid for
    that nobody waits for. Closing the stream, or cancelling who waits for it, cancels the coroutine and waits until it
    has ended. What the coroutine raises comes out of the stream.

    Args:
        work: The coroutine function; it is called once.
    """

    def __init__(self, work: Callable[[Emit[T]], Coroutine[Any, Any, None]]) -> None:
        self._work = work
        self._queue: asyncio.Queue[T | None] = asyncio.Queue()  # None ends it
        self._task: asyncio.Task[None] | None = None
        self._ended = False

    async def last(self) -> T:
        """Run the coroutine to its end and return its last event, in place of iterating: no event is queued."""
        self._ended = True
        events: deque[T] = deque(maxlen=1)

        async def keep(event: T) -> None:
            events.append(event)

        await self._work(keep)
        return events[0]

    async def asend(self, value: None = None) -> T:
        """Wait for the next event."""
        if self._ended:
            raise StopAsyncIteration
        if self._task is None:
            queue = self._queue  # The task must not hold the stream, or one that is dropped would never be closed.
            self._task = asyncio.create_task(self._work(partial(_put, queue)))
            self._task.add_done_callback(lambda _: queue.put_nowait(None))
        else:
            self._queue.task_done()
        try:
            event = await self._queue.get()
        except asyncio.CancelledError:
            await self.aclose()
            raise
        if event is None:
            self._ended = True
            self._task.result()
            raise StopAsyncIteration
        return event

    async def athrow(self, kind: Any, value: Any = None, traceback: Any = None) -> T:
        """Close the stream and raise an error in the caller."""
        await self.aclose()
        raise kind

    async def aclose(self) -> None:
        """Cancel the coroutine and wait until it has ended."""
        self._ended = True
        if self._task is not None and not self._task.done():
            self._task.cancel()
            again: asyncio.CancelledError | None = None
            while not self._task.done():  # Who is cancelled twice waits, too: the coroutine may hold a lock.
                try:
                    await asyncio.wait([self._task])
                except asyncio.CancelledError as error:
                    again = error
            if again is not None:
                raise again
            if not self._task.cancelled():
                self._task.exception()  # What fails while it is being stopped concerns nobody any more.

    def __del__(self) -> None:
        """Cancel what nobody reads any more, as Python closes a generator that is dropped."""
        if self._task is not None and not self._task.done() and not self._task.get_loop().is_closed():
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)


async def _select_last(events: AsyncGenerator[Any, None], kind: type[T]) -> AsyncGenerator[T, None]:
    async with aclosing(events):
        if isinstance(events, EventStream):
            yield await events.last()
        else:
            async for event in events:
                if isinstance(event, kind):
                    yield event


async def _put(queue: asyncio.Queue[T | None], event: T) -> None:
    queue.put_nowait(event)
    await queue.join()


def run_tasks(tasks: Sequence[Callable[[Emit[T]], Awaitable[None]]], at_once: int) -> EventStream[T]:
    """Run tasks, so many at a time; the first that fails ends them all.

    Args:
        tasks: Coroutine functions that are called with ``emit``, in order.
        at_once: How many run at a time.

    Returns:
        The events of all of them as they happen, and then the error of the one that failed.
    """

    async def run(emit: Emit[T]) -> None:
        turns = asyncio.Semaphore(at_once)

        async def take_turn(task: Callable[[Emit[T]], Awaitable[None]]) -> None:
            async with turns:
                await task(emit)

        running = [asyncio.create_task(take_turn(task)) for task in tasks]
        try:
            await asyncio.gather(*running)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    return EventStream(run)
