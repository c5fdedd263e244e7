"""The library as a langchain retriever, for use in any chain."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableConfig
from pydantic import ConfigDict

from assistant.answer.routing import look_up
from assistant.llm.tracing import disable_tracing
from assistant.question.input import clean_question
from store.filters import Filters
from store.library import Library
from store.results import Hit


class Retriever(BaseRetriever):
    """Papers that fit a question, best first, as documents: the abstract, with the record in the metadata.

    Raises what searching raises (``ConspectusError``).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 10
    filters: Filters = Filters(retracted=False)

    def invoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """The papers that fit a question."""
        with disable_tracing():
            return super().invoke(input, config, **kwargs)

    async def ainvoke(self, input: str, config: RunnableConfig | None = None, **kwargs: Any) -> list[Document]:
        """``invoke``, without blocking."""
        with disable_tracing():
            return await super().ainvoke(input, config, **kwargs)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [document(hit) for hit in look_up(self.library, clean_question(query), self.k, self.filters)]


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
