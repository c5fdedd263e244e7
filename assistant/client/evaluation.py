"""Scoring the answers of an assistant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from assistant.evaluate import Evaluation, evaluate, load_questions
from assistant.types import Answer, Turn, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.client import Assistant


class ModelEvaluation(Evaluation):
    """The scores, and the model that wrote the answers with what it took; "" and nothing without one."""

    model: str = ""
    model_usage: Usage = Usage()

    @classmethod
    def score(cls, assistant: Assistant, path: str | Path, strict: bool = False) -> Self:
        """Ask the questions of a file in conversations that are kept in memory only, and score the answers.

        Raises:
            InputError: The file cannot be used.
            LibraryError: The library cannot be read.
        """
        usage = Usage()

        def answer(question: str, turns: Sequence[Turn]) -> Answer:
            nonlocal usage
            reply = assistant.ask(question, strict=strict, history=turns)
            usage += reply.usage
            return reply

        def answer_last(question: str, history: Sequence[str]) -> Answer:
            turns: list[Turn] = []
            for earlier in history:
                reply = answer(earlier, turns)
                turns.append(Turn.now(reply.question, reply))
            return answer(question, turns)

        questions = load_questions(Path(path))
        scores = evaluate(questions, answer_last, lambda text: assistant.search(text, 5), assistant.papers.get)
        return cls(**dict(scores), model=assistant.model, model_usage=usage)
