"""Models that write reports for tests, and libraries to write of."""

import re
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.cache import AnswerCache
from assistant.client import Assistant
from assistant.report.pipeline import stream_report
from assistant.report.schema import Report, ReportDone, ReportEvent, ReportSpec
from assistant.report.shared_statements import COUNTED
from assistant.report.synthesis import is_across
from assistant.testing import Reply, ScriptedChatModel
from assistant.testing.reply import Message, Said
from prompts import Prompts
from store.library import Library
from store.text.sentences import sentence_spans

_BLOCK = re.compile(r"\[(\d+)\] [^\n]+\n([^\n]+)")


def blocks(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """The numbers and abstracts that a model was given."""
    return [(n, abstract) for n, abstract in _BLOCK.findall(str(messages[-1]["content"]))]


def copying(messages: list[Message]) -> str:
    """A model that is right: the first sentence of each abstract, with its number."""
    said = []
    for n, abstract in blocks(messages):
        start, end = next(iter(sentence_spans(abstract)))
        said.append(f"{abstract[start:end].rstrip('.')} [{n}].")
    return " ".join(said)


def inventing(messages: list[Message]) -> str:
    """A model that is wrong, and stays so."""
    return "Submarines cured 9,431 walruses of Venusian measles in 1723 [1]."


def chain_of(
    library: Library, *turns: Said | Reply, kept: bool = True, **given: Any
) -> tuple[AnswerPipeline, ScriptedChatModel]:
    """A chain whose model says this; what it writes is kept in the library."""
    chat = ScriptedChatModel(turns=turns, default=given.pop("default", None))
    cache = AnswerCache(library.folder / "answers") if kept else None
    return AnswerPipeline(library, Model(chat, "scripted", **given), Prompts(), cache), chat


def of_model(
    library: Library, chain: AnswerPipeline, request: ReportSpec, **how: Any
) -> AsyncGenerator[ReportEvent, None]:
    """The events of a report by a chain's model."""
    return stream_report(library, chain, request, **how)


async def done(events: AsyncGenerator[ReportEvent, None]) -> ReportDone:
    """The last event."""
    last = [event async for event in events][-1]
    assert isinstance(last, ReportDone)
    return last


def quotes_are_verbatim(report: Report, assistant: Assistant) -> bool:
    """Whether each claim is a sentence of the abstract that it cites, at the place that it says.

    What the program counts over several papers is in words of its own; its quotes are such sentences all the same.
    """
    abstracts = {paper.id: paper.abstract for paper in assistant.papers.list()}
    return all(
        claim.citations
        and all(
            one.quote == abstracts[one.paper_id][one.start : one.end]
            and one.quote
            and (one.quote == claim.text or (claim.decision.by == COUNTED and is_across(claim)))
            for one in claim.citations
        )
        for claim in report.claims
    )
