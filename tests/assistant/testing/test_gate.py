"""Gates: across threads, across event loops, with a limit."""

import asyncio
import threading

import pytest

from assistant.testing import Gate


def test_a_thread_waits_until_the_gate_opens() -> None:
    gate, passed = Gate(), threading.Event()

    def walk() -> None:
        gate.wait()
        passed.set()

    walker = threading.Thread(target=walk)
    walker.start()
    assert gate.reached.wait(60)
    assert not passed.is_set()
    gate.open()
    walker.join(2)
    assert passed.is_set()


async def test_a_task_waits_until_another_thread_opens_the_gate() -> None:
    gate = Gate()

    def open_later() -> None:
        assert gate.reached.wait(60)
        gate.open()

    opener = threading.Thread(target=open_later)
    opener.start()
    async with asyncio.timeout(60):
        await gate.wait_async()
    opener.join(2)


async def test_an_open_gate_stops_nobody() -> None:
    gate = Gate(limit=0.5)
    gate.open()
    gate.wait()
    await gate.wait_async()


async def test_a_task_that_waits_can_be_cancelled() -> None:
    gate = Gate()
    task = asyncio.create_task(gate.wait_async())
    await asyncio.to_thread(gate.reached.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.open()  # Nobody is there any more, and that is no error.


async def test_nobody_waits_longer_than_the_limit() -> None:
    with pytest.raises(TimeoutError, match=r"within 0\.01 s"):
        Gate(limit=0.01).wait()
    with pytest.raises(TimeoutError):
        await Gate(limit=0.01).wait_async()
