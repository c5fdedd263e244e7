"""Reports of a model that fails now and then: what stands in for it is written down, and made again just so."""

from collections.abc import Sequence
from itertools import count

import pytest

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.client import Assistant
from assistant.events import RequestRetried
from assistant.report.diff import compare_reports
from assistant.report.generative import FAILED
from assistant.report.pipeline import stream_replay
from assistant.report.render.captions import describe_check
from assistant.report.requests import UNNAMED
from assistant.report.schema import Report, ReportKind, ReportSpec
from assistant.table.pipeline import build_table_request, stream_any_report
from assistant.testing.reply import Message
from assistant.types import EXTRACTIVE, Support, Usage
from prompts import Prompts
from store.errors import InputError, ModelBusy, ModelError, ModelRefused
from tests.assistant.answer.asking import Busy
from tests.assistant.report.writing import chain_of, copying, done, inventing, of_model

TIMELINE = ReportSpec(kind=ReportKind.TIMELINE)


def failing(*which: int) -> object:
    """A model that fails at some of its requests, counted from 0."""
    asked = count()

    def reply(messages: Sequence[Message]) -> object:
        return ModelBusy("No room.") if next(asked) in which else copying(list(messages))

    return reply


def repairing(error: ModelError | None, wrong: str = "") -> object:
    """A model that invents, and fails when it is shown that; without an error it then copies."""

    def reply(messages: Sequence[Message]) -> object:
        if "An earlier answer" in str(messages[-1]["content"]):
            return error or copying(list(messages))
        return f"{wrong}{inventing(list(messages))}"

    return reply


@pytest.mark.parametrize("wanted", [TIMELINE, build_table_request("table", "", ["place: text"])], ids=type)
async def test_every_request_that_is_sent_again_is_told(wanted: ReportSpec, own: Assistant) -> None:
    busy = Busy({"claims": []})
    chain = AnswerPipeline(own.library, Model(busy, "busy"), Prompts())
    events = stream_any_report(own.library, chain, wanted, fallback=True)
    told = [event.seconds async for event in events if isinstance(event, RequestRetried)]
    assert told == [7.0] * busy.asked
    assert busy.asked > 1


@pytest.mark.parametrize("at", range(8))
async def test_what_fell_back_is_made_again_to_the_byte(at: int, own: Assistant) -> None:
    chain, chat = chain_of(own.library, default=failing(at))
    made = (await done(of_model(own.library, chain, TIMELINE, fallback=True, at_once=1))).report
    asked = len(chat.requests)
    assert len(made.manifest.failed) == (at < asked)
    stands_in = [one for one in made.sections if one.note.endswith((UNNAMED, "Excerpts are quoted instead."))]
    assert len(stands_in) == (at < asked - 1)  # The name of the only theme comes last, and heads a column here.
    again = await done(stream_replay(own.library, made.manifest))
    assert again.report.model_dump_json() == made.model_dump_json()
    assert (again.paid, len(chat.requests)) == (Usage(), asked)
    better = (await done(of_model(own.library, chain, TIMELINE, fallback=True))).report
    assert better.manifest.failed == {}
    assert ("requests that the model failed at: 1 → 0" in compare_reports(made, better).reasons) == (at < asked)
    assert (await done(stream_replay(own.library, made.manifest))).report == made


async def test_without_the_record_it_cannot_be_made_again(own: Assistant) -> None:
    chain, _ = chain_of(own.library, default=failing(1))
    made = (await done(of_model(own.library, chain, TIMELINE, fallback=True, at_once=1))).report
    with pytest.raises(InputError, match="not kept any more"):
        await done(stream_replay(own.library, made.manifest.model_copy(update={"failed": {}})))


async def test_a_section_whose_repair_failed_is_quoted_and_written_again_the_next_time(own: Assistant) -> None:
    broken, _ = chain_of(own.library, default=repairing(ModelBusy("No room.")))
    made = (await done(of_model(own.library, broken, TIMELINE))).report
    written = [section for section in made.sections if section.paragraphs]
    assert {section.mode for section in written} == {EXTRACTIVE}
    assert all("No room." in section.note and FAILED in section.note for section in written)
    assert {claim.support for claim in made.claims} == {Support.QUOTED}
    assert (await done(stream_replay(own.library, made.manifest))).report == made
    mended, chat = chain_of(own.library, default=repairing(None))
    again = await done(of_model(own.library, mended, TIMELINE))
    assert {section.mode for section in again.report.sections if section.paragraphs} == {"scripted"}
    asked = len(chat.requests)
    assert asked
    assert (await done(of_model(own.library, mended, TIMELINE))).paid == Usage()
    assert len(chat.requests) == asked


async def test_a_repair_that_is_refused_is_not_tried_again(own: Assistant) -> None:
    chain, chat = chain_of(own.library, default=repairing(ModelRefused("Too long.")))
    await done(of_model(own.library, chain, TIMELINE))
    asked = len(chat.requests)
    await done(of_model(own.library, chain, TIMELINE))
    assert len(chat.requests) == asked


async def test_what_a_section_took_before_the_model_failed_is_counted(own: Assistant) -> None:
    chain, _ = chain_of(own.library, default=failing(8))  # The second request for a section, behind seven for facts.
    made = await done(of_model(own.library, chain, ReportSpec(), fallback=True, at_once=1))
    assert modes(made.report) == {EXTRACTIVE}
    assert made.report.usage == made.paid
    assert made.paid.output_tokens > 0
    assert describe_check(made.report).startswith("Quoted from the abstracts, word for word: scripted was asked, and")
    again = await done(stream_replay(own.library, made.report.manifest))
    assert again.report.model_dump_json() == made.report.model_dump_json()


def modes(report: Report) -> set[str]:
    """Who wrote the sections that have text."""
    return {section.mode for section in report.sections if section.paragraphs}
