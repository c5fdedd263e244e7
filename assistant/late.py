"""The one place where the heavy parts load: on first use, so that ``import assistant`` costs little.

pydantic alone takes longer to import than Python takes to start.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answers.finding import look_up as look_up
    from assistant.asking import Request as Request
    from assistant.asking import answer_alone as answer_alone
    from assistant.asking import asked as asked
    from assistant.batch.door import BatchOptions as BatchOptions
    from assistant.batch.door import batch_alone as batch_alone
    from assistant.batch.door import batching as batching
    from assistant.batch.door import estimated as estimated
    from assistant.batch.models import Chains as Chains
    from assistant.chain.connect import chain_from as chain_from
    from assistant.drafts.checking import checked as checked
    from assistant.drafts.judging import judge_of as judge_of
    from assistant.drafts.weighing import verified as verified
    from assistant.export import citation as citation
    from assistant.export import export as export
    from assistant.export.library import exported as exported
    from assistant.export.library import referenced as referenced
    from assistant.export.library import saved as saved
    from assistant.loop import Loop as Loop
    from assistant.models.connect import embedder as embedder
    from assistant.questions.conditions import at_least_one as at_least_one
    from assistant.questions.conditions import conditions as conditions
    from assistant.questions.conditions import evidence as evidence
    from assistant.questions.input import clean_question as clean_question
    from assistant.report.diff import diff as diff
    from assistant.report.door import replaying as replaying
    from assistant.report.door import report_alone as report_alone
    from assistant.report.door import requested as requested
    from assistant.report.door import summarizing as summarizing
    from assistant.report.pictures.drawn import drawn as drawn
    from assistant.report.saving import save as save
    from assistant.sessions import Sessions as Sessions
    from assistant.settings import Settings as Settings
    from assistant.settings import load as load
    from assistant.settings_providers import access_of as access_of
    from store.doctor import examine as examine
    from store.doctor import repair as repair
    from store.embedding.minilm import MiniLM as MiniLM
    from store.ingest import add_file as add_file
    from store.library import Library as Library
    from store.merging.joining import provenance as provenance
    from store.providers.enriching import enrich as enrich
    from store.providers.enriching import planned_gaps as planned_gaps
    from store.providers.fetching import fetch as fetch
    from store.providers.fetching import planned as planned
    from store.reconciling.correcting import merge as merge
    from store.reconciling.correcting import split as split
    from store.reconciling.duplicates import duplicates as duplicates
else:
    from importlib import import_module

    _MODULES = {
        "Loop": "assistant.loop",
        "citation": "assistant.export",
        "export": "assistant.export",
        "exported": "assistant.export.library",
        "referenced": "assistant.export.library",
        "saved": "assistant.export.library",
        "Request": "assistant.asking",
        "answer_alone": "assistant.asking",
        "asked": "assistant.asking",
        "BatchOptions": "assistant.batch.door",
        "batch_alone": "assistant.batch.door",
        "batching": "assistant.batch.door",
        "estimated": "assistant.batch.door",
        "Chains": "assistant.batch.models",
        "chain_from": "assistant.chain.connect",
        "checked": "assistant.drafts.checking",
        "judge_of": "assistant.drafts.judging",
        "verified": "assistant.drafts.weighing",
        "Settings": "assistant.settings",
        "embedder": "assistant.models.connect",
        "load": "assistant.settings",
        "access_of": "assistant.settings_providers",
        "look_up": "assistant.answers.finding",
        "diff": "assistant.report.diff",
        "replaying": "assistant.report.door",
        "report_alone": "assistant.report.door",
        "requested": "assistant.report.door",
        "summarizing": "assistant.report.door",
        "drawn": "assistant.report.pictures.drawn",
        "save": "assistant.report.saving",
        "Sessions": "assistant.sessions",
        "at_least_one": "assistant.questions.conditions",
        "conditions": "assistant.questions.conditions",
        "evidence": "assistant.questions.conditions",
        "clean_question": "assistant.questions.input",
        "examine": "store.doctor",
        "repair": "store.doctor",
        "MiniLM": "store.embedding.minilm",
        "add_file": "store.ingest",
        "Library": "store.library",
        "enrich": "store.providers.enriching",
        "planned_gaps": "store.providers.enriching",
        "fetch": "store.providers.fetching",
        "planned": "store.providers.fetching",
        "merge": "store.reconciling.correcting",
        "split": "store.reconciling.correcting",
        "duplicates": "store.reconciling.duplicates",
        "provenance": "store.merging.joining",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
