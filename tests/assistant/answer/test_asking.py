from pathlib import Path

import pytest

from assistant.answer.pipeline import AnswerPipeline, AnswerRequest, stream_answer
from assistant.client import Assistant
from assistant.events import AskEvent
from assistant.types import EXTRACTIVE, Support, Turn
from store.errors import InputError, ModelError, ModelStalled, NotFound
from tests.assistant.answer.asking import QUESTION, RIGHT, WRONG, chain_of, claims

STALLED = ModelStalled("The model scripted fell silent.", "Ask again.")


async def events(field: Assistant, chain: AnswerPipeline | None, **request: object) -> list[AskEvent]:
    wanted = AnswerRequest.model_validate({"question": QUESTION, **request})
    return [event async for event in stream_answer(field.library, chain, field.sessions, wanted)]


async def test_without_a_model_it_is_quoted(field: Assistant) -> None:
    *_, last = await events(field, None)
    assert last.event == "answer_done"
    assert last.answer.mode == EXTRACTIVE
    assert last.answer.trace.notes == ()


async def test_with_one_it_writes(field: Assistant) -> None:
    *_, last = await events(field, chain_of(field.library, claims(RIGHT))[0])
    assert last.event == "answer_done"
    assert last.answer.mode == "scripted"


async def test_strict_leaves_out_what_is_not_supported(field: Assistant) -> None:
    chain, _ = chain_of(field.library, claims(RIGHT, WRONG), claims(WRONG))
    found = await events(field, chain, strict=True)
    last = found[-1]
    assert last.event == "answer_done"
    assert [claim.text for claim in last.answer.claims] == [RIGHT]
    shown = [event.claim for event in found if event.event == "claim_checked"]
    assert all(claim.support is Support.WORDED for claim in shown)
    assert [event.text for event in found if event.event == "text_delta"] == [last.answer.text]


async def test_strict_shows_the_text_once_it_is_checked_and_else_the_same(field: Assistant) -> None:
    for chain in (None, chain_of(field.library, claims(RIGHT))[0]):
        kinds = [event.event for event in await events(field, chain, strict=True)]
        assert list(dict.fromkeys(kinds)) == [
            "searching",
            "evidence_found",
            "claim_checked",
            "text_delta",
            "answer_done",
        ]
        assert kinds.count("text_delta") == 1


async def test_an_outage_is_an_error_unless_excerpts_were_asked_for(field: Assistant) -> None:
    with pytest.raises(ModelError, match="fell silent"):
        await events(field, chain_of(field.library, STALLED)[0])
    *_, last = await events(field, chain_of(field.library, STALLED)[0], fallback=True)
    assert last.event == "answer_done"
    assert last.answer.mode == EXTRACTIVE
    assert last.answer.trace.notes == ("The model scripted fell silent. Excerpts are quoted instead.",)


async def test_the_turn_is_kept_in_its_session(field: Assistant) -> None:
    session = field.sessions.new().id
    await events(field, chain_of(field.library, claims(RIGHT))[0], session=session)
    with pytest.raises(ModelError):
        await events(field, chain_of(field.library, QUESTION, STALLED)[0], session=session)
    turns = field.sessions.get(session).turns
    assert [turn.error for turn in turns] == ["", str(STALLED)]


async def test_what_cannot_be_asked_is_said_at_once(field: Assistant, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        stream_answer(field.library, None, field.sessions, AnswerRequest(question=" "))
    with pytest.raises(NotFound):
        stream_answer(
            field.library, None, field.sessions, AnswerRequest(question="Why?", session="20260101-000000-abcd")
        )


async def test_earlier_turns_can_be_given_where_no_session_keeps_them(field: Assistant) -> None:
    first = Turn.now(QUESTION, field.ask(QUESTION))
    chain, model = chain_of(
        field.library, "How much time does the estimate of crash probabilities take?", claims(RIGHT)
    )
    *_, last = await events(field, chain, question="How much time does it take?", history=(first,))
    assert last.event == "answer_done"
    assert QUESTION in model.requests[0].text
    with pytest.raises(InputError, match="Give one of them"):
        await events(field, None, history=(first,), session=field.sessions.new().id)
