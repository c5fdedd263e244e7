"""Conspectus: ask a library of paper abstracts; every sentence of an answer is compared with the words of its source.

>>> from assistant import Assistant
>>> with Assistant.open("my-library") as a:
...     a.add("papers.jsonl")
...     print(a.ask("Which papers study Thompson sampling?").text)

Everything that the API gives back is exported here, and so is every error; the events of an answer are in
``assistant.events``.
"""

import assistant.current_folder  # noqa: F401 - first, before anything could come from the current folder

# isort: split
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
    NoAnswer,
    NotFound,
    PromptTooLong,
    SourceError,
    StoreUnreachable,
    TooLittle,
)

if TYPE_CHECKING:
    from assistant.batch.batch_events import (
        BatchDone,
        BatchEvent,
        BatchReport,
        BatchStarted,
        JobDone,
        JobStarted,
        JobStatus,
    )
    from assistant.batch.estimate import Estimate, JobEstimate
    from assistant.catalogue.overview import Overview, OverviewTheme
    from assistant.catalogue.tallies import Tally
    from assistant.client.evaluation import ModelEvaluation
    from assistant.client.reports import ReportOptions, Reports
    from assistant.drafts.checked_sentence import CheckedSentence, CitedPaper, Relation, SentenceOutcome
    from assistant.drafts.place import Place, Places
    from assistant.export.library_export import SavedExport
    from assistant.hits import Hits
    from assistant.report.diff import ChangeKind, ClaimChange, ReportDiff
    from assistant.report.figures.figure import Picture
    from assistant.report.schema import (
        FactsDone,
        Manifest,
        Report,
        ReportDone,
        ReportEvent,
        ReportKind,
        ReportStarted,
        RowsDone,
        Section,
        SectionDone,
        SectionStarted,
    )
    from assistant.sessions import Sessions
    from assistant.settings import ModelSettings, Settings
    from assistant.table.cells import CellState, CellValue
    from assistant.table.columns import Column, ColumnType
    from assistant.table.schema import TableReport, TableRow
    from assistant.types import (
        Answer,
        Citation,
        Claim,
        FilterOptions,
        Reference,
        Restriction,
        Session,
        SessionHit,
        SessionInfo,
        Support,
        Trace,
        Turn,
        Usage,
    )
    from assistant.watch.digest import (
        CellChange,
        Digest,
        NewPaper,
        NewsKind,
        ReportChange,
        ReportNews,
        UpdateDone,
        UpdateEvent,
        UpdateReport,
        UpdateStarted,
        WatchDone,
        WatchOutcome,
        WatchStarted,
    )
    from assistant.watch.watch import Watch, WatchKind
    from store.backup import Backup
    from store.bin import Removal
    from store.doctor import Check
    from store.filters import Filters
    from store.paper import Author, Frozen, Paper, Problem, Profile, Source
    from store.providers.fetch import PlannedRequest
    from store.results import (
        AddDone,
        AddEvent,
        AddReport,
        AddStarted,
        BatchStored,
        Duplicate,
        Hit,
        Match,
        NamedPaper,
        ProblemFound,
        ScoredSentence,
        VectorsStored,
    )
    from store.text.roles import Role, RoledSentence
    from store.zotero.sync_results import (
        SyncDone,
        SyncEvent,
        SyncProgress,
        SyncReport,
        SyncStarted,
        ZoteroChange,
        ZoteroWrite,
    )
else:
    # Where the other names are, what loads fast before what loads slowly: a name is looked for when it is first asked
    # for, since all of them need pydantic, which takes longer to import than Python takes to start.
    _MODULES = (
        "assistant.types",
        "store.paper",
        "store.results",
        "assistant.hits",
        "store.filters",
        "store.text.roles",
        "assistant.settings",
        "assistant.sessions",
        "store.doctor",
        "store.backup",
        "store.zotero.sync_results",
        "assistant.report.schema",
        "assistant.report.diff",
        "assistant.drafts.checked_sentence",
        "assistant.drafts.place",
        "assistant.batch.batch_events",
        "store.providers.fetch",
        "assistant.export.library_export",
        "assistant.report.figures.figure",
        "assistant.table.columns",
        "assistant.table.cells",
        "assistant.table.schema",
        "assistant.watch.watch",
        "assistant.watch.digest",
        "assistant.client.evaluation",
        "assistant.client.reports",
        "assistant.batch.estimate",
        "assistant.catalogue.overview",
        "assistant.catalogue.tallies",
        "store.bin",
    )

    def __getattr__(name):
        from importlib import import_module

        for module in _MODULES if name in __all__ else ():
            if hasattr(import_module(module), name):
                return globals().setdefault(name, getattr(import_module(module), name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "AddDone",
    "AddEvent",
    "AddReport",
    "AddStarted",
    "Answer",
    "Assistant",
    "Author",
    "Backup",
    "BatchDone",
    "BatchEvent",
    "BatchReport",
    "BatchStarted",
    "BatchStored",
    "CellChange",
    "CellState",
    "CellValue",
    "ChangeKind",
    "Check",
    "CheckedSentence",
    "Citation",
    "CitedPaper",
    "Claim",
    "ClaimChange",
    "Column",
    "ColumnType",
    "ConspectusError",
    "Digest",
    "Duplicate",
    "EmbedderError",
    "EmbedderMismatch",
    "Estimate",
    "FactsDone",
    "FilterOptions",
    "Filters",
    "FormatRefused",
    "Frozen",
    "Hit",
    "Hits",
    "InputError",
    "JobDone",
    "JobEstimate",
    "JobStarted",
    "JobStatus",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "Manifest",
    "Match",
    "ModelBusy",
    "ModelError",
    "ModelEvaluation",
    "ModelRefused",
    "ModelSettings",
    "ModelStalled",
    "ModelUnreachable",
    "NamedPaper",
    "NewPaper",
    "NewsKind",
    "NoAnswer",
    "NotFound",
    "Overview",
    "OverviewTheme",
    "Paper",
    "Picture",
    "Place",
    "Places",
    "PlannedRequest",
    "Problem",
    "ProblemFound",
    "Profile",
    "PromptTooLong",
    "Reference",
    "Relation",
    "Removal",
    "Report",
    "ReportChange",
    "ReportDiff",
    "ReportDone",
    "ReportEvent",
    "ReportKind",
    "ReportNews",
    "ReportOptions",
    "ReportStarted",
    "Reports",
    "Restriction",
    "Role",
    "RoledSentence",
    "RowsDone",
    "SavedExport",
    "ScoredSentence",
    "Section",
    "SectionDone",
    "SectionStarted",
    "SentenceOutcome",
    "Session",
    "SessionHit",
    "SessionInfo",
    "Sessions",
    "Settings",
    "Source",
    "SourceError",
    "StoreUnreachable",
    "Support",
    "SyncDone",
    "SyncEvent",
    "SyncProgress",
    "SyncReport",
    "SyncStarted",
    "TableReport",
    "TableRow",
    "Tally",
    "TooLittle",
    "Trace",
    "Turn",
    "UpdateDone",
    "UpdateEvent",
    "UpdateReport",
    "UpdateStarted",
    "Usage",
    "VectorsStored",
    "Watch",
    "WatchDone",
    "WatchKind",
    "WatchOutcome",
    "WatchStarted",
    "ZoteroChange",
    "ZoteroWrite",
]
