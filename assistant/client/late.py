"""The one place where the heavy parts load: on first use, so that ``import assistant`` costs little.

pydantic alone takes longer to import than Python takes to start.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answer.factory import chain_from as chain_from
    from assistant.answer.pipeline import Request as Request
    from assistant.answer.pipeline import answer_alone as answer_alone
    from assistant.answer.pipeline import asked as asked
    from assistant.answer.retrieval import look_up as look_up
    from assistant.batch.job import Chains as Chains
    from assistant.batch.pipeline import BatchOptions as BatchOptions
    from assistant.batch.pipeline import batch_alone as batch_alone
    from assistant.batch.pipeline import batching as batching
    from assistant.batch.pipeline import estimated as estimated
    from assistant.concurrency import Loop as Loop
    from assistant.drafts.check import checked as checked
    from assistant.drafts.judge import judge_of as judge_of
    from assistant.drafts.support import verified as verified
    from assistant.export import citation as citation
    from assistant.export import export as export
    from assistant.export.library import exported as exported
    from assistant.export.library import referenced as referenced
    from assistant.export.library import saved as saved
    from assistant.llm.connect import embedder as embedder
    from assistant.question.filters import at_least_one as at_least_one
    from assistant.question.filters import conditions as conditions
    from assistant.question.filters import evidence as evidence
    from assistant.question.parse import clean_question as clean_question
    from assistant.report.diff import diff as diff
    from assistant.report.figures import drawn as drawn
    from assistant.report.pipeline import replaying as replaying
    from assistant.report.pipeline import report_alone as report_alone
    from assistant.report.pipeline import requested as requested
    from assistant.report.pipeline import summarizing as summarizing
    from assistant.report.render.files import save as save
    from assistant.sessions import Sessions as Sessions
    from assistant.settings import Settings as Settings
    from assistant.settings import load as load
    from assistant.settings.providers import access_of as access_of
    from store.dedup.merge import provenance as provenance
    from store.doctor import examine as examine
    from store.doctor import repair as repair
    from store.embedding.minilm import MiniLM as MiniLM
    from store.ingest import add_file as add_file
    from store.ingest.corrections import duplicates as duplicates
    from store.ingest.corrections import merge as merge
    from store.ingest.corrections import split as split
    from store.library import Library as Library
    from store.providers.enrich import enrich as enrich
    from store.providers.enrich import planned_gaps as planned_gaps
    from store.providers.fetch import fetch as fetch
    from store.providers.fetch import planned as planned
else:
    from importlib import import_module

    _MODULES = {
        "Loop": "assistant.concurrency",
        "citation": "assistant.export",
        "export": "assistant.export",
        "exported": "assistant.export.library",
        "referenced": "assistant.export.library",
        "saved": "assistant.export.library",
        "Request": "assistant.answer.pipeline",
        "answer_alone": "assistant.answer.pipeline",
        "asked": "assistant.answer.pipeline",
        "BatchOptions": "assistant.batch.pipeline",
        "batch_alone": "assistant.batch.pipeline",
        "batching": "assistant.batch.pipeline",
        "estimated": "assistant.batch.pipeline",
        "Chains": "assistant.batch.job",
        "chain_from": "assistant.answer.factory",
        "checked": "assistant.drafts.check",
        "judge_of": "assistant.drafts.judge",
        "verified": "assistant.drafts.support",
        "Settings": "assistant.settings",
        "embedder": "assistant.llm.connect",
        "load": "assistant.settings",
        "access_of": "assistant.settings.providers",
        "look_up": "assistant.answer.retrieval",
        "diff": "assistant.report.diff",
        "replaying": "assistant.report.pipeline",
        "report_alone": "assistant.report.pipeline",
        "requested": "assistant.report.pipeline",
        "summarizing": "assistant.report.pipeline",
        "drawn": "assistant.report.figures",
        "save": "assistant.report.render.files",
        "Sessions": "assistant.sessions",
        "at_least_one": "assistant.question.filters",
        "conditions": "assistant.question.filters",
        "evidence": "assistant.question.filters",
        "clean_question": "assistant.question.parse",
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
        "duplicates": "store.ingest.corrections",
        "provenance": "store.dedup.merge",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_MODULES[name]), name)
