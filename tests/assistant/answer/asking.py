"""A model behind a fake endpoint, or a scripted one, over the papers of ``small.FIELD``."""

import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from assistant.answer.draft_claims import DraftClaim
from assistant.answer.generative import verify_drafts
from assistant.answer.model import Model
from assistant.answer.pipeline import AnswerPipeline
from assistant.cache import AnswerCache
from assistant.client import Assistant
from assistant.llm.chat import Delta
from assistant.retries import announce_retry
from assistant.settings import ModelSettings, Settings
from assistant.testing import FakeOpenAIServer, Reply, ScriptedChatModel
from assistant.testing.reply import Said
from assistant.types import Answer, Claim
from prompts import Prompts
from store.library import Library
from store.paper import Paper

QUESTION = "How much less time does the estimate of crash probabilities take than naive Monte Carlo?"
RIGHT = "The estimate of crash probabilities takes 20 times less time than naive Monte Carlo."
WRONG = "The estimate of crash probabilities takes 70 times less time than naive Monte Carlo."
# Seconds until an endpoint is given up, for tests in which it falls silent for good; elsewhere a busy machine would be
# taken for a silent endpoint.
IMPATIENT: dict[str, Any] = {"timeout": 0.5, "stall": 0.3}
SECRET = "sk-proj-Very5ecret0123456789"


class Busy:
    """A chat model whose server is busy at first, with every request.

    Args:
        reply: What it says then.
    """

    known_context = None
    takes_logprobs = False

    def __init__(self, reply: dict[str, Any]) -> None:
        self.asked = 0
        self._reply = json.dumps(reply)

    async def ask(self, prompt: str, options: Any = None, config: Any = None) -> AsyncGenerator[Delta, None]:
        """Wait once, and answer."""
        self.asked += 1
        await announce_retry("It takes no more requests at present.", 7.0)
        yield Delta(text=self._reply, finish_reason="stop", ended=True)


def claims(*texts: str, sources: Sequence[int] = (1,)) -> dict[str, Any]:
    """What a model answers that follows the schema."""
    return {"claims": [{"text": text, "sources": [*sources]} for text in texts]}


def settings_of(server: FakeOpenAIServer, fallback: bool = False, **chat: Any) -> Settings:
    """Of a fake endpoint that is asked once and waited for; nothing is kept."""
    given = {"model": "fake-chat", "base_url": server.base_url, "timeout": 120, "stall": 120, "retries": 0, **chat}
    return Settings(chat=ModelSettings(**given), fallback=fallback, cache=False)


def chain_of(
    library: Library, *turns: Said | Reply, cache: AnswerCache | None = None, **model: Any
) -> tuple[AnswerPipeline, ScriptedChatModel]:
    """A chain whose model says this."""
    chat = ScriptedChatModel(turns=turns)
    return AnswerPipeline(library, Model(chat, "scripted", **model), Prompts(), cache), chat


async def answered(chain: AnswerPipeline, question: str = QUESTION, **asked: Any) -> Answer:
    """The answer of a chain."""
    events = [event async for event in chain.stream(question, **asked)]
    last = events[-1]
    assert last.event == "answer_done"
    return last.answer


def said(assistant: Assistant, question: str = QUESTION) -> tuple[list[str], Answer]:
    """The kinds of events of an answer, each once, and the answer."""
    events = list(assistant.stream(question))
    last = events[-1]
    assert last.event == "answer_done"
    return list(dict.fromkeys(event.event for event in events)), last.answer


def check_drafts(drafts: Sequence[DraftClaim], papers: Sequence[Paper]) -> list[Claim]:
    """Check each draft by the rules alone, without a second stage."""
    return [verdict.to_claim() for verdict in verify_drafts(drafts, papers)]
