"""Keeps langchain's tracing off: variables that other programs want must not send questions and papers to LangSmith.

langchain looks at LANGSMITH_TRACING and its like whenever a run starts. They belong to the whole process, in which
others may want their own chains traced; so tracing is off only while a run of ours is started. Callbacks that a
caller hands over are the caller's own wish, and stay.
"""

import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from typing import TypeVar, cast

T = TypeVar("T")


@contextmanager
def disable_tracing() -> Iterator[None]:
    """Trace no run that starts inside, whatever the environment and the caller's own trace say."""
    from langsmith import tracing_context

    _retire_old_variables()
    with tracing_context(parent=False, enabled=False):
        yield


async def stream_untraced(chunks: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """Yield what a stream of langchain, an asynchronous generator, yields, with tracing off in each of its steps.

    What a generator sets in its context holds for whoever iterates over it, too: so it is set anew for each step.
    """
    from langsmith import tracing_context

    _retire_old_variables()
    async with aclosing(cast("AsyncGenerator[T, None]", chunks)) as steps:
        while True:
            with tracing_context(parent=False, enabled=False):
                try:
                    chunk = await anext(steps)
                except StopAsyncIteration:
                    return
            yield chunk


def _retire_old_variables() -> None:
    """Put away the two variables of langchain's first tracing: where that is off, langchain (1.x) fails over them.

    LANGCHAIN_TRACING is also the last name that LangSmith looks for; LANGSMITH_TRACING, the one before it, takes over.
    """
    os.environ.pop("LANGCHAIN_HANDLER", None)
    old = os.environ.pop("LANGCHAIN_TRACING", None)
    if old and not os.environ.get("LANGSMITH_TRACING", "").strip():
        os.environ["LANGSMITH_TRACING"] = old
