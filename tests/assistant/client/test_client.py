"""The Python API as its users meet it, on libraries that need no model."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, ConspectusError, InputError, LibraryError, NotFound
from assistant.events import AnswerDone, ClaimChecked, EvidenceFound, Searching, TextDelta
from assistant.testing import HashEmbedder
from assistant.types import CANCELLED
from store.library import Library
from tests.counting import growth

QUESTIONS = (
    "Which papers study Thompson sampling?",
    "How much less time than naive Monte Carlo?",
    "papers in 2018",
    "Who wrote Rare Events in Simulated Traffic?",
    "How many papers are there?",
    "What is the boiling point of tungsten?",
)


def untimed(answer: Answer) -> Answer:
    """An answer without the time that it took."""
    return answer.model_copy(update={"trace": answer.trace.model_copy(update={"seconds": 0.0})})


def test_from_a_file_to_a_checked_answer(tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl"
    records = [
        {"id": "a", "title": "On Queues", "abstract": "Queues grow. We bound their length by 3.", "date": "2018"},
        {"id": "b", "title": "On Trees", "abstract": "Trees grow."},
    ]
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records) + "not json\n", encoding="utf-8")
    heard: list[str] = []
    with Assistant.open(tmp_path / "library", embedder=HashEmbedder()) as a:
        report = a.add(file, on_event=lambda event: heard.append(event.event))
        assert (report.added, report.updated, report.unchanged) == (2, 0, 0)
        assert [(problem.file.endswith("papers.jsonl"), problem.line) for problem in report.problems] == [(True, 3)]
        assert (heard[0], heard[-1]) == ("add_started", "add_done")
        assert a.add(file).unchanged == 2
        assert [paper.id for paper in a.papers.list()] == ["a", "b"]
        assert [paper.id for paper in a.papers.list(year_from=2018)] == ["a"]
        assert a.papers.count(year_from=2018) == 1
        assert a.papers.get("b").title == "On Trees"
        assert a.search("length of queues", k=1)[0].paper.id == "a"
        assert [hit.paper.id for hit in a.papers.similar("a")] == ["b"]
        answer = a.ask("By how much is the length of queues bounded?")
        (citation,) = answer.claims[0].citations
        assert citation.quote == a.papers.get("a").abstract[citation.start : citation.end]
        assert Answer.model_validate_json(answer.model_dump_json()) == answer
        a.papers.remove("a")
        with pytest.raises(NotFound):
            a.papers.get("a")
        assert a.ask("By how much is the length of queues bounded?").abstained


async def test_what_awaits_gives_the_same(own: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text(json.dumps({"id": "queues", "title": "On Queues", "abstract": "Queues grow."}), encoding="utf-8")
    assert (await own.aadd(file)).added == 1
    assert (await own.asearch("queues", k=1))[0].paper.id == "queues"
    assert [hit.paper.id for hit in await own.asearch("sampling", category="LG")] == ["thompson", "batches"]
    assert await own.averify("Queues grow.") == own.verify("Queues grow.")


async def test_adding_stops_when_it_is_cancelled(own: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    first, ended = threading.Event(), threading.Event()
    cancelled = threading.Event()

    def stream_add(*args: object, **only: object) -> Iterator[int]:
        try:
            for number in range(3):
                yield number
                first.set()
                assert cancelled.wait(60)
            pytest.fail("it went on")
        finally:
            ended.set()

    monkeypatch.setattr(own, "stream_add", stream_add)
    task = asyncio.create_task(own.aadd("file"))
    assert await asyncio.to_thread(first.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    cancelled.set()
    assert await asyncio.to_thread(ended.wait, 60)


def test_a_library_is_left_alone_until_it_is_written(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "none", embedder=HashEmbedder()) as a:
        assert not any([list(a.papers.list()), a.search("fairness"), a.sessions.list(), a.papers.profiles()])
        assert a.papers.count() == 0
        assert a.ask("What is fairness?").abstained
        with pytest.raises(NotFound):
            a.papers.similar("x")
    assert list(tmp_path.iterdir()) == []


def test_it_opens_again_after_it_was_closed(own: Assistant) -> None:
    before = [paper.id for paper in own.papers.list()]
    own.close()
    assert [paper.id for paper in own.papers.list()] == before


def test_home_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Assistant.open("~/mine", embedder=HashEmbedder()).library.folder == tmp_path / "mine"


def test_a_home_that_is_not_there_is_an_error() -> None:
    with pytest.raises(InputError, match="~no-such-user"):
        Assistant.open("~no-such-user/library")


BAD_QUESTIONS = ["", "  ", "?!", "\x00\x01", "\ud800", "x" * 200_000]


@pytest.mark.parametrize(
    "question", BAD_QUESTIONS, ids=["empty", "spaces", "marks", "controls", "surrogate", "enormous"]
)
async def test_what_is_no_question_is_refused_before_anything_is_done(own: Assistant, question: str) -> None:
    session = own.sessions.new().id
    for call in (own.ask, own.search, own.stream):
        with pytest.raises(InputError, match=r"The question (?:is|holds no word)"):
            call(question)
    with pytest.raises(InputError):
        await own.aask(question, session)
    with pytest.raises(InputError):
        await anext(own.astream(question, session))
    assert own.sessions.get(session).turns == ()


@pytest.mark.parametrize(
    "question", ["\xff\xfe\x00P\x00K\x03\x04" * 30, "\ud83d fairness", "fair\x00ness", "a" * 99_999, "公平性", "[1](x)"]
)
def test_odd_questions_get_an_answer(field: Assistant, question: str) -> None:
    answer = field.ask(question)
    assert answer.text
    assert answer.model_dump_json()


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"autor": "Che"}, "no filter 'autor'.*author, year_from"),
    ({"year_from": "abc"}, "filter year_from cannot be 'abc'"),
    ({"year_to": 10**30}, "filter year_to"),
    ({"ids": "one"}, "filter ids"),
    ({"has_code": "perhaps"}, "filter has_code"),
]


@pytest.mark.parametrize(("filters", "message"), WRONG)
def test_wrong_filters_are_refused_everywhere(field: Assistant, filters: dict[str, Any], message: str) -> None:
    calls: list[Callable[..., object]] = [
        field.papers.list,
        field.papers.count,
        partial(field.search, "x"),
        partial(field.ask, "x"),
    ]
    for call in calls:
        with pytest.raises(InputError, match=message):
            call(**filters)


@pytest.mark.parametrize("k", [0, -1])
def test_wrong_numbers_of_papers_are_refused(field: Assistant, k: int) -> None:
    for find, asked in ((field.search, "fairness"), (field.search, "in 2018"), (field.papers.similar, "fair")):
        with pytest.raises(InputError, match=f"cannot be {k}"):
            find(asked, k=k)


def test_filters_restrict_answers_and_searches(field: Assistant) -> None:
    assert {hit.paper.id for hit in field.search("sampling", category="LG")} == {"batches", "thompson"}
    assert [one.paper_id for one in field.ask("List all papers", author="Che", year_to=2023).references] == ["batches"]
    assert field.ask("papers in 2018", author=None, ids=None) is not None


def test_a_session_says_what_it_means(own: Assistant) -> None:
    session = own.sessions.new().id
    own.ask("How much less time than naive Monte Carlo?", session)
    answer = own.ask("Who wrote it?", session=session)
    assert "Matthew O'Kelly" in answer.text
    turns = own.sessions.get(session).turns
    assert [turn.question for turn in turns] == ["How much less time than naive Monte Carlo?", "Who wrote it?"]
    assert turns[-1].answer == answer


@pytest.mark.parametrize("session", ["20200101-000000-abcd", "", "../x"])
async def test_a_session_that_is_not_there_is_an_error(own: Assistant, session: str) -> None:
    with pytest.raises(NotFound, match="no session"):
        own.ask("What is fairness?", session)
    with pytest.raises(NotFound, match="no session"):
        await own.aask("What is fairness?", session)
    assert own.sessions.list() == []


@pytest.mark.parametrize("question", QUESTIONS)
async def test_all_ways_to_ask_are_one(field: Assistant, question: str) -> None:
    streamed = [event async for event in field.astream(question)]
    whole = list(field.stream(question))
    assert [type(event) for event in streamed] == [type(event) for event in whole]
    kinds = [kind for kind in dict.fromkeys(map(type, whole)) if kind is not ClaimChecked]
    assert kinds == [Searching, EvidenceFound, TextDelta, AnswerDone]
    answers = [field.ask(question), field.ask(question, strict=True), await field.aask(question)]
    answers += [event.answer for event in (streamed[-1], whole[-1]) if isinstance(event, AnswerDone)]
    assert len(answers) == 5
    assert all(untimed(answer) == untimed(answers[0]) for answer in answers)


async def test_many_tasks_do_not_mix_their_answers(own: Assistant) -> None:
    sessions = [own.sessions.new().id for _ in range(24)]
    asked = [QUESTIONS[n % len(QUESTIONS)] for n in range(24)]
    answers = await asyncio.gather(*(own.aask(q, id) for q, id in zip(asked, sessions, strict=True)))
    expected = {question: untimed(own.ask(question)) for question in QUESTIONS}
    assert [untimed(answer) for answer in answers] == [expected[question] for question in asked]
    assert [own.sessions.get(id).turns[0].answer for id in sessions] == answers


def test_threads_share_an_assistant(own: Assistant) -> None:
    expected = {question: untimed(own.ask(question)) for question in QUESTIONS}
    own.close()
    together = threading.Barrier(8)

    def work(n: int) -> list[Answer]:
        together.wait(60)
        return [own.ask(QUESTIONS[(n + i) % len(QUESTIONS)]) for i in range(4)]

    with ThreadPoolExecutor(8) as pool:
        answers = [answer for part in pool.map(work, range(8)) for answer in part]
    assert len(answers) == 32
    assert all(untimed(answer) == expected[answer.question] for answer in answers)


def ended_how(a: Assistant, session: str) -> list[tuple[Answer | None, str]]:
    return [(turn.answer, turn.error) for turn in a.sessions.get(session).turns]


async def test_a_stream_closed_early_is_kept_as_cancelled(own: Assistant) -> None:
    session = own.sessions.new().id
    async with aclosing(own.astream("What is fairness?", session)) as events:
        assert isinstance(await anext(events), Searching)
    assert ended_how(own, session) == [(None, CANCELLED)]


async def test_the_turn_is_saved_before_the_last_event(own: Assistant) -> None:
    session = own.sessions.new().id
    async for event in own.astream("What is fairness?", session):
        (turn,) = own.sessions.get(session).turns
        assert (turn.answer is not None) == isinstance(event, AnswerDone)


class Slow(Library):
    """A library whose search waits until it may go on."""

    searching = threading.Event()
    may_go_on = threading.Event()

    def search(self, *args: Any, **options: Any) -> Any:
        self.searching.set()
        assert self.may_go_on.wait(60)
        return super().search(*args, **options)


async def test_cancelling_ends_the_answer_and_is_kept(own: Assistant) -> None:
    slow = Slow(own.library.folder, HashEmbedder())
    with Assistant(slow) as a:
        session = a.sessions.new().id
        task = asyncio.create_task(a.aask("What is fairness?", session))
        assert await asyncio.to_thread(slow.searching.wait, 60)
        task.cancel()
        await asyncio.sleep(0)
        slow.may_go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended_how(a, session) == [(None, CANCELLED)]
        assert isinstance(await a.aask("What is fairness?", session), Answer)


async def test_an_error_in_mid_answer_is_kept_as_a_failed_turn(own: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise LibraryError("The disk is gone.", "Bring it back.")

    session = own.sessions.new().id
    with monkeypatch.context() as patched:
        patched.setattr(own.library, "search", broken)
        with pytest.raises(LibraryError, match="The disk is gone"):
            own.ask("What is fairness?", session)
        events = own.astream("Why is it fair?", session)
        assert isinstance(await anext(events), Searching)
        with pytest.raises(ConspectusError):
            await anext(events)
    turns = own.sessions.get(session).turns
    assert [(turn.question, turn.answer, turn.error) for turn in turns] == [
        ("What is fairness?", None, "The disk is gone. Bring it back."),
        ("Why is it fair?", None, "The disk is gone. Bring it back."),
    ]
    assert not own.ask("Which papers are about fairness?", session).abstained


def test_a_search_costs_no_more_where_its_text_is_cut_anyway(field: Assistant) -> None:
    assert growth(lambda size: field.search("Che fairness papers by " * size), 2000) == 1
