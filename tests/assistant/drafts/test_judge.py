"""The second opinion, by a scripted model and by a fake endpoint."""

from collections.abc import Iterator
from typing import Any

import pytest

from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.answer.pipeline_factory import build_pipeline
from assistant.client import Assistant
from assistant.drafts.check import read_opinion
from assistant.drafts.checked_sentence import CheckedSentence, Opinion, SentenceOutcome
from assistant.testing import FakeOpenAIServer, Reply, ScriptedChatModel, fake_openai_server, faults
from prompts import Prompts
from tests.assistant.answer.asking import settings_of

TRUE = "The estimate of crash probabilities takes 20 times less time than naive Monte Carlo"
DRAFT = f"{TRUE} [@rare].\n\nCrashes are not rare events [@rare].\n\nTungsten boils at a high temperature.\n\nReally?\n"


def judged(field: Assistant, *turns: Any, draft: str = DRAFT) -> tuple[list[CheckedSentence], ScriptedChatModel]:
    chat = ScriptedChatModel(turns=turns)
    with Assistant(field.library, AnswerPipeline(field.library, Model(chat, "scripted"), Prompts())) as a:
        return list(a.drafts.check(draft, judge=True)), chat


def without_opinions(found: list[CheckedSentence]) -> list[CheckedSentence]:
    return [sentence.model_copy(update={"opinion": None}) for sentence in found]


def test_an_opinion_stands_beside_the_check_and_changes_nothing(field: Assistant) -> None:
    found, chat = judged(field, Reply("No.", usage=(100, 2)), "<think>yes or no</think> Yes, it does")
    assert [sentence.opinion and sentence.opinion.says for sentence in found] == ["no", "yes", None, None]
    assert found[0].opinion
    assert (found[0].opinion.model, found[0].opinion.usage.input_tokens) == ("scripted", 100)
    assert without_opinions(found) == list(field.drafts.check(DRAFT))
    asked = chat.requests[0].messages[-1].text
    assert f"Claim: {TRUE}." in asked
    assert "Crashes are rare events." in asked


def test_a_sentence_without_a_citation_is_judged_by_what_was_found(field: Assistant) -> None:
    (found,), chat = judged(field, "Partially.", draft=f"{TRUE}.")
    assert (found.outcome, found.opinion and found.opinion.says) == (SentenceOutcome.CITABLE, "partly")
    assert "Crashes are rare events." in chat.requests[0].messages[-1].text


@pytest.mark.parametrize(
    ("reply", "word"),
    [("Yes", "yes"), ("**no**", "no"), ("It is partly so", "partly"), ("Partially", "partly"), ("", "unclear"),
     ("Nothing known", "unclear"), ("<think>yes", "unclear")],
)  # fmt: skip
def test_how_a_reply_is_read(reply: str, word: str) -> None:
    assert read_opinion(reply) == word


@pytest.fixture
def server() -> Iterator[FakeOpenAIServer]:
    with fake_openai_server() as server:
        yield server


def opinions(server: FakeOpenAIServer, field: Assistant, sentences: int) -> list[Opinion]:
    """What the model behind a fake endpoint thinks of one sentence again and again."""
    draft = "\n\n".join([f"{TRUE} [@rare]."] * sentences)
    chain = build_pipeline(field.library, settings_of(server))
    with Assistant(field.library, chain) as a:
        found = list(a.drafts.check(draft, judge=True))
    assert all(sentence.outcome is SentenceOutcome.WORDED for sentence in found)
    return [sentence.opinion for sentence in found if sentence.opinion]


def test_a_failure_is_told_and_a_model_that_keeps_failing_is_left_alone(
    server: FakeOpenAIServer, field: Assistant
) -> None:
    server.fail(faults.server_error())
    found = opinions(server, field, sentences=4)
    assert not any(one.says for one in found)
    assert all(one.error for one in found)
    assert [one.error.startswith("not asked") for one in found] == [False, False, True, True]
    assert len(server.requests) == 2


def test_one_failure_is_no_reason_to_give_up(server: FakeOpenAIServer, field: Assistant) -> None:
    server.fail(faults.server_error(), nth=1)
    server.fail(faults.server_error(), nth=3)
    server.reply("yes", "yes", "yes", "yes")
    assert [bool(one.error) for one in opinions(server, field, sentences=4)] == [True, False, True, False]
