"""Reports by a model: checked, kept, in parallel, and never without an end."""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from assistant.client import Assistant
from assistant.report.generative import FAILED, MISSED
from assistant.report.pipeline import build_report, plan_report, stream_replay, stream_report
from assistant.report.requests import TokenBudget, list_requests
from assistant.report.schema import (
    Bucket,
    Report,
    ReportDone,
    ReportKind,
    ReportSpec,
    ReportStarted,
    SectionDone,
    SectionStarted,
)
from assistant.settings import ModelSettings, Settings
from assistant.testing import FakeOpenAIServer, Gate, Reply, fake_openai_server, faults
from assistant.testing.reply import Message
from assistant.types import EXTRACTIVE, Support, Usage
from store.errors import ConspectusError, InputError, ModelError
from tests.assistant import small
from tests.assistant.report.writing import blocks, chain_of, copying, done, inventing, of_model, quotes_are_verbatim

TIMELINE = ReportSpec(kind=ReportKind.TIMELINE)
FULL = 7
"""Papers of ``small.FIELD`` that have an abstract."""


def modes(report: Report) -> set[str]:
    return {section.mode for section in report.sections if section.paragraphs}


class TestSections:
    async def test_events_tell_how_far_it_is_and_the_last_holds_the_report(self, own: Assistant) -> None:
        chain, chat = chain_of(own.library, default=copying)
        events = [event async for event in of_model(own.library, chain, TIMELINE)]
        first, *between, last = events
        assert isinstance(first, ReportStarted)
        assert isinstance(last, ReportDone)
        started = [event for event in between if isinstance(event, SectionStarted)]
        finished = [event for event in between if isinstance(event, SectionDone)]
        assert len(started) + len(finished) == len(between)
        assert sorted(event.n for event in started) == list(range(1, len(first.headings) + 1))
        assert [event.done for event in finished] == list(range(1, len(first.headings) + 1))
        assert modes(last.report) == {"scripted"}
        assert all(claim.support is Support.QUOTED for claim in last.report.claims)
        assert last.paid.output_tokens > 0
        assert last.report.usage == last.report.manifest.cost == last.paid
        assert len(chat.requests) == len(first.headings)  # the first section is a table, and its theme is named

    async def test_abstracts_come_first_and_the_same_ones_in_the_same_words(self, own: Assistant) -> None:
        chain, chat = chain_of(own.library, default=copying)
        await done(of_model(own.library, chain, ReportSpec(), at_once=1))
        *prompts, _ = [str(request.messages[-1].content) for request in chat.requests]  # The last one asks for a name.
        assert ["</abstract>" in prompt for prompt in prompts[:FULL]] == [True] * FULL  # Each paper's facts first.
        written = prompts[FULL:]
        assert len({prompt.partition("</abstracts>")[0] for prompt in written}) == 1 < len(written)
        assert "true of most of these papers" in written[0].partition("</abstracts>")[2]
        assert "state alike" in written[1].partition("</abstracts>")[2]

    async def test_what_fails_the_check_twice_is_quoted_and_said_to_be(self, own: Assistant) -> None:
        chain, chat = chain_of(own.library, default=inventing)
        report = (await done(of_model(own.library, chain, TIMELINE))).report
        assert any("walruses" in str(request.messages[-1].content) for request in chat.requests)  # shown once
        assert modes(report) == {EXTRACTIVE}
        assert {section.note for section in report.sections if section.paragraphs} == {FAILED}
        assert quotes_are_verbatim(report, own)
        quoted = build_report(own.library, TIMELINE)
        assert [claim.text for claim in report.claims] == [claim.text for claim in quoted.claims]

    async def test_a_paper_that_the_model_passes_over_is_quoted(self, own: Assistant) -> None:
        chain, _ = chain_of(own.library, default=lambda messages: copying(messages).partition("].")[0] + "].")
        report = (await done(of_model(own.library, chain, TIMELINE))).report
        assert sum(entry.bucket is Bucket.CITED for entry in report.ledger) == FULL
        assert any(MISSED in section.note for section in report.sections)

    async def test_what_is_left_in_doubt_has_a_sign_or_is_left_out(self, own: Assistant) -> None:
        def half(messages: list[Message]) -> str:
            return f"{copying(messages)} {inventing(messages)}"

        chain, _ = chain_of(own.library, default=half)
        report = (await done(of_model(own.library, chain, TIMELINE))).report
        assert {claim.support for claim in report.claims} == {Support.QUOTED, Support.ABSENT}
        strict = (await done(of_model(own.library, chain, TIMELINE.model_copy(update={"strict": True})))).report
        assert {claim.support for claim in strict.claims} == {Support.QUOTED}

    async def test_papers_go_in_as_many_asks_as_it_takes(self, namkoong: Assistant) -> None:
        plan = plan_report(namkoong.library, ReportSpec(form=1)).outline.plans[0]
        wide, narrow = (
            list_requests(plan, "", TokenBudget(128_000, 1024)),
            list_requests(plan, "", TokenBudget(2048, 256)),
        )
        given = [ids for ask in narrow if ask.part == 0 for ids in ask.context.ids]
        assert given == [paper.id for paper in plan.parts[0].papers]
        assert len([ask for ask in narrow if ask.part == 0]) > len([ask for ask in wide if ask.part == 0])


class TestKept:
    async def test_the_second_report_is_free_and_the_same_to_the_byte(self, own: Assistant) -> None:
        chain, chat = chain_of(own.library, default=copying)
        first = await done(of_model(own.library, chain, ReportSpec()))
        asked = len(chat.requests)
        second = await done(of_model(own.library, chain, ReportSpec(), at_once=1))
        assert second.report.model_dump_json() == first.report.model_dump_json()
        assert (second.paid, second.cached, len(chat.requests)) == (Usage(), asked, asked)

    async def test_a_manifest_makes_it_again_without_a_model_in_a_library_that_grew(self, own: Assistant) -> None:
        chain, _ = chain_of(own.library, default=copying)
        report = (await done(of_model(own.library, chain, ReportSpec(topic="fairness of groups")))).report
        with small.assistant(own.library.folder, [small.paper("new", "Fairness of groups", "Groups are unfair.")]):
            pass
        again = await done(stream_replay(own.library, report.manifest))
        assert again.report.model_dump_json() == report.model_dump_json()
        assert again.paid == Usage()

    async def test_it_says_why_it_cannot_be_made_again(self, own: Assistant) -> None:
        chain, _ = chain_of(own.library, default=copying)
        report = (await done(of_model(own.library, chain, TIMELINE))).report
        with pytest.raises(ConspectusError, match="came out otherwise than it was"):
            await done(stream_replay(own.library, report.manifest.model_copy(update={"digest": "0"})))
        with pytest.raises(InputError, match="not kept any more"):
            await done(stream_replay(own.library, report.manifest.model_copy(update={"prompts": "other"})))
        own.papers.remove("rare")
        with pytest.raises(InputError, match=r"1 of the report's papers are gone and 0 differ \(rare\)"):
            await done(stream_replay(own.library, report.manifest))

    async def test_other_prompts_models_and_rooms_are_asked_anew(self, own: Assistant) -> None:
        await done(of_model(own.library, chain_of(own.library, default=copying)[0], TIMELINE))
        for given in ({"identity": "another"}, {"max_output": 99}, {"context": 4096}):
            chain, chat = chain_of(own.library, default=copying, **given)
            await done(of_model(own.library, chain, TIMELINE))
            assert chat.requests

    async def test_nothing_is_kept_where_that_is_off(self, own: Assistant) -> None:
        chain, _ = chain_of(own.library, kept=False, default=copying)
        first, second = [await done(of_model(own.library, chain, TIMELINE)) for _ in range(2)]
        assert first.paid == second.paid != Usage()

    async def test_a_folder_that_cannot_be_written_is_told(self, own: Assistant) -> None:
        (own.library.folder / "sections").write_text("a file")
        chain, _ = chain_of(own.library, default=copying)
        report = (await done(of_model(own.library, chain, TIMELINE))).report
        assert any("could not be kept" in section.note for section in report.sections)


class TestTogether:
    @pytest.mark.parametrize("at_once", [1, 3])
    async def test_so_many_sections_at_once_and_no_more(self, own: Assistant, at_once: int) -> None:
        running, most = 0, 0
        gate = Gate()

        def answer(messages: list[Message]) -> Reply:
            return Reply([gate, copying(messages)])

        chain, _ = chain_of(own.library, default=answer)
        async with aclosing(of_model(own.library, chain, TIMELINE, at_once=at_once)) as events:
            async for event in events:
                if isinstance(event, SectionStarted):
                    running += 1
                    most = max(most, running)
                    if running == at_once:
                        gate.open()
                elif isinstance(event, SectionDone):
                    running -= 1
        assert most == at_once

    async def test_the_order_in_which_sections_end_changes_nothing(self, own: Assistant) -> None:
        late = iter([0.05, 0.03, 0.01, *[0.0] * 50])
        slow, _ = chain_of(own.library, kept=False, default=lambda said: Reply([next(late), copying(said)]))
        quick, _ = chain_of(own.library, kept=False, default=lambda said: Reply([copying(said)]))
        one = (await done(of_model(own.library, slow, TIMELINE))).report
        other = (await done(of_model(own.library, quick, TIMELINE, at_once=1))).report
        assert one.sections == other.sections

    async def test_cancelled_it_stops_at_once_and_goes_on_where_it_was(self, own: Assistant) -> None:
        gate = Gate()
        first = iter([True])
        chain, chat = chain_of(
            own.library, default=lambda said: copying(said) if next(first, False) else Reply([gate, copying(said)])
        )

        async def make() -> None:
            await done(of_model(own.library, chain, TIMELINE, at_once=1))

        task = asyncio.create_task(make())
        await asyncio.to_thread(gate.reached.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        asked = len(chat.requests)
        gate.open()
        again = await done(of_model(own.library, chain, TIMELINE))
        assert again.cached == 1
        assert modes(again.report) == {"scripted"}
        assert asked == 2

    async def test_closed_in_the_middle_it_leaves_no_task(self, own: Assistant) -> None:
        chain, _ = chain_of(own.library, default=lambda said: Reply([Gate(), copying(said)]))
        before = asyncio.all_tasks()
        events = of_model(own.library, chain, TIMELINE)
        async for event in events:
            if isinstance(event, SectionStarted) and event.n > 1:
                break
        await events.aclose()
        assert asyncio.all_tasks() == before


class TestFaults:
    @pytest.fixture
    def server(self) -> Iterator[FakeOpenAIServer]:
        with fake_openai_server(copying) as server:
            yield server

    def settings(self, server: FakeOpenAIServer, fallback: bool = False, patience: float = 120) -> Settings:
        model = ModelSettings(model="m", base_url=server.base_url, timeout=patience + 0.2, stall=patience, retries=0)
        return Settings(report=model, fallback=fallback)

    def opened(
        self, server: FakeOpenAIServer, folder: Path, fallback: bool = False, patience: float = 120
    ) -> Assistant:
        made = small.assistant(folder / "faulty", small.FIELD).library
        settings = self.settings(server, fallback, patience)
        return Assistant(made, None, fallback, settings)

    def test_the_role_of_reports_writes_and_nobody_else(self, server: FakeOpenAIServer, tmp_path: Path) -> None:
        with self.opened(server, tmp_path) as assistant:
            report = assistant.reports.create("timeline")
            assert report.manifest.model == "m"
            assert modes(report) == {"m"}
            assert assistant.ask("Who bounds the risk of the worst group?").mode == EXTRACTIVE
            assert server.base_url not in report.model_dump_json()
            asked = len(server.requests)
            assert assistant.reports.replay(report).model_dump_json() == report.model_dump_json()
            assert len(server.requests) == asked

    @pytest.mark.parametrize("name", sorted(faults.FAULTS))
    def test_every_fault_of_an_endpoint_ends_in_a_whole_report_or_an_error(
        self, name: str, server: FakeOpenAIServer, tmp_path: Path
    ) -> None:
        with self.opened(server, tmp_path, patience=0.3 if name in {"slow_first_token", "stall"} else 120) as assistant:
            server.fail(faults.FAULTS[name]())
            try:
                report = assistant.reports.create("timeline")
            except ModelError:
                return
            assert len(report.ledger) == len(small.FIELD)
            assert report == assistant.reports.create("timeline")

    def test_with_fallback_a_section_without_an_answer_is_quoted(
        self, server: FakeOpenAIServer, tmp_path: Path
    ) -> None:
        server.fail(faults.server_error(), nth=2)
        with self.opened(server, tmp_path, fallback=True) as assistant:
            report = assistant.reports.create("timeline")
            assert modes(report) == {"m", EXTRACTIVE}
            (failed,) = [one for one in report.sections if one.mode == EXTRACTIVE and one.paragraphs]
            assert failed.note.endswith("Excerpts are quoted instead.")
            assert {entry.bucket for entry in report.ledger} == {Bucket.CITED, Bucket.NO_ABSTRACT}

    async def test_an_error_ends_all_and_what_was_written_is_not_paid_twice(self, own: Assistant) -> None:
        answers = iter([False, False, False, True])
        chain, chat = chain_of(
            own.library, default=lambda said: ModelError("Gone.", "") if next(answers, False) else copying(said)
        )
        with pytest.raises(ModelError, match="Gone"):
            await done(of_model(own.library, chain, TIMELINE, at_once=1))
        assert len(chat.requests) == 4
        again = await done(of_model(own.library, chain, TIMELINE))
        assert again.cached == 3


async def test_without_a_model_the_same_events_make_the_same_report(own: Assistant) -> None:
    last = await done(stream_report(own.library, None, ReportSpec()))
    assert last.report == build_report(own.library, ReportSpec())
    assert (await done(stream_replay(own.library, last.report.manifest))).report == last.report


def test_the_doors_of_the_api_agree(own: Assistant) -> None:
    report = own.reports.create("annotated", year_to=2018)
    assert asyncio.run(own.reports.acreate("annotated", year_to=2018)) == report
    assert [event.event for event in own.reports.stream("annotated", year_to=2018)][-1] == "report_done"
    assert own.reports.create(kind="annotated", year_to=2018) == report
    with pytest.raises(InputError, match="No paper is left"):
        own.reports.create("annotated", kind="dataset", year_to=2018)
    for given, words in (
        ({"kind": "poem"}, "no report 'poem'"),
        ({"seed": -1}, "seed is -1"),
        ({"colour": "red"}, "colour"),
    ):
        with pytest.raises(InputError, match=words):
            own.reports.create(**given)


def test_the_blocks_of_a_prompt_are_read_by_the_model_of_these_tests() -> None:
    assert blocks([{"role": "user", "content": "<a>\n[1] Title (2020)\nText one. Two.\n\n[2] B\nC"}]) == [
        ("1", "Text one. Two."),
        ("2", "C"),
    ]
