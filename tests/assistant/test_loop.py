import asyncio
import threading
from collections.abc import AsyncGenerator

import pytest

from assistant.concurrency import Emit, EventStream, Loop


class Counting:
    """Counts to three and then waits for ever; ``closed`` says that it has let go."""

    def __init__(self, waits: bool = False) -> None:
        self.closed = threading.Event()
        self.waiting = threading.Event()
        self.threads: set[str] = set()
        self._waits = waits

    async def items(self) -> AsyncGenerator[int, None]:
        try:
            for n in range(3):
                self.threads.add(threading.current_thread().name)
                yield n
            if self._waits:
                self.waiting.set()
                await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.closed.set()


@pytest.fixture
def loop() -> Loop:
    return Loop()


def test_a_blocking_caller_gets_every_item(loop: Loop) -> None:
    counting = Counting()
    assert list(loop.iterate(counting.items())) == [0, 1, 2]
    assert counting.closed.is_set()
    assert counting.threads == {"conspectus"}


async def test_so_does_one_with_a_loop(loop: Loop) -> None:
    counting = Counting()
    assert [n async for n in loop.aiterate(counting.items())] == [0, 1, 2]
    assert counting.closed.is_set()


def test_closing_early_closes_the_generator(loop: Loop) -> None:
    counting = Counting(waits=True)
    items = loop.iterate(counting.items())
    assert next(items) == 0
    items.close()
    assert counting.closed.is_set()


async def test_cancelling_ends_what_waits(loop: Loop) -> None:
    counting = Counting(waits=True)

    async def all_of_it() -> list[int]:
        return [n async for n in loop.aiterate(counting.items())]

    task = asyncio.create_task(all_of_it())
    assert await asyncio.to_thread(counting.waiting.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert counting.closed.is_set()


def test_an_error_reaches_the_caller(loop: Loop) -> None:
    async def broken() -> AsyncGenerator[int, None]:
        yield 1
        raise KeyError("gone")

    items = loop.iterate(broken())
    assert next(items) == 1
    with pytest.raises(KeyError, match="gone"):
        next(items)


def test_closing_ends_who_waits_and_the_thread_and_work_starts_another(loop: Loop) -> None:
    counting = Counting(waits=True)
    ended: list[str] = []

    def waits() -> None:
        try:
            list(loop.iterate(counting.items()))
        except BaseException as error:
            ended.append(type(error).__name__)

    thread = threading.Thread(target=waits)
    thread.start()
    assert counting.waiting.wait(60)
    loop.close()
    thread.join(60)
    assert ended == ["CancelledError"]
    assert counting.closed.is_set()
    assert list(loop.iterate(Counting().items())) == [0, 1, 2]
    loop.close()
    loop.close()


async def test_many_callers_share_one_loop(loop: Loop) -> None:
    countings = [Counting() for _ in range(20)]

    async def all_of(counting: Counting) -> list[int]:
        return [n async for n in loop.aiterate(counting.items())]

    assert await asyncio.gather(*map(all_of, countings)) == [[0, 1, 2]] * 20
    assert set().union(*(counting.threads for counting in countings)) == {"conspectus"}


async def test_only_the_last_event_of_a_stream_or_a_generator_is_passed_on(loop: Loop) -> None:
    async def work(emit: Emit[object]) -> None:
        for event in (1, 2, "last"):
            await emit(event)

    counting = Counting()
    assert await loop.arun_to_last(EventStream(work), str) == "last"
    assert await asyncio.to_thread(loop.run_to_last, EventStream(work), str) == "last"
    with pytest.raises(ValueError, match="values to unpack"):
        await loop.arun_to_last(counting.items(), str)
    assert counting.closed.is_set()


async def test_who_is_cancelled_twice_waits_until_the_work_has_let_go() -> None:
    begun, stopping, freed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work(emit: Emit[int]) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopping.set()
            await freed.wait()

    async def read() -> None:
        async for _ in EventStream(work):
            pass

    reader = asyncio.create_task(read())
    await begun.wait()
    reader.cancel()
    await stopping.wait()
    reader.cancel()
    await asyncio.wait([reader, asyncio.create_task(asyncio.sleep(0))], return_when=asyncio.FIRST_COMPLETED)
    assert not reader.done()
    freed.set()
    with pytest.raises(asyncio.CancelledError):
        await reader
