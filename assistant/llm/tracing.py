"""Keeps langchain's tracing off: variables that other programs want must not send questions and papers to LangSmith.

langchain looks at LANGSMITH_TRACING and its like whenever a run starts. They belong to the whole process, in which
others may want their own chains traced; so tracing is off only while a run of ours is started. Callbacks that a
caller hands over are the caller's own wish, and stay.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def disable_tracing() -> Iterator[None]:
    """Trace no run that starts inside, whatever the environment and the caller's own trace say."""
    from langsmith import tracing_context

    _retire_old_variables()
    with tracing_context(parent=False, enabled=False):
        yield


def _retire_old_variables() -> None:
    """Put away the two variables of langchain's first tracing: where that is off, langchain (1.x) fails over them.

    LANGCHAIN_TRACING is also the last name that LangSmith looks for; LANGSMITH_TRACING, the one before it, takes over.
    """
    os.environ.pop("LANGCHAIN_HANDLER", None)
    old = os.environ.pop("LANGCHAIN_TRACING", None)
    if old and not os.environ.get("LANGSMITH_TRACING", "").strip():
        os.environ["LANGSMITH_TRACING"] = old
