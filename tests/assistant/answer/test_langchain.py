"""The chain in other people's chains, and what their callbacks see."""

import asyncio
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from assistant.answer import AnswerPipeline
from assistant.answer.langchain import Retriever, runnable
from store.errors import InputError
from store.library import Library
from tests.assistant.answer.asking import QUESTION, RIGHT, WRONG, answered, chain_of, claims


class Seen(BaseCallbackHandler):
    """What langchain's callbacks are told."""

    def __init__(self) -> None:
        self.models = 0
        self.ended = 0
        self.chains: list[str] = []

    def on_chat_model_start(self, *args: Any, **kwargs: Any) -> None:
        self.models += 1

    def on_llm_end(self, *args: Any, **kwargs: Any) -> None:
        self.ended += 1

    def on_chain_start(self, serialized: Any, inputs: Any, **kwargs: Any) -> None:
        self.chains.append(kwargs.get("name", ""))


class TestLangchain:
    async def test_callbacks_see_the_runs_of_the_model(self, library: Library) -> None:
        seen = Seen()
        chain, _ = chain_of(library, claims(WRONG), claims(RIGHT))
        await answered(chain, config={"callbacks": [seen]})
        assert (seen.models, seen.ended) == (2, 2)

    @pytest.mark.parametrize("asked", [QUESTION, {"question": QUESTION}, {"question": QUESTION, "history": []}])
    async def test_it_is_a_runnable(self, library: Library, asked: Any) -> None:
        seen = Seen()
        chain, _ = chain_of(library, claims(RIGHT), claims(RIGHT))
        whole = runnable(chain)
        awaited = await whole.ainvoke(asked, {"callbacks": [seen]})
        blocked = await asyncio.to_thread(whole.invoke, asked, {"callbacks": [seen]})
        assert awaited.claims == blocked.claims
        assert awaited.claims[0].text == RIGHT
        assert (seen.models, seen.ended) == (2, 2)
        assert seen.chains == ["conspectus", "conspectus"]

    async def test_it_goes_into_other_chains(self, library: Library) -> None:
        chain, _ = chain_of(library, claims(RIGHT))
        whole = runnable(chain) | (lambda answer: answer.text)
        assert await whole.ainvoke(QUESTION) == f"{RIGHT} [1]"

    async def test_a_runnable_needs_a_question(self, library: Library) -> None:
        chain, _ = chain_of(library)
        with pytest.raises(InputError, match="no question"):
            await runnable(chain).ainvoke({"history": []})

    async def test_the_library_is_a_retriever(self, library: Library) -> None:
        retriever = Retriever(library=library, k=2)
        for documents in (retriever.invoke(QUESTION), await retriever.ainvoke(QUESTION)):
            assert len(documents) == 2
            assert documents[0].id == documents[0].metadata["id"] == "rare"
            first, last = documents[0].metadata["sentences"][0]
            assert "Monte Carlo" in documents[0].page_content[first:last]

    def test_the_chain_is_exported(self) -> None:
        assert AnswerPipeline.__module__.startswith("assistant.answer")
