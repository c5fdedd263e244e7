"""Running events to their last one."""

from collections.abc import AsyncGenerator, Generator

import pytest

from assistant.events import alast_event, last_event


class Closing:
    """Whether the events were closed."""

    closed = False


def numbers(state: Closing) -> Generator[object, None, None]:
    try:
        yield from (1, 2, "last", 3)
    finally:
        state.closed = True


async def anumbers(state: Closing) -> AsyncGenerator[object, None]:
    try:
        for number in (1, 2, "last", "after", 3):
            yield number
    finally:
        state.closed = True


def test_the_last_is_that_of_its_class_and_each_is_heard_of() -> None:
    state, heard = Closing(), list[object]()
    assert last_event(numbers(state), str, heard.append) == "last"
    assert heard == [1, 2, "last"]
    assert state.closed


def test_the_events_are_closed_when_a_listener_fails() -> None:
    state = Closing()

    def fail(event: object) -> None:
        raise ValueError(event)

    with pytest.raises(ValueError, match="1"):
        last_event(numbers(state), str, fail)
    assert state.closed


def test_an_iterator_need_not_be_a_generator() -> None:
    assert last_event(iter([1, "last"]), str) == "last"


async def test_so_it_is_with_an_event_loop() -> None:
    state = Closing()
    assert await alast_event(anumbers(state), str) == "last"
    assert state.closed


async def test_events_without_their_last_one_are_a_fault_of_ours() -> None:
    with pytest.raises(AssertionError, match="ended without float"):
        last_event(numbers(Closing()), float)
    with pytest.raises(AssertionError, match="ended without float"):
        await alast_event(anumbers(Closing()), float)
