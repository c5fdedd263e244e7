"""Conspectus: ask a library of paper abstracts; every sentence of an answer is compared with the words of its source.

>>> from assistant import Assistant
>>> with Assistant.open("my-library") as a:
...     a.add("papers.jsonl")
...     print(a.ask("Which papers study Thompson sampling?").text)
"""

from typing import TYPE_CHECKING

from assistant.client import Assistant
from store.errors import (
    ConspectusError,
    EmbedderError,
    EmbedderMismatch,
    FormatRefused,
    InputError,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    ModelBusy,
    ModelError,
    ModelRefused,
    ModelStalled,
    ModelUnreachable,
    NotFound,
    PromptTooLong,
    SourceError,
    StoreUnreachable,
)

if TYPE_CHECKING:
    from assistant.batch.estimate import Estimate
    from assistant.batch.events import BatchReport
    from assistant.drafts.results import CheckedSentence
    from assistant.report.diff import ReportDiff
    from assistant.report.schema import Manifest, Report, Section
    from assistant.types import (
        Answer,
        Citation,
        Claim,
        Reference,
        Session,
        SessionHit,
        SessionInfo,
        Support,
        Trace,
        Turn,
        Usage,
    )
    from store.filters import Filters
    from store.paper import Author, Paper, Problem, Profile, Source
    from store.results import AddReport, Duplicate, Hit, Match, ScoredSentence
else:
    # Loaded when asked for: they need pydantic, which takes longer to import than Python takes to start.
    _TYPES = {
        **dict.fromkeys(
            (
                *("Answer", "Citation", "Claim", "Reference", "Session", "SessionHit", "SessionInfo", "Support"),
                *("Trace", "Turn", "Usage"),
            ),
            "assistant.types",
        ),
        **dict.fromkeys(("Author", "Paper", "Problem", "Profile", "Source"), "store.paper"),
        **dict.fromkeys(("AddReport", "Duplicate", "Hit", "Match", "ScoredSentence"), "store.results"),
        "Filters": "store.filters",
        **dict.fromkeys(("Manifest", "Report", "Section"), "assistant.report.schema"),
        "ReportDiff": "assistant.report.diff",
        "BatchReport": "assistant.batch.events",
        "Estimate": "assistant.batch.estimate",
        "CheckedSentence": "assistant.drafts.results",
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
    "BatchReport",
    "CheckedSentence",
    "Citation",
    "Claim",
    "ConspectusError",
    "Duplicate",
    "EmbedderError",
    "EmbedderMismatch",
    "Estimate",
    "Filters",
    "FormatRefused",
    "Hit",
    "InputError",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "Manifest",
    "Match",
    "ModelBusy",
    "ModelError",
    "ModelRefused",
    "ModelStalled",
    "ModelUnreachable",
    "NotFound",
    "Paper",
    "Problem",
    "Profile",
    "PromptTooLong",
    "Reference",
    "Report",
    "ReportDiff",
    "ScoredSentence",
    "Section",
    "Session",
    "SessionHit",
    "SessionInfo",
    "Source",
    "SourceError",
    "StoreUnreachable",
    "Support",
    "Trace",
    "Turn",
    "Usage",
]
