"""Conspectus: ask a library of paper abstracts, and get answers whose every sentence is checked against its source.

>>> from assistant import Assistant
>>> with Assistant.open("my-library") as a:
...     a.add("papers.jsonl")
...     print(a.ask("Which papers study Thompson sampling?").text)
"""

from typing import TYPE_CHECKING

from assistant.api import Assistant
from store.errors import (
    ConspectusError,
    EmbedderError,
    EmbedderMismatch,
    InputError,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    NotFound,
    SourceError,
    StoreUnreachable,
)

if TYPE_CHECKING:
    from assistant.types import Answer, Citation, Claim, Reference, Session, SessionInfo, Support, Trace, Turn, Usage
    from store.filters import Filters
    from store.paper import Author, Paper, Problem, Profile, Source
    from store.results import AddReport, Hit, ScoredSentence
else:
    # Loaded when asked for: they need pydantic, which takes longer to import than Python takes to start.
    _TYPES = {
        **dict.fromkeys(
            ("Answer", "Citation", "Claim", "Reference", "Session", "SessionInfo", "Support", "Trace", "Turn", "Usage"),
            "assistant.types",
        ),
        **dict.fromkeys(("Author", "Paper", "Problem", "Profile", "Source"), "store.paper"),
        **dict.fromkeys(("AddReport", "Hit", "ScoredSentence"), "store.results"),
        "Filters": "store.filters",
    }

    def __getattr__(name):
        from importlib import import_module

        if name not in _TYPES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_TYPES[name]), name)


__all__ = [
    "AddReport",
    "Answer",
    "Assistant",
    "Author",
    "Citation",
    "Claim",
    "ConspectusError",
    "EmbedderError",
    "EmbedderMismatch",
    "Filters",
    "Hit",
    "InputError",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "NotFound",
    "Paper",
    "Problem",
    "Profile",
    "Reference",
    "ScoredSentence",
    "Session",
    "SessionInfo",
    "Source",
    "SourceError",
    "StoreUnreachable",
    "Support",
    "Trace",
    "Turn",
    "Usage",
]
