import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from assistant.concurrency import stream


class Steps:
    """Three items, each in a step that waits until it may go on."""

    def __init__(self, fails_at: int = -1) -> None:
        self.may_go_on = threading.Event()
        self.began = threading.Event()
        self.fails_at = fails_at
        self.threads: set[int] = set()
        self.ended = 0

    def run(self) -> Iterator[int]:
        try:
            for number in range(3):
                self.began.set()
                assert self.may_go_on.wait(60)
                self.threads.add(threading.get_ident())
                if number == self.fails_at:
                    raise LookupError(f"item {number}")
                yield number
        finally:
            self.ended += 1


@pytest.fixture
def steps() -> Steps:
    return Steps()


async def begun(steps: Steps) -> None:
    """Wait until a step is running."""
    assert await asyncio.to_thread(steps.began.wait, 60)


async def test_everything_comes_in_order_and_from_other_threads(steps: Steps) -> None:
    steps.may_go_on.set()
    assert [item async for item in stream(steps.run)] == [0, 1, 2]
    assert threading.get_ident() not in steps.threads
    assert steps.ended == 1


async def test_the_loop_is_free_while_a_step_runs(steps: Steps) -> None:
    task = asyncio.create_task(anext(stream(steps.run)))
    await begun(steps)
    assert not task.done()
    steps.may_go_on.set()
    assert await task == 0


async def test_closing_early_closes_the_blocking_side(steps: Steps) -> None:
    steps.may_go_on.set()
    async with aclosing(stream(steps.run)) as items:
        assert await anext(items) == 0
        assert steps.ended == 0
    assert steps.ended == 1
    with pytest.raises(StopAsyncIteration):
        await anext(items)


async def test_cancelling_waits_for_the_step_and_then_closes(steps: Steps) -> None:
    items = stream(steps.run)
    task = asyncio.create_task(anext(items))
    await begun(steps)
    task.cancel()
    await asyncio.sleep(0)
    assert steps.ended == 0
    steps.may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps.ended == 1
    with pytest.raises(StopAsyncIteration):
        await anext(items)


async def test_an_error_comes_out_as_it_is() -> None:
    steps = Steps(fails_at=1)
    steps.may_go_on.set()
    items = stream(steps.run)
    assert await anext(items) == 0
    with pytest.raises(LookupError, match="item 1"):
        await anext(items)
    assert steps.ended == 1


async def test_an_error_of_a_cancelled_step_is_not_left_behind() -> None:
    steps = Steps(fails_at=0)
    unheard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unheard.append(context))
    task = asyncio.create_task(anext(stream(steps.run)))
    await begun(steps)
    task.cancel()
    await asyncio.sleep(0)
    steps.may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    del task
    assert (steps.ended, unheard) == (1, [])


async def test_an_error_before_the_first_item_comes_with_it() -> None:
    def start() -> Iterator[int]:
        raise LookupError("no start")

    with pytest.raises(LookupError, match="no start"):
        await anext(stream(start))


async def test_a_plain_iterator_will_do() -> None:
    assert [item async for item in stream(lambda: iter("ab"))] == ["a", "b"]
