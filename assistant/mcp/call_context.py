"""What every tool is called with."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import anyio.to_thread

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.settings import Settings

T = TypeVar("T")
ReportProgress = Callable[[float, float | None, str], Awaitable[None]]
"""``await progress(done, total, words)`` says how far a call is; ``total`` is None where nobody knows."""


class OpenLibrary(NamedTuple):
    """A library that is open, and what is set for it."""

    assistant: "Assistant"
    settings: "Settings"


async def in_thread(work: Callable[[], T]) -> T:
    """Run something that blocks in a thread; whoever is cancelled does not wait for its end."""
    return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
