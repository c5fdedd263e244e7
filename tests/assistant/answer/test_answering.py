import threading
from pathlib import Path

import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.answer.pipeline_factory import build_pipeline
from assistant.answer.retrieval import Search, interpret_question
from assistant.client import Assistant
from assistant.events import AnswerDone, RequestRetried, Searching, TextDelta
from assistant.settings import Settings
from assistant.testing import FakeOpenAIServer, HashEmbedder, ScriptedChatModel
from assistant.types import EXTRACTIVE, Support, Turn
from prompts import Prompts
from store.errors import ModelError
from store.filters import Filters
from store.library import Library
from tests.assistant import small
from tests.assistant.answer.asking import QUESTION, RIGHT, SECRET, WRONG, Busy, answered, chain_of, claims, said

OTHER = "Crash probabilities of vehicles are estimated by adaptive sampling."


async def test_every_sentence_comes_checked_and_numbered(library: Library) -> None:
    chain, chat = chain_of(library, claims(RIGHT, OTHER))
    events = [event async for event in chain.stream(QUESTION)]
    kinds = [event.event for event in events]
    assert list(dict.fromkeys(kinds)) == ["searching", "evidence_found", "text_delta", "claim_checked", "answer_done"]
    last = events[-1]
    assert last.event == "answer_done"
    assert [event.claim for event in events if event.event == "claim_checked"] == list(last.answer.claims)
    assert "".join(event.text for event in events if event.event == "text_delta") == f"{RIGHT} {OTHER}"
    assert last.answer.text == f"{RIGHT} [1] *≈* {OTHER} [1] *≈*"
    assert [reference.paper_id for reference in last.answer.references] == ["rare"]
    assert last.answer.mode == "scripted"
    assert last.answer.trace.prompts == Prompts().hash
    assert last.answer.usage.input_tokens > 0
    assert len(chat.requests) == 1


async def test_what_fails_is_shown_to_the_model_once(library: Library) -> None:
    chain, chat = chain_of(library, claims(OTHER, WRONG, "Coffee cures cancer."), claims(RIGHT))
    answer = await answered(chain)
    assert [(claim.text, claim.support) for claim in answer.claims] == [
        (OTHER, Support.WORDED),
        (RIGHT, Support.WORDED),
    ]
    assert WRONG in chat.requests[1].text
    assert "70" in chat.requests[1].text
    assert answer.trace.repaired == 1
    assert answer.trace.notes == ("1 of its sentences were in doubt, not found or contradicted and were withdrawn",)
    alone, _ = chain_of(library, claims(OTHER))
    # What both requests took is counted together.
    assert answer.usage.input_tokens > (await answered(alone)).usage.input_tokens * 1.5


async def test_the_trace_says_how_long_it_took(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.answer.pipeline.perf_counter", iter([100.0, 103.5]).__next__)
    assert (await answered(chain_of(library, claims(RIGHT))[0])).trace.seconds == 3.5


async def test_a_retracted_paper_is_no_evidence_unless_it_is_let_in(tmp_path: Path) -> None:
    (rare,) = (paper for paper in small.FIELD if paper.id == "rare")
    gone = rare.model_copy(update={"id": "gone", "title": "Crash Probabilities", "retraction": "retracted"})
    with small.assistant(tmp_path / "library", [gone, *(p for p in small.FIELD if p.id != "rare")]) as made:
        for filters, expected in ((None, False), (Filters(retracted=False), False), (Filters(retracted=None), True)):
            chain, _ = chain_of(made.library, claims(RIGHT), claims(RIGHT))
            events = [event async for event in chain.stream(QUESTION, filters=filters)]
            shown = [event.paper_ids for event in events if event.event == "evidence_found"]
            assert any("gone" in ids for ids in shown) is expected


async def test_what_fails_twice_shows_its_status(library: Library) -> None:
    chain, chat = chain_of(library, claims(WRONG), claims(WRONG))
    answer = await answered(chain)
    assert [claim.support for claim in answer.claims] == [Support.CONTRADICTED]
    assert answer.claims[0].reasons
    assert "(✗ its source says otherwise)" in answer.text
    assert answer.abstained
    assert len(chat.requests) == 2


async def test_the_model_may_say_that_nothing_is_stated(library: Library) -> None:
    for turn in (claims(), "NOT STATED"):
        chain, chat = chain_of(library, turn)
        answer = await answered(chain)
        assert answer.abstained
        assert not answer.claims
        assert len(chat.requests) == 1


async def test_both_forms_give_the_same_claims(library: Library) -> None:
    as_json, _ = chain_of(library, claims(RIGHT, OTHER))
    as_text, _ = chain_of(library, f"{RIGHT} [1] {OTHER} [1]", schema=False)
    one, other = await answered(as_json), await answered(as_text)
    assert one.claims == other.claims
    assert one.text == other.text


async def test_a_source_that_does_not_exist_is_no_hindrance_and_no_help(library: Library) -> None:
    chain, _ = chain_of(library, {"claims": [*claims(RIGHT, sources=(99,))["claims"]]})
    assert [claim.support for claim in (await answered(chain)).claims] == [Support.WORDED]
    wrong = claims(WRONG, sources=(99,))
    chain, _ = chain_of(library, wrong, wrong)
    assert "[99]" in (await answered(chain)).claims[0].reasons[-1]


async def test_questions_about_the_catalogue_ask_no_model(library: Library) -> None:
    chain, chat = chain_of(library)
    answer = await answered(chain, "How many papers are there?")
    assert answer.mode == EXTRACTIVE
    assert chat.requests == []


async def test_an_empty_library_asks_no_model(tmp_path: Path) -> None:
    with small.assistant(tmp_path) as empty:
        chain, chat = chain_of(empty.library)
        assert (await answered(chain)).abstained
        assert chat.requests == []


async def test_a_follow_up_is_condensed_and_answered_as_it_was_typed(library: Library) -> None:
    first, _ = chain_of(library, claims(RIGHT))
    turn = Turn.now(QUESTION, await answered(first))
    chain, chat = chain_of(library, f"{QUESTION}\nAnd more.", claims(RIGHT))
    answer = await answered(chain, "How much faster is it?", history=[turn])
    assert answer.question == "How much faster is it?"
    assert QUESTION in chat.requests[1].text
    assert "How much faster is it?" not in chat.requests[1].text
    assert answer.usage.input_tokens > len(chat.requests[1].text) // 4
    chain, _ = chain_of(library, "How many papers are by Ethan Che?")
    counted = await answered(chain, "And how many by Che?", history=[turn])
    assert counted.question == "And how many by Che?"
    assert counted.usage.input_tokens > 0


async def test_what_rules_resolve_is_put_to_no_model_in_other_words(library: Library) -> None:
    first, _ = chain_of(library)
    listed = Turn.now("papers in 2018", await answered(first, "papers in 2018"))
    chain, chat = chain_of(library, claims(RIGHT))
    answer = await answered(chain, "How much faster is [1]?", history=[listed])
    assert len(chat.requests) == 1
    assert "How much faster is “Rare Events in Simulated Traffic”?" in chat.requests[0].text
    assert "of: [1] → [1] “Rare Events in Simulated Traffic”" in answer.trace.query
    chain, chat = chain_of(library)
    missing = await answered(chain, "How much faster is [3]?", history=[listed])
    assert missing.reason == "The last answer had 2 papers, so there is no [3]."
    assert chat.requests == []


async def test_errors_of_any_client_are_put_into_words(library: Library) -> None:
    chat = ScriptedChatModel(turns=[["Loss ", ValueError(f"no {SECRET}")]])
    chain = build_pipeline(library, Settings(cache=False), chat)
    assert chain is not None
    with pytest.raises(ModelError, match="scripted") as raised:
        await answered(chain)
    assert raised.value.__cause__ is raised.value.__context__ is None


def test_a_model_can_be_named_in_one_line(tmp_path: Path, server: FakeOpenAIServer) -> None:
    server.reply(claims(RIGHT))
    with (
        small.assistant(tmp_path / "library", small.FIELD) as made,
        Assistant.open(
            made.library.folder, embedder=HashEmbedder(), model="fake-chat", base_url=server.base_url
        ) as assistant,
    ):
        kinds, answer = said(assistant)
    assert kinds[-1] == "answer_done"
    assert answer.mode == "fake-chat"
    assert {request.path for request in server.requests} == {"/v1/chat/completions"}


def test_a_given_model_of_langchain_answers(tmp_path: Path, server: FakeOpenAIServer, library: Library) -> None:
    chat = ChatOpenAI(model="fake-chat", base_url=server.base_url, api_key=SecretStr(SECRET))
    server.reply(claims(RIGHT))
    chain = build_pipeline(library, Settings(cache=False), chat)
    assert Assistant(library, chain).ask(QUESTION).claims[0].text == RIGHT


def test_threads_end_with_the_assistant(library: Library) -> None:
    chain, _ = chain_of(library, claims(RIGHT))
    assistant = Assistant(library, chain)
    assistant.ask(QUESTION)
    (thread,) = [one for one in threading.enumerate() if one.name == "conspectus" and one.is_alive()][-1:]
    assistant._loop.close()
    thread.join(5)
    assert not thread.is_alive()


async def test_a_first_question_is_understood_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    understood: list[str] = []

    def count(library: Library, question: str, *args: object, **options: object) -> Search:
        understood.append(question)
        return interpret_question(library, question, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("assistant.answer.pipeline.interpret_question", count)
    chain, _ = chain_of(library, claims(RIGHT))
    await answered(chain, history=[])
    assert understood == [QUESTION]


def test_a_request_that_is_sent_again_is_told_with_its_reason_before_the_draft(library: Library) -> None:
    with Assistant(library, AnswerPipeline(library, Model(Busy(claims(RIGHT)), "busy"), Prompts())) as a:
        events = list(a.stream(QUESTION))
    told = [event for event in events if isinstance(event, RequestRetried)]
    assert told == [RequestRetried(reason="It takes no more requests at present.", seconds=7.0)]
    kinds = [type(event) for event in events]
    assert kinds.index(RequestRetried) < kinds.index(TextDelta)
    assert isinstance(events[-1], AnswerDone)
    assert events[-1].answer.claims[0].text == RIGHT
    assert told[0].words == "It takes no more requests at present. It is asked again in 7 s"


async def test_a_retry_is_told_of_the_question_that_is_condensed_too(library: Library) -> None:
    turn = Turn.now(QUESTION, await answered(chain_of(library, claims(RIGHT))[0]))
    chain = AnswerPipeline(library, Model(Busy(claims(RIGHT)), "busy"), Prompts())
    kinds = [type(event) async for event in chain.stream("How much faster is it?", history=[turn])]
    retries = [at for at, kind in enumerate(kinds) if kind is RequestRetried]
    assert len(retries) == 2
    assert retries[0] < kinds.index(Searching) < retries[1]
