"""A second opinion by the chat model, which changes nothing of what the check found."""

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.answer.context import budget, evidence, pack
from assistant.answer.model import Model
from assistant.concurrency import Loop
from assistant.drafts.results import Opinion
from assistant.verify.injection import trusted
from prompts import Prompts, Role
from store.errors import InputError, ModelError
from store.paper import Paper

if TYPE_CHECKING:
    from assistant.answer.pipeline import Chain

# Failures one after the other after which a model is not asked any more.
PATIENCE = 2
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_WORD = re.compile(r"\b(yes|partly|partially|no)\b", re.IGNORECASE)


def judge_of(chain: "Chain | None", loop: Loop) -> "ModelJudge":
    """The judge that a chain's model is; raises InputError where there is none."""
    if chain is None:
        raise InputError(
            "There is no model to give an opinion.", "Name one, for example with --model openai:gpt-4o-mini."
        )
    return ModelJudge(chain, loop.blocking)


class ModelJudge:
    """Asks the model of a chain about sentences, one at a time; gives up on one that keeps failing.

    Args:
        chain: Its model and its prompts are used.
        run: Waits for what an asynchronous generator yields.
    """

    def __init__(self, chain: "Chain", run: Callable[[AsyncGenerator[Opinion, None]], Iterable[Opinion]]) -> None:
        self._chain = chain
        self._run = run
        self._failures = 0

    def __call__(self, sentence: str, papers: Sequence[Paper]) -> Opinion:
        """What the model thinks of a sentence in the light of papers; its failure is told, not raised."""
        model = self._chain.model
        if self._failures >= PATIENCE:
            return Opinion(model=model.name, error=f"not asked: the model failed {PATIENCE} times before")
        try:
            [opinion] = self._run(_asked(model, self._chain.prompts, sentence, papers))
        except ModelError as error:
            self._failures += 1
            return Opinion(model=model.name, error=str(error))
        self._failures = 0
        return opinion


async def _asked(
    model: Model, prompts: Prompts, sentence: str, papers: Sequence[Paper]
) -> AsyncGenerator[Opinion, None]:
    room = budget(sentence, model.context, model.max_output)
    given = evidence([trusted(paper) for paper in pack(papers, room)], room)
    reply = await model.complete(prompts.render(Role.JUDGE, evidence=given, claim=sentence))
    yield Opinion(model=model.name, says=says(reply.text), usage=model.priced(reply.usage))


def says(reply: str) -> str:
    """``yes``, ``partly`` or ``no``, the first of them in a reply, or ``unclear``."""
    word = _WORD.search(_THOUGHT.sub(" ", reply))
    if not word:
        return "unclear"
    return {"partially": "partly"}.get(word[1].lower(), word[1].lower())
