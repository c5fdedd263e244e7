"""The one place where the heavy parts load: on first use, so that ``import assistant`` costs little.

pydantic alone takes longer to import than Python takes to start.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answer.asking import Request as Request
    from assistant.answer.asking import answer_alone as answer_alone
    from assistant.answer.asking import asked as asked
    from assistant.answer.factory import chain_from as chain_from
    from assistant.answer.routing import look_up as look_up
    from assistant.batch.models import Chains as Chains
    from assistant.batch.pipeline import BatchOptions as BatchOptions
    from assistant.batch.pipeline import batch_alone as batch_alone
    from assistant.batch.pipeline import batching as batching
    from assistant.batch.pipeline import estimated as estimated
    from assistant.concurrency import Loop as Loop
    from assistant.drafts.check import checked as checked
    from assistant.drafts.judge import judge_of as judge_of
    from assistant.drafts.support import verified as verified
    from assistant.export.export_init import citation as citation
    from assistant.export.export_init import export as export
    from assistant.export.library_init import exported as exported
    from assistant.export.library_init import referenced as referenced
    from assistant.export.library_init import saved as saved
    from assistant.llm.connect import embedder as embedder
    from assistant.question.filters import at_least_one as at_least_one
    from assistant.question.filters import conditions as conditions
    from assistant.question.filters import evidence as evidence
    from assistant.question.input import clean_question as clean_question
    from assistant.report.diff import diff as diff
    from assistant.report.door import replaying as replaying
    from assistant.report.door import report_alone as report_alone
    from assistant.report.door import requested as requested
    from assistant.report.door import summarizing as summarizing
    from assistant.report.figures import drawn as drawn
    from assistant.report.render.saving import save as save
    from assistant.sessions import Sessions as Sessions
    from assistant.settings import Settings as Settings
    from assistant.settings import load as load
    from assistant.settings.providers import access_of as access_of
    from store.dedup.merge import provenance as provenance
    from store.doctor import examine as examine
    from store.doctor import repair as repair
    from store.embedding.minilm import MiniLM as MiniLM
    from store.ingest import add_file as add_file
    from store.ingest.corrections import merge as merge
    from store.ingest.corrections import split as split
    from store.ingest.duplicates import duplicates as duplicates
    from store.library import Library as Library
    from store.providers.enrich import enrich as enrich
    from store.providers.enrich import planned_gaps as planned_gaps
    from store.providers.fetch import fetch as fetch
    from store.providers.fetch import planned as planned
else:
    from importlib import import_module

    _MODULES = {
        "Loop": "assistant.concurrency",
        "citation": "assistant.export.export_init",
        "export": "assistant.export.export_init",
        "exported": "assistant.export.library_init",
        "referenced": "assistant.export.library_init",
        "saved": "assistant.export.library_init",
        "Request": "assistant.answer.asking",
        "answer_alone": "assistant.answer.asking",
        "asked": "assistant.answer.asking",
        "BatchOptions": "assistant.batch.pipeline",
        "batch_alone": "assistant.batch.pipeline",
        "batching": "assistant.batch.pipeline",
        "estimated": "assistant.batch.pipeline",
        "Chains": "assistant.batch.models",
        "chain_from": "assistant.answer.factory",
        "checked": "assistant.drafts.check",
        "judge_of": "assistant.drafts.judge",
        "verified": "assistant.drafts.support",
        "Settings": "assistant.settings",
        "embedder": "assistant.llm.connect",
        "load": "assistant.settings",
        "access_of": "assistant.settings.providers",
        "look_up": "assistant.answer.routing",
        "diff": "assistant.report.diff",
        "replaying": "assistant.report.door",
        "report_alone": "assistant.report.door",
        "requested": "assistant.report.door",
        "summarizing": "assistant.report.door",
        "drawn": "assistant.report.figures",
        "save": "assistant.report.render.saving",
        "Sessions": "assistant.sessions",
        "at_least_one": "assistant.question.filters",
        "conditions": "assistant.question.filters",
        "evidence": "assistant.question.filters",
        "clean_question": "assistant.question.input",
        "examine": "store.doctor",
        "repair": "store.doctor",
        "MiniLM": "store.embedding.minilm",
        "add_file": "store.ingest",
        "Library": "store.library",
        "enrich": "store.providers.enrich",
        "planned_gaps": "store.providers.enrich",
        "fetch": "store.providers.fetch",
        "planned": "store.providers.fetch",
        "merge": "store.ingest.corrections",
        "split": "store.ingest.corrections",
        "duplicates": "store.ingest.duplicates",
        "provenance": "store.dedup.merge",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
