"""A follow-up as a question that stands on its own."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from assistant.answer.context import CHARACTERS_A_TOKEN
from assistant.answer.model import Model, Writing
from assistant.question.followup import context
from assistant.types import Turn
from prompts import Prompts, Role
from store.text.text_clean import clean_text

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

# Earlier questions that are shown, and what a longer reply than a question is cut to.
TURNS = 4
LONGEST = 400


async def stand_alone(
    model: Model,
    prompts: Prompts,
    question: str,
    history: Sequence[Turn],
    writing: Writing,
    config: "RunnableConfig | None",
) -> str:
    """The question with what it refers to; as it is where nothing was answered before.

    The usage is left in ``writing``. A reply that is no question in one line is not taken. What does not fit into a
    quarter of the context is not shown: the earliest questions.
    """
    if not context(question, history).paper_ids:
        return question
    asked = "\n".join(f"- {_told(turn)}" for turn in reversed(history[-TURNS:]))
    asked = asked[: int(model.context * CHARACTERS_A_TOKEN / 4)]
    prompt = prompts.render(Role.CONDENSE, history=asked, question=question)
    async with aclosing(model.write(prompt, writing, config)) as pieces:
        async for _ in pieces:
            pass
    reply = clean_text(writing.text.strip().splitlines()[0] if writing.text.strip() else "")
    return reply if 0 < len(reply) <= LONGEST else question


def _told(turn: Turn) -> str:
    """A question with the papers that its answer cited."""
    titles = [reference.title for reference in turn.answer.references[:2]] if turn.answer else []
    return turn.question + (f" (answered from: {'; '.join(titles)})" if titles else "")
