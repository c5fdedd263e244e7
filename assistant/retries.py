"""Requests that failed and are sent again, told to whoever waits for what they are part of.

A request is made many calls below the answer, report or batch that it serves: of the question that is condensed, of a
draft, of a claim that is judged. Who runs one of these listens for as long as it runs, and hears of the requests that
are made for it, in the same task and in those that it starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from assistant.concurrency import Emit
from assistant.events import RequestRetried

_listeners: ContextVar[tuple[Emit[RequestRetried], ...]] = ContextVar("listeners", default=())


@contextmanager
def emit_retries(emit: Emit[RequestRetried]) -> Iterator[None]:
    """Emit an event of each request that is sent again inside; so do those around it, as a batch around a report."""
    token = _listeners.set((*_listeners.get(), emit))
    try:
        yield
    finally:
        _listeners.reset(token)


async def announce_retry(reason: str, seconds: float) -> None:
    """Tell who listens that a request failed, why, and after how many seconds it is sent again."""
    for emit in _listeners.get():
        await emit(RequestRetried(reason=reason, seconds=seconds))
