"""The model that writes a report: each answer is checked, shown to the model once where it failed, and kept."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING

from assistant.answer.binding import find_fault
from assistant.answer.generative import (
    RepairResult,
    describe_stage,
    judge_drafts,
    repair_claims,
    says_something,
    select_doubtful,
)
from assistant.answer.model import Completion, Model, SchemaRefused
from assistant.answer.model_drafts import (
    Generation,
    PromptContext,
    compute_token_budget,
    shrink_until_it_fits,
)
from assistant.answer.pipeline import AnswerPipeline
from assistant.cache import Cache, cache_key
from assistant.concurrency import in_thread
from assistant.llm.model_limits import CHARACTERS_A_TOKEN
from assistant.report.joint_sentences import JointRequest, read_comparison
from assistant.report.requests import GenerationRequest, TokenBudget
from assistant.report.schema import Manifest
from assistant.report.synthesis import JudgedComparison, hold_to_each, judge_across, judge_comparison
from assistant.report.themes import Theme
from assistant.types import Claim, Usage
from assistant.verify.entailment import Patience, SecondStage, StageRun
from assistant.verify.injection import strip_injections
from prompts import PromptRole, Prompts
from store.errors import InputError, ModelError, NoAnswer
from store.library import Library
from store.paper import Frozen, Paper

if TYPE_CHECKING:
    from store.embedding import Embedder

FOLDER = "sections"
"""Where a library keeps what models wrote for its reports."""
TRIES = 2
"""How often a model is asked to compare two papers: once, and once more with what does not hold."""


class GeneratedText(Frozen):
    """What a model wrote to one request.

    Attributes:
        claims: The sentences, checked.
        usage: What it took.
        notes: What went otherwise than usual.
        name: The name of a theme, not checked.
        contrasts: Sentences of which each half is of another paper, checked against it; see ``JudgedComparison``.
        later: The model failed when it was shown what the check found wanting, or the second stage failed, and may not
            the next time.
    """

    claims: tuple[Claim, ...] = ()
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()
    name: str = ""
    later: bool = False
    contrasts: tuple[Claim, ...] = ()


class WriterIdentity(Frozen):
    """All that an answer of a model depends on beside what it is asked.

    ``second_stage`` is "" where none was set; the last three are hashes of prompts of their own, "" for what was
    written before there were any: that which asks for facts, and those that put them together, of many papers or two.
    """

    model: str
    identity: str
    prompts: str
    context: int
    max_output: int
    version: str
    second_stage: str = ""
    facts_prompt: str = ""
    synthesis_prompt: str = ""
    joint_prompt: str = ""


LATER = ("second_stage", "facts_prompt", "synthesis_prompt", "joint_prompt")
"""What a manifest holds of an identity among its settings."""


class ReportWriter:
    """A model with its prompts and what it wrote before; or, without a model, only the latter.

    Attributes:
        identity: Whose writing it is.
        paid: What the model took so far.
        cached: How often it was not asked, for its answer had been kept.
        failed: What the model failed at, in words, by the key of the request; it is not asked for that again.
        embedder: Of the library, which tells how near sentences are to each other; None where nothing is compared.
    """

    def __init__(
        self,
        identity: WriterIdentity,
        cache: Cache[GeneratedText] | None,
        model: Model | None = None,
        prompts: Prompts | None = None,
        failed: Mapping[str, str] = MappingProxyType({}),
        stage: SecondStage | None = None,
        embedder: "Embedder | None" = None,
    ) -> None:
        self.identity = identity
        self.embedder = embedder
        self.paid = Usage()
        self.cached = 0
        self.failed = dict(failed)
        self._cache = cache
        self._model = model
        self._prompts = prompts
        self._stage = stage
        self._patience = Patience()

    @classmethod
    def reopen(cls, library: Library, manifest: Manifest) -> "ReportWriter | None":
        """Repeat what was written for a report; None where there was no model."""
        if not manifest.identity:
            return None
        identity = read_identity(manifest)
        return cls(identity, _cache_of(library), failed=manifest.failed, embedder=_embedder_of(library, identity))

    @property
    def budget(self) -> TokenBudget:
        """How much the model reads and writes."""
        return TokenBudget(self.identity.context, self.identity.max_output)

    async def write(self, ask: GenerationRequest) -> GeneratedText:
        """Have a request answered, or take what was kept of it.

        Raises:
            InputError: Nothing was kept, and there is no model.
            ModelError: The model gives no answer.
        """
        content: dict[str, object] = {"ask": ask.context.values, "most": ask.most}
        content |= {"across": True} if ask.across else {}
        if ask.role is PromptRole.SYNTHESIS:  # Its facts are not all that its sentences are held to.
            content |= {"prompt": self.identity.synthesis_prompt}
            content |= {"papers": [[paper.title, paper.abstract] for paper in ask.context.papers]}
        return await self._answer_once(content, partial(self._write_claims, ask=ask), ask.context.papers)

    async def compare(self, ask: JointRequest) -> GeneratedText:
        """Have two papers compared, or take what was kept of it; raises as ``write`` does.

        What was written of both and does not hold of each is asked for once more, with the papers that do not say it.
        """
        content: dict[str, object] = {
            "joint": ask.fill_prompt(self.budget),
            "prompt": self.identity.joint_prompt,
            "papers": [[paper.title, paper.abstract] for paper in ask.papers],
        }
        return await self._answer_once(content, partial(self._write_comparison, ask=ask), ask.papers)

    async def name_theme(self, theme: Theme) -> GeneratedText:
        """Have a theme named, or take what was kept of it; raises as ``write`` does."""
        values = fill_name_prompt(theme, self.budget)
        return await self._answer_once({"name": values}, partial(self._write_name, values=values))

    async def _answer_once(
        self,
        content: Mapping[str, object],
        write: Callable[[Model, Prompts], Awaitable[GeneratedText]],
        papers: Sequence[Paper] = (),
    ) -> GeneratedText:
        # Without a second stage the key is what it was before there was one: what is kept is found again.
        left_out = {"model", "facts_prompt", "synthesis_prompt", "joint_prompt"}
        left_out |= set() if self.identity.second_stage else {"second_stage"}
        key = cache_key({**self.identity.model_dump(exclude=left_out), **content})
        if key in self.failed:
            raise ModelError(self.failed[key])
        cached = await in_thread(partial(self._cache.get, key)) if self._cache else None
        if cached is not None and await in_thread(partial(_has_fault, cached, papers)):
            cached = None
        if cached is not None and not (cached.later and self._model):
            self.cached += 1
            return cached
        if self._model is None or self._prompts is None:
            raise InputError("What the model wrote is not kept any more.", "Make the report again, without --replay.")
        try:
            written = await write(self._model, self._prompts)
        except ModelError as error:
            self.failed[key] = error.what
            raise
        self.paid += written.usage
        return await in_thread(partial(self._keep, key, written))

    def _keep(self, key: str, written: GeneratedText) -> GeneratedText:
        if self._cache:
            try:
                self._cache.put(key, written)
            except OSError as error:
                note = f"what the model wrote could not be kept for the next time: {error.strerror}"
                return written.model_copy(update={"notes": (*written.notes, note)})
        return written

    async def _write_name(self, model: Model, prompts: Prompts, values: dict[str, str]) -> GeneratedText:
        try:
            completion = await model.complete(prompts.render(PromptRole.NAME, **values))
        except NoAnswer as error:  # A theme has a name of its own words: the report goes on without another.
            return GeneratedText(notes=(f"a theme was given no name: {error.what}",))
        return GeneratedText(name=completion.text.strip(), usage=model.with_price(completion.usage))

    async def _write_comparison(self, model: Model, prompts: Prompts, ask: JointRequest) -> GeneratedText:
        judging = StageRun(self._stage, self._patience)
        usage, later = Usage(), False
        notes: list[str] = []
        best = JudgedComparison()
        earlier = ""
        for _ in range(TRIES):
            try:
                completion = await _complete_comparison(
                    model, prompts.render(PromptRole.JOINT, **ask.fill_prompt(self.budget, earlier)), ask
                )
            except NoAnswer as error:  # What the facts say is told otherwise: the report goes on.
                notes.append(f"two papers were not compared: {error.what}")
                break
            except ModelError as error:
                if not earlier:
                    raise
                notes.append(f"a comparison in doubt could not be written again: {error.what}")
                later = True
                break
            usage += completion.usage
            comparison = read_comparison(completion.text, len(ask.papers))
            judged = await judge_comparison(ask.drop_empty(comparison), ask.papers, judging)
            best = JudgedComparison(judged.shared if judged.agrees else None, best.contrast or judged.contrast)
            if judged.agrees or judged.shared is None:
                break
            earlier = ask.explain_failure(judged.shared)
        return GeneratedText(
            claims=tuple(filter(None, [best.shared])),
            contrasts=tuple(filter(None, [best.contrast])),
            usage=model.with_price(usage) + judging.usage,
            notes=(*notes, *judging.notes),
            later=later or bool(judging.notes),
        )

    async def _write_claims(self, model: Model, prompts: Prompts, ask: GenerationRequest) -> GeneratedText:
        return await shrink_until_it_fits(
            ask.context, lambda context: self._draft_and_check(model, prompts, context, ask)
        )

    async def _draft_and_check(
        self, model: Model, prompts: Prompts, context: PromptContext, ask: GenerationRequest
    ) -> GeneratedText:
        generation = Generation(model, prompts, ask.role, {**context.values, "most": str(ask.most)})
        await generation.run()
        titles, question = [paper.title for paper in context.papers], context.asked
        drafts = [draft for draft in generation.drafts if says_something(draft.text, question, titles)]
        judging = StageRun(self._stage, self._patience)
        judge = judge_across if ask.across else judge_drafts
        claims = await judge(drafts, context.papers, judging)
        repair = (
            await repair_claims(model, prompts, context, claims, judging)
            if select_doubtful(claims)
            else RepairResult(claims)
        )
        if ask.across:
            fresh = [claim for claim in repair.claims if claim not in claims]
            again = await hold_to_each(fresh, context.papers, judging)
            repair = repair._replace(claims=[*(claim for claim in repair.claims if claim in claims), *again])
        informative = tuple(claim for claim in repair.claims if says_something(claim.text, question, titles))
        return GeneratedText(
            claims=informative,
            usage=model.with_price(generation.usage + repair.usage) + judging.usage,
            notes=(*generation.notes, *repair.notes, *judging.notes),
            later=repair.later or bool(judging.notes),
        )


async def _complete_comparison(model: Model, prompt: str, ask: JointRequest) -> Completion:
    try:
        return await model.complete(prompt, form=ask.build_form())
    except SchemaRefused:
        return await model.complete(prompt)


def identify_writer(chain: AnswerPipeline, prompts: str) -> WriterIdentity:
    """Identify who writes with a chain; ``prompts`` is the hash of the prompts that count."""
    model = chain.model
    return WriterIdentity(
        model=model.name,
        identity=hashlib.sha256(model.identity.encode()).hexdigest()[:16],
        prompts=prompts,
        context=model.context,
        max_output=model.max_output,
        version=version("conspectus"),
        facts_prompt=chain.prompts.hash_roles(PromptRole.FACTS),
        synthesis_prompt=chain.prompts.hash_roles(PromptRole.SYNTHESIS),
        joint_prompt=chain.prompts.hash_roles(PromptRole.JOINT),
        **describe_stage(chain.stage),
    )


def read_identity(manifest: Manifest) -> WriterIdentity:
    """Read from a manifest who wrote."""
    fields = {name: getattr(manifest, name) for name in WriterIdentity.model_fields if name not in LATER}
    fields |= {name: str(manifest.settings.get(name, "")) for name in LATER}
    return WriterIdentity(**fields)


def open_writer(library: Library, chain: AnswerPipeline) -> ReportWriter:
    """Have the model of a chain write; what it writes is kept where the chain keeps its answers."""
    cache = _cache_of(library) if chain.cache else None
    identity = identify_writer(chain, chain.prompts.hash)
    embedder = _embedder_of(library, identity)
    return ReportWriter(identity, cache, chain.model, chain.prompts, stage=chain.stage, embedder=embedder)


def _has_fault(written: GeneratedText, papers: Sequence[Paper]) -> bool:
    """Return whether a sentence out of a cache does not rest on the papers that it was written of."""
    by_id = {paper.id: paper for paper in papers}
    return any(find_fault(claim, by_id) for claim in (*written.claims, *written.contrasts))


def _embedder_of(library: Library, identity: WriterIdentity) -> "Embedder | None":
    """Return what tells how near sentences are; None for a report of before papers were compared by twos."""
    return library.embedder if identity.joint_prompt else None


def _cache_of(library: Library) -> Cache[GeneratedText]:
    return Cache(library.folder / FOLDER, GeneratedText)


TITLES = 20
"""Titles that a model is shown, those of the most central papers; chosen by hand, not measured."""
# Characters of a title that a model is shown: so that none crowds out the others; chosen by hand, not measured.
_TITLE = 200


def fill_name_prompt(theme: Theme, room: TokenBudget) -> dict[str, str]:
    """Fill the placeholders of the prompt that asks for a name."""
    titles = [strip_injections(paper).title[:_TITLE] for paper in theme.papers[:TITLES]]
    listed = "\n".join(f"- {title}" for title in titles if title).replace("<", "‹").replace(">", "›")
    return {"titles": listed[: int(compute_token_budget("", *room) * CHARACTERS_A_TOKEN)], "words": theme.label}
