"""Answers as a langchain runnable, and the library as a langchain retriever, for use in other chains.

Callbacks see what runs within them. ``runnable(chain) | (lambda answer: answer.text)``
"""

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from pydantic import ConfigDict

from assistant.answer.paper_search import look_up
from assistant.answer.pipeline import AnswerPipeline
from assistant.concurrency import Loop
from assistant.events import AnswerDone
from assistant.llm.langchain_chat import disable_tracing
from assistant.question.parse import clean_question
from assistant.types import Answer, Turn
from store.errors import InputError
from store.filters import ANSWERABLE, Filters
from store.library import Library
from store.results import Hit

Asked = str | Mapping[str, Any]


def runnable(chain: AnswerPipeline) -> Runnable[Asked, Answer]:
    """The chain as a runnable named ``conspectus``: from a question, or ``{"question": …, "history": [Turn, …]}``.

    It raises what the chain raises, and ``InputError`` where there is no question.
    """
    loop = Loop()

    async def aanswer(request: Asked, config: RunnableConfig) -> Answer:
        question, history = _read_request(request)
        last = await chain.stream(question, history, config=config).last()
        assert isinstance(last, AnswerDone)
        return last.answer

    def answer(request: Asked, config: RunnableConfig) -> Answer:
        question, history = _read_request(request)
        return loop.run_to_last(chain.stream(question, history, config=config), AnswerDone).answer

    return _Untraced(RunnableLambda(answer, aanswer, name="conspectus"))


class _Untraced(Runnable[Asked, Answer]):
    """A runnable that LangSmith sees only where a chain around it is traced."""

    def __init__(self, inner: Runnable[Asked, Answer]) -> None:
        self._inner = inner
        self.name = inner.name

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """Answer a question."""
        with disable_tracing():
            return self._inner.invoke(input, config, **kwargs)

    async def ainvoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """``invoke``, without blocking."""
        with disable_tracing():
            return await self._inner.ainvoke(input, config, **kwargs)


def _read_request(request: Asked) -> tuple[str, Sequence[Turn]]:
    if isinstance(request, str):
        return clean_question(request), ()
    if not isinstance(request.get("question"), str):
        raise InputError("There is no question.", 'Give a text, or {"question": "…", "history": […]}.')
    return clean_question(request["question"]), tuple(request.get("history") or ())


class Retriever(BaseRetriever):
    """Papers that fit a question, best first, as documents: the abstract, with the record in the metadata.

    Raises what searching raises (``ConspectusError``).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 10
    filters: Filters = ANSWERABLE

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """The papers that fit a question."""
        with disable_tracing():
            return super().invoke(input, config, **kwargs)

    async def ainvoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """``invoke``, without blocking."""
        with disable_tracing():
            return await super().ainvoke(input, config, **kwargs)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [document(hit) for hit in look_up(self.library, clean_question(query), self.k, self.filters, cut=False)]


def document(hit: Hit) -> Document:
    """A hit as a document; ``sentences`` are the offsets of its sentences, best first."""
    paper = hit.paper
    metadata: dict[str, Any] = {
        "id": paper.id,
        "title": paper.marked_title,
        "authors": [author.name for author in paper.authors],
        "year": paper.year,
        "urls": list(paper.urls),
        "score": hit.score,
        "sentences": [(sentence.start, sentence.end) for sentence in hit.sentences],
    }
    return Document(id=paper.id, page_content=paper.abstract, metadata=metadata)
