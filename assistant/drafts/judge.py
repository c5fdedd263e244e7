"""A second opinion by the chat model, which changes nothing of what the check found."""

import re
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.answer.generation import compute_token_budget, format_evidence, pack_papers
from assistant.answer.model import Model
from assistant.concurrency import Loop
from assistant.drafts.checked_sentence import Opinion
from assistant.verify.injection import strip_injections
from prompts import Prompts, Role
from store.errors import InputError, ModelError
from store.paper import Paper

if TYPE_CHECKING:
    from assistant.answer.pipeline import AnswerPipeline

# Failures in a row after which a model is not asked any more; chosen by hand, not measured.
PATIENCE = 2
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_WORD = re.compile(r"\b(yes|partly|partially|no)\b", re.IGNORECASE)


def make_judge(chain: "AnswerPipeline | None", loop: Loop) -> "ModelJudge":
    """Make a judge of a chain's model; raises InputError where there is none."""
    if chain is None:
        raise InputError(
            "There is no model to give an opinion.", "Name one, for example with --model openai:gpt-4o-mini."
        )
    return ModelJudge(chain, loop.iterate)


class ModelJudge:
    """Asks the model of a chain about sentences, one at a time; gives up on one that keeps failing.

    Args:
        chain: Its model and its prompts are used.
        run: Waits for what an asynchronous generator yields.
    """

    def __init__(
        self, chain: "AnswerPipeline", run: Callable[[AsyncGenerator[Opinion, None]], Iterable[Opinion]]
    ) -> None:
        self._chain = chain
        self._run = run
        self._failures = 0

    def __call__(self, sentence: str, papers: Sequence[Paper]) -> Opinion:
        """Ask the model what it thinks of a sentence in the light of papers; its failure is reported, not raised."""
        model = self._chain.model
        if self._failures >= PATIENCE:
            return Opinion(model=model.name, error=f"not asked: the model failed {PATIENCE} times before")
        try:
            [opinion] = self._run(_ask_model(model, self._chain.prompts, sentence, papers))
        except ModelError as error:
            self._failures += 1
            return Opinion(model=model.name, error=str(error))
        self._failures = 0
        return opinion


async def _ask_model(
    model: Model, prompts: Prompts, sentence: str, papers: Sequence[Paper]
) -> AsyncGenerator[Opinion, None]:
    token_budget = compute_token_budget(sentence, model.context, model.max_output)
    sources = format_evidence([strip_injections(paper) for paper in pack_papers(papers, token_budget)], token_budget)
    reply = await model.complete(prompts.render(Role.JUDGE, evidence=sources, claim=sentence))
    yield Opinion(model=model.name, says=read_opinion(reply.text), usage=model.with_price(reply.usage))


def read_opinion(reply: str) -> str:
    """Read ``yes``, ``partly`` or ``no``, the first of them in a reply, or ``unclear``."""
    word = _WORD.search(_THOUGHT.sub(" ", reply))
    if not word:
        return "unclear"
    return {"partially": "partly"}.get(word[1].lower(), word[1].lower())
