"""The chain in other people's chains, and what their callbacks see."""

import asyncio
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler

from assistant.answer import AnswerPipeline
from assistant.answer.langchain import Retriever, document, runnable
from assistant.types import Turn
from store.errors import InputError
from store.filters import Filters
from store.library import Library
from store.results import Hit, ScoredSentence
from tests.assistant import small
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
        assert await whole.ainvoke(QUESTION) == f"{RIGHT} [1] *≈*"

    async def test_a_runnable_needs_a_question(self, library: Library) -> None:
        chain, _ = chain_of(library)
        without: list[dict[str, Any]] = [{"history": []}, {"question": 3}]
        for asked in without:
            with pytest.raises(InputError) as caught:
                await runnable(chain).ainvoke(asked)
            assert caught.value.what == "There is no question."
            assert caught.value.hint == 'Give a text, or {"question": "…", "history": […]}.'

    async def test_a_runnable_takes_earlier_turns_and_cleans_the_question(self, library: Library) -> None:
        first, _ = chain_of(library, claims(RIGHT))
        turn = Turn.now(QUESTION, await answered(first))
        chain, chat = chain_of(library, QUESTION, claims(RIGHT))
        answer = await runnable(chain).ainvoke({"question": " How much\n faster is it? ", "history": [turn]})
        assert answer.question == "How much faster is it?"
        assert QUESTION in chat.requests[0].text
        assert answer.claims[0].text == RIGHT
        for asked in (
            " How many\n papers are there? ",
            {"question": " How many\n papers are there? ", "history": None},
        ):
            assert (await runnable(chain).ainvoke(asked)).question == "How many papers are there?"

    async def test_the_library_is_a_retriever(self, library: Library) -> None:
        retriever = Retriever(library=library, k=2)
        for documents in (retriever.invoke(QUESTION), await retriever.ainvoke(QUESTION)):
            assert len(documents) == 2
            assert documents[0].id == documents[0].metadata["id"] == "rare"
            first, last = documents[0].metadata["sentences"][0]
            assert "Monte Carlo" in documents[0].page_content[first:last]

    def test_a_retriever_is_restricted_to_its_filters(self, library: Library) -> None:
        found = Retriever(library=library, filters=Filters(ids=("fair", "queue"))).invoke(" crash\n probabilities ")
        assert sorted(str(document.id) for document in found) == ["fair", "queue"]

    def test_a_document_is_the_abstract_with_its_record(self) -> None:
        paper = small.paper("a", "On Frogs", "Frogs sing.", "Ann Ode, Bo Li", 2018, urls=("https://example.org/a",))
        hit = Hit(paper=paper, score=0.75, sentences=(ScoredSentence(text="Frogs sing.", start=0, end=11),))
        made = document(hit)
        assert (made.id, made.page_content) == ("a", "Frogs sing.")
        assert made.metadata == {
            "id": "a",
            "title": "On Frogs",
            "authors": ["Ann Ode", "Bo Li"],
            "year": 2018,
            "urls": ["https://example.org/a"],
            "score": 0.75,
            "sentences": [(0, 11)],
        }

    def test_the_chain_is_exported(self) -> None:
        assert AnswerPipeline.__module__.startswith("assistant.answer")
