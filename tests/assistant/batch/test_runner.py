"""Batches by direct requests: finished, failed, bounded, stopped in every way, gone on with."""

import asyncio
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.batch.batch_events import BatchStarted, JobDone, JobStarted, JobStatus
from assistant.batch.state import BatchState
from assistant.cache import cache_key
from assistant.client import Assistant
from assistant.events import RequestRetried
from assistant.llm.model_limits import Price
from assistant.testing import ScriptedChatModel, fake_openai_server, faults
from assistant.testing.reply import Message, Said
from assistant.types import Usage
from prompts import Prompts
from store.errors import InputError, LibraryLocked, ModelRefused
from tests.assistant import small
from tests.assistant.answer.asking import Busy
from tests.assistant.batch.making import ITEMS, JOBS, assistant_of, chains, erring, events, files, made, spec
from tests.assistant.report.writing import chain_of, copying

ANNOTATED = '[[item]]\nreport = "annotated"\n'


class Stopping:
    """A model that stops the batch with its n-th replies, counted over all its runs.

    ``again`` holds what was asked though its reply was ``kept`` before.
    """

    def __init__(self, *stops: int) -> None:
        self.kept: set[str] = set()
        self.again: list[str] = []
        self.task: asyncio.Task[object] | None = None
        self._stops = stops
        self._replies = 0

    def answer(self, messages: list[Message]) -> Said:
        self._replies += 1
        if self._replies in self._stops and self.task:
            self.task.get_loop().call_soon_threadsafe(self.task.cancel)
        prompt = str(messages[-1]["content"])
        if cache_key({"model": "scripted ", "prompt": prompt, "form": True, "again": 1}) in self.kept:
            self.again.append(prompt)
        return erring(messages)


def test_without_a_model_everything_is_quoted(own: Assistant, tmp_path: Path) -> None:
    report = own.batches.run(spec(tmp_path))
    assert report.count_status(JobStatus.FINISHED) == JOBS == len(report.outcomes)
    assert report.taken == Usage()
    assert {file for outcome in report.outcomes for file in outcome.files} == files(spec(tmp_path)).keys()
    assert all(outcome.claims for outcome in report.outcomes)
    assert own.batches.run(spec(tmp_path), resume=True).outcomes[0].earlier


async def test_events_tell_how_far_it_is(own: Assistant, tmp_path: Path) -> None:
    chain, _ = chain_of(own.library, default=copying)
    first, *between, last = [event async for event in events(own.library, chain, spec(tmp_path))]
    assert isinstance(first, BatchStarted)
    assert (first.jobs, first.finished) == (JOBS, 0)
    done = [event for event in between if isinstance(event, JobDone)]
    assert [event.done for event in done] == list(range(1, JOBS + 1))
    assert done[-1].seconds_left == 0
    assert done[-1].paid == last.report.paid != Usage()
    assert sum(isinstance(event, JobStarted) for event in between) == JOBS


async def test_requests_of_its_jobs_that_are_sent_again_are_told(own: Assistant, tmp_path: Path) -> None:
    busy = Busy({"claims": []})
    chain = AnswerPipeline(own.library, Model(busy, "busy"), Prompts())
    every = [event async for event in events(own.library, chain, spec(tmp_path))]
    assert [event.seconds for event in every if isinstance(event, RequestRetried)] == [7.0] * busy.asked
    assert busy.asked > 1


async def test_what_was_finished_earlier_counts_among_those_that_are_done(own: Assistant, tmp_path: Path) -> None:
    file = spec(tmp_path, f'{ANNOTATED}\n{ANNOTATED}name = "other"\n')
    await made(own.library, None, file)
    (tmp_path / "b-reports" / "other.md").unlink()
    every = [event async for event in events(own.library, None, file, resume=True)]
    assert [(event.jobs, event.finished) for event in every if isinstance(event, BatchStarted)] == [(2, 1)]
    assert [(event.outcome.name, event.done, event.jobs) for event in every if isinstance(event, JobDone)] == [
        ("other", 2, 2)
    ]
    assert [outcome.earlier for outcome in every[-1].report.outcomes] == [True, False]


async def test_it_is_not_begun_twice_by_mistake_and_resuming_it_is_free(own: Assistant, tmp_path: Path) -> None:
    chain, chat = chain_of(own.library, default=erring)
    first = await made(own.library, chain, spec(tmp_path))
    before, asked = files(spec(tmp_path)), len(chat.requests)
    with pytest.raises(InputError, match="begun before"):
        await made(own.library, chain, spec(tmp_path))
    again = await made(own.library, chain, spec(tmp_path), resume=True)
    assert (again.paid, again.taken, len(chat.requests)) == (Usage(), first.taken, asked)
    assert all(outcome.earlier for outcome in again.outcomes)
    (tmp_path / "b-reports" / "timeline.json").unlink()
    await made(own.library, chain, spec(tmp_path), resume=True)
    assert (files(spec(tmp_path)), len(chat.requests)) == (before, asked)


async def test_what_changed_is_made_anew_and_only_what_is_new_is_paid(own: Assistant, tmp_path: Path) -> None:
    chain, chat = chain_of(own.library, default=copying)
    file = spec(tmp_path, f"{ANNOTATED}filters = {{ year_to = 2021 }}\n{ANNOTATED}filters = {{ year_from = 2022 }}")
    await made(own.library, chain, file)
    asked = len(chat.requests)
    with small.assistant(own.library.folder, [small.paper("new", "New", "We estimate new things.", year=2024)]):
        pass
    again = await made(own.library, chain, file, resume=True)
    assert [outcome.earlier for outcome in again.outcomes] == [False, False]
    fresh = [request.text for request in chat.requests[asked:]]
    assert fresh
    assert all("We estimate new things" in text for text in fresh)


async def test_one_that_fails_stops_no_other_and_is_tried_again(own: Assistant, tmp_path: Path) -> None:
    def half(messages: list[Message]) -> Said:
        return ModelRefused("It declines.") if "Question:" in str(messages[-1]["content"]) else copying(messages)

    chain, chat = chain_of(own.library, default=half)
    text = f'{ITEMS}[[item]]\nreport = "annotated"\nfilters = {{ year_from = 2999 }}\nname = "late"'
    report = await made(own.library, chain, spec(tmp_path, text))
    failed = [outcome for outcome in report.outcomes if outcome.status is JobStatus.FAILED]
    assert [outcome.note.partition(".")[0] for outcome in failed] == ["It declines", "No paper is left to report on"]
    assert report.count_status(JobStatus.FINISHED) == JOBS - 1
    chat.default = copying
    again = await made(own.library, chain, spec(tmp_path, text), resume=True)
    assert again.count_status(JobStatus.FAILED) == 1


async def test_excerpts_stand_in_for_a_model_where_that_is_wanted(own: Assistant, tmp_path: Path) -> None:
    chain, _ = chain_of(own.library, default=lambda messages: ModelRefused("It declines."))
    report = await made(own.library, chain, spec(tmp_path), fallback=True)
    assert report.count_status(JobStatus.FINISHED) == JOBS


async def test_a_format_that_is_of_no_use_costs_nothing_again(own: Assistant, tmp_path: Path) -> None:
    chain, chat = chain_of(own.library, default=copying)
    report = await made(own.library, chain, spec(tmp_path, f'{ANNOTATED}formats = "csv"'))
    assert report.count_status(JobStatus.FAILED) == 1
    asked = len(chat.requests)
    await made(own.library, chain, spec(tmp_path, ANNOTATED), resume=True)
    assert len(chat.requests) == asked


def one_by_one(folder: Path) -> Path:
    """A spec of ``ITEMS`` with one request at a time: at once, all may begin and, within a budget, none be finished."""
    return spec(folder, f"at_once = 1\n{ITEMS}")


class TestBudget:
    async def test_it_is_never_passed_and_what_is_there_is_whole(self, own: Assistant, tmp_path: Path) -> None:
        chain, _ = chain_of(own.library, default=copying, max_output=100)
        report = await made(own.library, chain, one_by_one(tmp_path), max_tokens=6000)
        assert 0 < report.count_status(JobStatus.FINISHED) < JOBS
        assert report.count_status(JobStatus.FINISHED) + report.count_status(JobStatus.STOPPED) == JOBS
        assert 0 < report.taken.input_tokens + report.taken.output_tokens <= 6000
        assert {file for outcome in report.outcomes for file in outcome.files} == files(one_by_one(tmp_path)).keys()
        same = await made(own.library, chain, one_by_one(tmp_path), max_tokens=6000, resume=True)
        assert same.taken.input_tokens + same.taken.output_tokens <= 6000
        rest = await made(own.library, chain, one_by_one(tmp_path), resume=True)
        assert rest.count_status(JobStatus.FINISHED) == JOBS

    async def test_dollars_need_a_price(self, own: Assistant, tmp_path: Path) -> None:
        chain, _ = chain_of(own.library, default=copying)
        with pytest.raises(InputError, match="not known, so max_cost cannot bound it"):
            await made(own.library, chain, spec(tmp_path), max_cost=1)
        priced, _ = chain_of(own.library, default=copying, price=Price(1000.0, 1000.0, 1000.0, "2026-01"), max_output=9)
        report = await made(own.library, priced, one_by_one(tmp_path), max_cost=4)
        assert report.taken.dollars
        assert 0 < report.taken.dollars <= 4
        assert 0 < report.count_status(JobStatus.STOPPED) < JOBS

    async def test_an_item_has_its_own(self, own: Assistant, tmp_path: Path) -> None:
        chain, _ = chain_of(own.library, default=copying)
        text = f'{ANNOTATED}max_tokens = 10\n{ANNOTATED}name = "other"'
        report = await made(own.library, chain, spec(tmp_path, text))
        assert [outcome.status for outcome in report.outcomes] == [JobStatus.STOPPED, JobStatus.FINISHED]


class TestStopped:
    async def test_at_any_reply_it_goes_on_to_the_same_files_and_pays_for_nothing_kept(
        self, own: Assistant, tmp_path: Path
    ) -> None:
        chain, _ = chain_of(own.library, default=erring)
        await made(own.library, chain, spec(tmp_path))
        whole = files(spec(tmp_path))
        for left in ("b-reports", "library/sections"):
            shutil.rmtree(tmp_path / left)

        stopping = Stopping(*range(1, 60, 3))
        stopped = 0
        while True:
            chain, _ = chain_of(own.library, default=stopping.answer)
            replies = BatchState(tmp_path / "b-reports").replies
            kept = replies.sum_usage()
            stopping.kept = {file.stem for file in replies.folder.glob("*.json")}
            stopping.task = asyncio.create_task(made(own.library, chain, spec(tmp_path), resume=True))
            with suppress(asyncio.CancelledError):
                report = await stopping.task
                assert report.taken == kept + report.paid
                break
            stopped += 1
        assert stopped >= 5
        assert files(spec(tmp_path)) == whole
        assert stopping.kept
        assert stopping.again == []

    async def test_another_process_is_kept_out(self, own: Assistant, tmp_path: Path) -> None:
        with BatchState(tmp_path / "b-reports").lock(), pytest.raises(LibraryLocked, match="Another process"):
            await made(own.library, None, spec(tmp_path))

    async def test_what_a_killed_process_left_half_written_goes(self, own: Assistant, tmp_path: Path) -> None:
        output = tmp_path / "b-reports"
        (output / "timeline_files").mkdir(parents=True)
        for name in (".timeline.md.0123abcd", "timeline_files/.timeline.png.0123abcd", ".mine", "mine.0123abcd"):
            (output / name).touch()
        await made(own.library, None, spec(tmp_path))
        left = set(files(spec(tmp_path)))
        assert {".mine", "mine.0123abcd"} <= left
        assert not {".timeline.md.0123abcd", "timeline_files/.timeline.png.0123abcd"} & left

    async def test_a_file_beside_a_report_that_is_somebody_elses_stays(self, own: Assistant, tmp_path: Path) -> None:
        text = '[[item]]\nreport = "annotated"\nname = "mine"\n\n[[item]]\nreport = "timeline"\nformats = "json"\n'
        mine = tmp_path / "b-reports" / "mine.bib"
        mine.parent.mkdir()
        mine.write_text("my own")
        report = await made(own.library, None, spec(tmp_path, text))
        assert [outcome.status for outcome in report.outcomes] == [JobStatus.FAILED, JobStatus.FINISHED]
        assert "mine.bib would be replaced, which no report wrote" in report.outcomes[0].note
        assert (mine.read_text(), mine.with_suffix(".md").exists()) == ("my own", False)
        mine.rename(tmp_path / "kept.bib")
        again = await made(own.library, None, spec(tmp_path, text), resume=True)
        assert [outcome.status for outcome in again.outcomes] == [JobStatus.FINISHED] * 2

    async def test_a_report_is_written_over_what_an_end_left_of_it(self, own: Assistant, tmp_path: Path) -> None:
        await made(own.library, None, spec(tmp_path, ANNOTATED))
        whole, output = files(spec(tmp_path, ANNOTATED)), tmp_path / "b-reports"
        shutil.rmtree(output / ".batch")
        for file in (*output.glob("*.manifest.json"), *output.glob("*.md")):
            file.unlink()
        await made(own.library, None, spec(tmp_path, ANNOTATED))
        assert files(spec(tmp_path, ANNOTATED)) == whole

    async def test_a_disk_that_refuses_stops_all_and_pays_no_more(
        self, own: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        chain, chat = chain_of(own.library, default=copying)
        (tmp_path / "b-reports" / ".batch").mkdir(parents=True)
        (tmp_path / "b-reports" / ".batch" / "replies").touch()
        report = await made(own.library, chain, spec(tmp_path), resume=True)
        assert report.count_status(JobStatus.FAILED) >= 1
        assert report.count_status(JobStatus.FINISHED) == 0
        assert any("could not be kept" in outcome.note for outcome in report.outcomes)
        assert len(chat.requests) <= 4  # what was under way

    async def test_a_disk_that_is_full_halts_the_jobs_that_have_not_begun(self, own: Assistant, tmp_path: Path) -> None:
        (tmp_path / "b-reports" / ".batch").mkdir(parents=True)
        (tmp_path / "b-reports" / ".batch" / "done").touch()
        names = "".join(f'{ANNOTATED}name = "{name}"\n' for name in ("one", "two", "three"))
        file = spec(tmp_path, f"at_once = 1\n{names}")
        every = [event async for event in events(own.library, None, file, resume=True)]
        assert [event.name for event in every if isinstance(event, JobStarted)] == ["one"]
        outcomes = every[-1].report.outcomes
        assert [outcome.status for outcome in outcomes] == [JobStatus.FAILED, JobStatus.STOPPED, JobStatus.STOPPED]
        assert "cannot be written" in outcomes[0].note
        assert {outcome.note for outcome in outcomes} == {outcomes[0].note}
        assert sorted(files(file)) == ["one.bib", "one.manifest.json", "one.md"]

    async def test_a_reply_that_cannot_be_kept_is_the_last_that_is_paid(self, own: Assistant, tmp_path: Path) -> None:
        chain, chat = chain_of(own.library, default=copying)
        (tmp_path / "b-reports" / ".batch").mkdir(parents=True)
        (tmp_path / "b-reports" / ".batch" / "replies").touch()
        text = f'at_once = 1\n{ANNOTATED}\n{ANNOTATED}name = "other"\n[[item]]\nquestion = "Who?"\nmodel = ""\n'
        report = await made(own.library, chain, spec(tmp_path, text), resume=True)
        assert [outcome.status for outcome in report.outcomes] == [
            JobStatus.FAILED,
            JobStatus.STOPPED,
            JobStatus.STOPPED,
        ]
        assert len(chat.requests) == 1
        assert report.paid.output_tokens > 0


async def test_a_job_that_fails_does_not_halt_the_others(own: Assistant, tmp_path: Path) -> None:
    file = spec(tmp_path, f'at_once = 1\n{ANNOTATED}filters = {{ year_from = 2999 }}\n{ANNOTATED}name = "other"\n')
    report = await made(own.library, None, file)
    assert [outcome.status for outcome in report.outcomes] == [JobStatus.FAILED, JobStatus.FINISHED]


async def test_a_spent_budget_halts_the_jobs_with_a_model_alone(own: Assistant, tmp_path: Path) -> None:
    chain, chat = chain_of(own.library, default=copying)
    text = f'at_once = 1\n{ANNOTATED}\n{ANNOTATED}name = "other"\n{ANNOTATED}name = "quoted"\nmodel = ""\n'
    every = [event async for event in events(own.library, chain, spec(tmp_path, text), max_tokens=10)]
    outcomes = every[-1].report.outcomes
    assert [(outcome.status, outcome.note) for outcome in outcomes] == [
        (JobStatus.STOPPED, "the budget of the batch is used up"),
        (JobStatus.STOPPED, "the budget of the batch is used up"),
        (JobStatus.FINISHED, ""),
    ]
    assert [event.name for event in every if isinstance(event, JobStarted)] == ["annotated", "quoted"]
    assert chat.requests == []


async def test_with_a_tenth_of_requests_failing_all_is_finished_or_told(own: Assistant, tmp_path: Path) -> None:
    with fake_openai_server(copying) as server, assistant_of(own.library.folder, server) as assistant:
        kinds = (faults.server_error(), faults.rate_limited(0.0), faults.cut(after=3), faults.unauthorised())
        for nth in range(3, 200, 10):
            server.fail(kinds[nth // 10 % 4], nth=nth)
        first = await assistant.batches.arun(spec(tmp_path))
        assert first.count_status(JobStatus.FINISHED) + first.count_status(JobStatus.FAILED) == JOBS
        assert first.count_status(JobStatus.FINISHED) > 0
        for _ in range(5):
            last = assistant.batches.run(spec(tmp_path), resume=True)
        assert last.count_status(JobStatus.FINISHED) == JOBS
        asked = Counter(str(request.body["messages"]) for request in server.requests if request.body)
        assert max(asked.values()) <= 3


def test_each_item_has_its_model(own: Assistant, tmp_path: Path) -> None:
    with fake_openai_server(copying) as server, assistant_of(own.library.folder, server) as assistant:
        text = f"""
            {ANNOTATED}
            model = "other"
            base_url = "{server.base_url}"
            {ANNOTATED}
            [[item]]
            question = "How much faster is the estimate of crash probabilities than naive Monte Carlo?"
            model = ""
        """
        report = assistant.batches.run(spec(tmp_path, text))
        assert report.count_status(JobStatus.FINISHED) == 3
        assert report.outcomes[2].usage == Usage()
        assert {request.body["model"] for request in server.requests} == {"other", "m"}
        with pytest.raises(InputError, match="The base_url of a model in the batch is not allowed"):
            assistant.batches.run(spec(tmp_path, f'{ANNOTATED}base_url = "ftp://x"'))
        with pytest.raises(InputError, match="Nobody can tell where the model"):
            assistant.batches.run(spec(tmp_path, f'{ANNOTATED}model = "somebody"'))


async def test_an_estimate_is_right_within_a_fifth(own: Assistant, tmp_path: Path) -> None:
    from assistant.batch.pipeline import BatchOptions, estimate_batch

    asked = 0

    def seldom(messages: list[Message]) -> str:
        nonlocal asked
        asked += 1
        return erring(messages) if asked % 7 == 0 else copying(messages)

    chat = ScriptedChatModel(default=seldom)
    chain = AnswerPipeline(own.library, Model(chat, "scripted"), Prompts())
    async for estimate in estimate_batch(chains(own.library, chain), spec(tmp_path), BatchOptions()):
        assert not chat.requests
        assert not (tmp_path / "b-reports").exists()
        report = await made(own.library, chain, spec(tmp_path))
        assert estimate.usage.input_tokens == pytest.approx(report.paid.input_tokens, rel=0.2)
        assert estimate.calls == pytest.approx(len(chat.requests), rel=0.2)
    async for left in estimate_batch(chains(own.library, chain), spec(tmp_path), BatchOptions()):
        assert (left.calls, left.usage, left.finished) == (0, Usage(), JOBS)
