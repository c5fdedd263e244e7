"""From a question to a checked answer, with a model. Yields events; the last one holds the answer."""

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from assistant.answer.model import Model
from assistant.answer.pipeline import Parts, Run
from assistant.cache import AnswerCache
from assistant.events import AskEvent
from assistant.types import Turn
from prompts import Prompts
from store.filters import Filters
from store.library import Library

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig


class Chain:
    """A library, a model and prompts.

    Args:
        library: What may be cited.
        model: Who writes.
        prompts: What it is asked.
        cache: Where answers are kept; None keeps none.
    """

    def __init__(self, library: Library, model: Model, prompts: Prompts, cache: AnswerCache | None = None) -> None:
        self.library = library
        self.model = model
        self.prompts = prompts
        self.cache = cache

    def events(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        config: "RunnableConfig | None" = None,
    ) -> AsyncGenerator[AskEvent, None]:
        """Answer a question, one line of clean text; the events are those of ``assistant.events``.

        Args:
            question: What is asked.
            history: Earlier turns, for what "it" means. An earlier answer is never evidence.
            filters: Papers that the answer is restricted to.
            config: Langchain's, for its callbacks.

        Raises:
            LibraryError: The library cannot be read.
            ModelError: The model gives no answer.
        """
        parts = Parts(self.library, self.model, self.prompts, self.cache)
        return Run(parts, question, filters or Filters(retracted=False), config).events(history)
