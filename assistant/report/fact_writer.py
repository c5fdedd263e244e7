"""The model that lists facts of papers: a request a paper, once; what it lists is checked and kept with the library.

Facts are kept by the paper's text, the prompt and the model: the next report asks only for papers that are new or
changed, whatever it tells of them.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial

from assistant.answer.model import Completion, Model, SchemaRefused
from assistant.answer.model_drafts import HALVINGS, compute_token_budget
from assistant.answer.pipeline import AnswerPipeline
from assistant.cache import Cache, cache_key
from assistant.concurrency import Emit, in_thread, run_tasks
from assistant.llm.model_limits import CHARACTERS_A_TOKEN
from assistant.report.facts import (
    MOST,
    RULES,
    PaperFacts,
    build_facts_form,
    list_numbered_sentences,
    list_rule_facts,
    read_facts,
)
from assistant.report.report_writer import ReportWriter, WriterIdentity
from assistant.report.schema import FactsDone, ReportEvent
from assistant.types import Usage
from prompts import PromptRole, Prompts
from store.errors import InputError, ModelError, PromptTooLong
from store.library import Library
from store.paper import Paper

FOLDER = "facts"
"""Where a library keeps the facts of its papers."""


class FactWriter:
    """A model with its prompt and the facts that it listed before; or, without a model, only the latter.

    Args:
        identity: Whose facts they are.
        cache: Where they are kept; None keeps none.
        failed: What the model failed at, in words, by the key of the request; it is not asked for that again.
        model: Who lists them; None for nobody.
        prompts: What it is asked.

    Attributes:
        paid: What the model took so far.
        cached: How many papers it was not asked about, for their facts had been kept.
    """

    def __init__(
        self,
        identity: WriterIdentity,
        cache: Cache[PaperFacts] | None,
        failed: dict[str, str],
        model: Model | None = None,
        prompts: Prompts | None = None,
    ) -> None:
        self.identity = identity
        self.failed = failed
        self.paid = Usage()
        self.cached = 0
        self._cache = cache
        self._model = model
        self._prompts = prompts

    @classmethod
    def reopen(cls, library: Library, writer: ReportWriter) -> "FactWriter":
        """Repeat what was listed for a report."""
        return cls(writer.identity, _open_cache(library), writer.failed)

    async def read(self, paper: Paper, fallback: bool = False) -> PaperFacts:
        """Read the facts of a paper: those that are kept, else those that the model lists now.

        Args:
            paper: The paper.
            fallback: Whether the rules list them where the model gives no answer.

        Raises:
            InputError: They are not kept, and there is no model.
            ModelError: The model gives no answer, and there is no ``fallback``.
        """
        key = self._make_key(paper)
        stored = await in_thread(partial(self._cache.get, key)) if self._cache else None
        if stored is not None:
            self.cached += 1
            return stored
        try:
            if key in self.failed:
                raise ModelError(self.failed[key])
            listed = await self._ask(paper)
        except ModelError as error:
            if not fallback:
                raise
            self.failed[key] = error.what
            return await self.read_by_rules(paper)
        self.paid += listed.usage
        await in_thread(partial(self._keep, key, listed))
        return listed

    async def read_kept(self, paper: Paper) -> PaperFacts | None:
        """Read the facts of a paper that are kept, None where there are none."""
        return await in_thread(partial(self._cache.get, self._make_key(paper))) if self._cache else None

    @staticmethod
    async def read_by_rules(paper: Paper) -> PaperFacts:
        """List the facts of a paper without a model."""
        return PaperFacts(facts=await in_thread(partial(list_rule_facts, paper)))

    def _make_key(self, paper: Paper) -> str:
        return cache_key(
            {
                "paper": [paper.title, paper.abstract],
                "identity": self.identity.identity,
                "prompt": self.identity.facts_prompt,
                "room": [self.identity.context, self.identity.max_output],
            }
        )

    def _keep(self, key: str, facts: PaperFacts) -> None:
        if self._cache:
            try:
                self._cache.put(key, facts)
            except OSError:
                return  # A full disk costs the next report a request, and this one nothing.

    async def _ask(self, paper: Paper) -> PaperFacts:
        """Ask the model; where nothing that it says can be read, the facts are those of the rules."""
        if self._model is None or self._prompts is None:
            raise InputError("What the model wrote is not kept any more.", "Make the report again, without --replay.")
        completion = await self._complete(self._model, self._prompts, paper)
        facts = await in_thread(partial(read_facts, completion.text, paper))
        usage = self._model.with_price(completion.usage)
        if not facts:
            return PaperFacts(facts=await in_thread(partial(list_rule_facts, paper)), by=RULES, usage=usage)
        return PaperFacts(facts=facts, by=self.identity.model, usage=usage)

    async def _complete(self, model: Model, prompts: Prompts, paper: Paper) -> Completion:
        """Have the prompt completed, with half or a quarter of the abstract where the model cannot take more."""
        room = compute_token_budget("", self.identity.context, self.identity.max_output)
        most = int(room * CHARACTERS_A_TOKEN)
        for last in (*[False] * HALVINGS, True):
            evidence = list_numbered_sentences(paper, most)
            prompt = prompts.render(PromptRole.FACTS, evidence=evidence, most=str(MOST))
            try:
                return await _complete_in_form(model, prompt)
            except PromptTooLong:
                if last:
                    raise
                most = min(most, len(paper.abstract)) // 2
        raise AssertionError  # The last turn returns or raises.


async def _complete_in_form(model: Model, prompt: str) -> Completion:
    try:
        return await model.complete(prompt, form=build_facts_form())
    except SchemaRefused:
        return await model.complete(prompt)


async def read_all_facts(
    facts: FactWriter, papers: Sequence[Paper], fallback: bool, at_once: int, emit: Emit[ReportEvent]
) -> dict[str, PaperFacts]:
    """Read the facts of some papers, several at once; each event says of how many they are known.

    Raises:
        InputError: They are not kept, and there is no model.
        ModelError: The model gives no answer, and there is no ``fallback``.
    """
    by_paper: dict[str, PaperFacts] = {}

    def make_task(paper: Paper) -> Callable[[Emit[ReportEvent]], Awaitable[None]]:
        async def ask(tell: Emit[ReportEvent]) -> None:
            by_paper[paper.id] = await facts.read(paper, fallback)
            await tell(FactsDone(done=len(by_paper), total=len(papers)))

        return ask

    async with aclosing(run_tasks([make_task(paper) for paper in papers], at_once)) as events:
        async for event in events:
            await emit(event)
    return by_paper


def open_fact_writer(
    library: Library, chain: AnswerPipeline, identity: WriterIdentity, failed: dict[str, str]
) -> FactWriter:
    """Have the model of a chain list facts; what it lists is kept where the chain keeps its answers.

    Args:
        library: Where facts are kept.
        chain: Whose model lists them.
        identity: Of that model.
        failed: What the model failed at is added to it.
    """
    cache = _open_cache(library) if chain.cache else None
    return FactWriter(identity, cache, failed, chain.model, chain.prompts)


def _open_cache(library: Library) -> Cache[PaperFacts]:
    return Cache(library.folder / FOLDER, PaperFacts)
