import asyncio
from contextlib import aclosing

import pytest

from assistant.concurrency import Emit, EventStream, run_tasks


class Counting:
    """Counts to three, and then waits for ever where it is told to."""

    def __init__(self, waits: bool = False) -> None:
        self.steps: list[str] = []
        self._waits = waits

    async def run(self, emit: Emit[int]) -> None:
        try:
            for n in range(3):
                self.steps.append(f"before {n}")
                await emit(n)
            if self._waits:
                await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.steps.append("ended")


async def test_what_is_emitted_comes_in_order() -> None:
    counting = Counting()
    assert [n async for n in EventStream(counting.run)] == [0, 1, 2]
    assert counting.steps[-1] == "ended"


async def test_the_coroutine_goes_on_only_when_the_next_event_is_asked_for() -> None:
    counting = Counting()
    async with aclosing(EventStream(counting.run)) as events:
        assert counting.steps == []
        assert await anext(events) == 0
        await asyncio.sleep(0)
        assert counting.steps == ["before 0"]
        assert await anext(events) == 1
    assert counting.steps == ["before 0", "before 1", "ended"]


async def test_closing_cancels_the_coroutine_and_waits_for_it() -> None:
    counting = Counting()
    events = EventStream(counting.run)
    await anext(events)
    await events.aclose()
    assert counting.steps == ["before 0", "ended"]
    with pytest.raises(StopAsyncIteration):
        await anext(events)
    await events.aclose()


async def test_cancelling_who_waits_cancels_the_coroutine() -> None:
    counting = Counting(waits=True)

    async def read() -> list[int]:
        return [n async for n in EventStream(counting.run)]

    task = asyncio.create_task(read())
    while "before 2" not in counting.steps:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert counting.steps[-1] == "ended"


async def test_an_error_comes_after_the_events_before_it() -> None:
    async def fail(emit: Emit[int]) -> None:
        await emit(1)
        raise LookupError("gone")

    events = EventStream(fail)
    assert await anext(events) == 1
    with pytest.raises(LookupError, match="gone"):
        await anext(events)
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_an_error_while_it_is_closed_is_not_left_behind() -> None:
    unheard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))

    async def fail(emit: Emit[int]) -> None:
        try:
            await emit(1)
        finally:
            raise LookupError("gone")

    events = EventStream(fail)
    await anext(events)
    await events.aclose()
    del events
    assert unheard == []


async def test_a_stream_that_is_dropped_ends_its_coroutine() -> None:
    counting = Counting()
    events = EventStream(counting.run)
    await anext(events)
    del events
    for _ in range(5):
        await asyncio.sleep(0)
    assert counting.steps == ["before 0", "ended"]


async def test_the_last_event_can_be_had_alone() -> None:
    counting = Counting()
    assert await EventStream(counting.run).last() == 2
    assert counting.steps[-1] == "ended"


async def test_only_so_many_tasks_run_at_a_time_and_all_are_heard() -> None:
    running, most = 0, 0

    async def work(emit: Emit[int], n: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await emit(n)
        running -= 1

    tasks = [lambda emit, n=n: work(emit, n) for n in range(5)]
    assert sorted([n async for n in run_tasks(tasks, 2)]) == [0, 1, 2, 3, 4]
    assert most == 2


async def test_the_first_task_that_fails_ends_the_others() -> None:
    ended: list[str] = []

    async def wait(emit: Emit[str]) -> None:
        try:
            await emit("waits")
            await asyncio.Event().wait()
        finally:
            ended.append("waits")

    async def fail(emit: Emit[str]) -> None:
        await emit("fails")
        raise LookupError("gone")

    events = run_tasks([wait, fail], 2)
    assert [await anext(events), await anext(events)] == ["waits", "fails"]
    with pytest.raises(LookupError, match="gone"):
        await anext(events)
    assert ended == ["waits"]
