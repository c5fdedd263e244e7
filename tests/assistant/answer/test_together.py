"""Many questions at once: no cross-talk, no lost claim."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.answer.pipeline_factory import build_pipeline
from assistant.client import Assistant
from assistant.settings import Settings
from assistant.testing import Gate, ScriptedChatModel, fake_openai_server
from assistant.types import Answer, Support
from store.library import Library
from tests.assistant import small
from tests.assistant.answer.asking import QUESTION, RIGHT, claims, settings_of

NUMBERS = range(100, 132)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """A paper for each number; the model says of each what its abstract says."""
    papers = [small.paper(f"p{n}", f"Kernel zeta{n}", f"The zeta{n} kernel needs {n} samples.") for n in NUMBERS]

    def says(messages: list[dict[str, Any]]) -> str:
        name = messages[-1]["content"].rpartition("Question: ")[2].split("zeta")[1][:3]
        return f"The zeta{name} kernel needs {name} samples. [1]"

    folder = tmp_path_factory.mktemp("many") / "library"
    with fake_openai_server(says) as server, small.assistant(folder, papers) as made:
        yield Assistant(made.library, build_pipeline(made.library, settings_of(server, timeout=30, stall=30)))


class TestManyAtOnce:
    def right(self, answer: Answer, n: int) -> bool:
        (claim,) = answer.claims
        (citation,) = claim.citations
        return claim.support is Support.QUOTED and citation.paper_id == f"p{n}" and str(n) in claim.text

    async def test_from_one_loop(self, many: Assistant) -> None:
        sessions = [many.sessions.new().id for _ in NUMBERS]
        asked = [f"How many samples does the zeta{n} kernel need?" for n in NUMBERS]
        answers = await asyncio.gather(*(many.aask(*both) for both in zip(asked, sessions, strict=True)))
        assert all(self.right(*both) for both in zip(answers, NUMBERS, strict=True))
        for session, question, answer in zip(sessions, asked, answers, strict=True):
            assert [(turn.question, turn.answer) for turn in many.sessions.get(session).turns] == [(question, answer)]

    def test_from_many_threads(self, many: Assistant) -> None:
        with ThreadPoolExecutor(8) as threads:
            answers = threads.map(lambda n: many.ask(f"How many samples does the zeta{n} kernel need?"), NUMBERS)
            assert all(self.right(*both) for both in zip(answers, NUMBERS, strict=True))

    async def test_blocking_within_a_running_loop(self, many: Assistant) -> None:
        assert self.right(many.ask("How many samples does the zeta107 kernel need?"), 107)

    async def test_one_that_waits_holds_up_no_other(self, library: Library) -> None:
        gate = Gate()
        chat = ScriptedChatModel(turns=[[gate, json.dumps(claims(RIGHT))], claims(RIGHT)])
        assistant = Assistant(library, build_pipeline(library, Settings(cache=False), chat))
        slow = asyncio.create_task(assistant.aask(QUESTION))
        assert await asyncio.to_thread(gate.reached.wait, 5)
        assert (await assistant.aask(QUESTION)).claims
        gate.open()
        assert (await slow).claims
