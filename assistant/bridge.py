"""From blocking code to an event loop."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


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
