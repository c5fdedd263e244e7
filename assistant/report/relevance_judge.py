"""The model that judges papers near the cut of a topic: each once, in batches, with a reason; what it says is kept.

A judgement is kept by the topic, the paper's text, the prompt and the model: the next report on the topic asks only for
papers that are new or changed. Papers well above and well below the cut are not judged, and none where its user moved
the cut.
"""

import json
import re
from asyncio import gather
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.answer.model import Model, SchemaRefused
from assistant.answer.model_drafts import compute_token_budget
from assistant.cache import Cache, cache_key
from assistant.concurrency import in_thread
from assistant.llm.model_limits import CHARACTERS_A_TOKEN
from assistant.report.scope import Judgement
from assistant.report.topic import rate_papers
from assistant.types import Usage
from assistant.verify.injection import is_instruction, strip_injections
from prompts import PromptRole, Prompts
from store.errors import ModelError
from store.library import Library
from store.paper import Frozen, Paper
from store.text.clean import clean_characters

if TYPE_CHECKING:
    from assistant.answer.pipeline import AnswerPipeline
    from assistant.report.schema import ReportSpec

FOLDER = "relevance"
"""Where a library keeps what models judged."""
NEAR = (0.01, 0.5)
"""Relevance from which and up to which a paper is judged. On part dev of ``benchmarks/topics.jsonl`` nearly all papers
lie there that belong and are missed; of the 184 that are surer 29 do not belong."""
MOST, AT_ONCE = 60, 10
"""Papers that are judged for a topic, the surest of these, and those of one request; chosen by hand, not measured."""
# Characters of an abstract and of a title that a model is shown, of a reason that is kept, and of a reply that is read.
_ABSTRACT, _TITLE, _REASON, _REPLY = 600, 200, 120, 50_000


class ModelJudgement(Frozen):
    """What a model judged of a paper.

    Attributes:
        belongs: Whether the paper belongs in a report on the topic; None where nothing could be read.
        reason: Why, in its words.
        usage: What the request took, of its first paper; 0 for the others.
    """

    belongs: bool | None = None
    reason: str = ""
    usage: Usage = Usage()


class ScopeJudgements(NamedTuple):
    """What was judged for a report.

    Attributes:
        by_paper: The judgements by the papers' ids.
        usage: What they took, now or earlier.
        paid: What they took now.
        note: Why papers were not judged, "" where all were.
    """

    by_paper: Mapping[str, Judgement] = {}
    usage: Usage = Usage()
    paid: Usage = Usage()
    note: str = ""


UNJUDGED = ScopeJudgements()


class RelevanceJudge:
    """A model with its prompt and what it judged before.

    Args:
        model: Who judges.
        prompts: What it is asked.
        cache: Where judgements are kept; None keeps none.
    """

    def __init__(self, model: Model, prompts: Prompts, cache: Cache[ModelJudgement] | None) -> None:
        self._model = model
        self._prompts = prompts
        self._cache = cache

    def list_batches(self, topic: str, papers: Sequence[Paper]) -> list[Sequence[Paper]]:
        """List the requests that papers without a judgement take, by their papers."""
        fresh = [paper for paper in papers if self._read_kept(topic, paper) is None]
        return [fresh[start : start + AT_ONCE] for start in range(0, len(fresh), AT_ONCE)]

    async def judge(self, topic: str, papers: Sequence[Paper]) -> ScopeJudgements:
        """Judge papers; those that were judged before are not asked about again.

        Raises:
            ModelError: The model gives no answer; what it judged till then is kept.
        """
        stored = await in_thread(lambda: {paper.id: self._read_kept(topic, paper) for paper in papers})
        judged = {paper_id: rating for paper_id, rating in stored.items() if rating is not None}
        batches = await in_thread(partial(self.list_batches, topic, papers))
        # All of them are asked before an error of one ends it: what the others said was paid for.
        replies = await gather(*(self.judge_batch(topic, batch) for batch in batches), return_exceptions=True)
        paid = Usage()
        for reply in replies:
            if isinstance(reply, BaseException):
                raise reply
            judged |= reply
            paid += sum((rating.usage for rating in reply.values()), Usage())
        return ScopeJudgements(
            {
                paper_id: Judgement(
                    rating.belongs, f"{self._model.name}: {rating.reason}" if rating.reason else self._model.name
                )
                for paper_id, rating in judged.items()
                if rating.belongs is not None
            },
            sum((rating.usage for rating in judged.values()), Usage()),
            paid,
        )

    async def judge_batch(self, topic: str, papers: Sequence[Paper]) -> dict[str, ModelJudgement]:
        """Judge papers in one request, and keep what was said."""
        room = int(compute_token_budget(topic, self._model.context, self._model.max_output) * CHARACTERS_A_TOKEN)
        evidence = await in_thread(lambda: _list_papers(papers)[:room])
        prompt = self._prompts.render(PromptRole.RELEVANCE, evidence=evidence, topic=topic)
        try:
            completion = await self._model.complete(prompt, form=build_relevance_form(len(papers)))
        except SchemaRefused:
            completion = await self._model.complete(prompt)
        read = read_judgements(completion.text, len(papers))
        usages = [self._model.with_price(completion.usage), *[Usage()] * (len(papers) - 1)]
        judged = {
            paper.id: rating.model_copy(update={"usage": usage})
            for paper, rating, usage in zip(papers, read, usages, strict=True)
        }
        await in_thread(partial(self._keep, topic, papers, judged))
        return judged

    def _make_key(self, topic: str, paper: Paper) -> str:
        return cache_key(
            {
                "topic": topic.casefold(),
                "paper": [paper.title, paper.abstract],
                "model": self._model.identity,
                "prompt": self._prompts.hash_roles(PromptRole.RELEVANCE),
            }
        )

    def _read_kept(self, topic: str, paper: Paper) -> ModelJudgement | None:
        return self._cache.get(self._make_key(topic, paper)) if self._cache else None

    def _keep(self, topic: str, papers: Sequence[Paper], judged: Mapping[str, ModelJudgement]) -> None:
        for paper in papers if self._cache else ():
            assert self._cache
            try:
                self._cache.put(self._make_key(topic, paper), judged[paper.id])
            except OSError:
                return  # A full disk costs the next report a request, and this one nothing.


def build_relevance_form(count: int) -> Mapping[str, Any]:
    """Build the form in which judgements are asked for where the endpoint takes a schema: an entry a paper."""
    entry = {
        "type": "object",
        "properties": {"reason": {"type": "string"}, "belongs": {"type": "boolean"}},
        "required": ["reason", "belongs"],
        "additionalProperties": False,
    }
    entries = {str(n): entry for n in range(1, count + 1)}
    schema = {"type": "object", "properties": entries, "required": [*entries], "additionalProperties": False}
    return {"type": "json_schema", "json_schema": {"name": "relevance", "strict": True, "schema": schema}}


def read_judgements(text: str, count: int) -> list[ModelJudgement]:
    """Read the reply of a model on so many papers; of one that it says nothing readable of nothing is judged."""
    judged = [ModelJudgement()] * count
    for match in re.finditer(r'"([0-9]{1,3})"\s*:\s*(\{[^{}]*\})', text[:_REPLY]):
        place = int(match[1]) - 1
        try:
            entry = json.loads(match[2])
        except ValueError:
            continue
        belongs, reason = entry.get("belongs"), entry.get("reason")
        if 0 <= place < count and isinstance(belongs, bool) and judged[place].belongs is None:
            judged[place] = ModelJudgement(belongs=belongs, reason=_clean_reason(reason))
    return judged


def _clean_reason(reason: object) -> str:
    """Clean what a model gives as its reason; one that orders its reader is none."""
    text = " ".join(clean_characters(reason).split()) if isinstance(reason, str) else ""
    return "" if is_instruction(text) else text[:_REASON].rstrip(" .")


def _list_papers(papers: Sequence[Paper]) -> str:
    listed = []
    for number, paper in enumerate(papers, 1):
        safe = strip_injections(paper)
        listed.append(f"[{number}] {safe.title[:_TITLE]}\n{' '.join(safe.abstract.split())[:_ABSTRACT]}")
    return "\n\n".join(listed).replace("<", "‹").replace(">", "›")


def open_relevance_judge(library: Library, chain: "AnswerPipeline") -> RelevanceJudge:
    """Have the model of a chain judge; what it judges is kept where the chain keeps its answers."""
    cache = Cache(library.folder / FOLDER, ModelJudgement) if chain.cache else None
    return RelevanceJudge(chain.model, chain.prompts, cache)


def list_near_papers(library: Library, request: "ReportSpec") -> list[Paper]:
    """List the papers that a model has to judge for a report: those near the cut, unless its user moved it.

    Raises:
        TooLittle: The library holds too little about the topic.
        LibraryError: The library cannot be read.
    """
    if not request.topic or request.least is not None or request.form == 1:
        return []
    rated = rate_papers(library, request.topic, request.filters)
    near = [
        rated_paper
        for rated_paper in rated
        if NEAR[0] <= rated_paper.relevance < NEAR[1] and rated_paper.paper.abstract
    ]
    return [rated_paper.paper for rated_paper in near[:MOST]]


async def judge_scope(
    library: Library, chain: "AnswerPipeline | None", request: "ReportSpec", fallback: bool
) -> ScopeJudgements:
    """Have the papers near the cut of a report judged.

    Args:
        library: Where they are.
        chain: Whose model judges; None for nobody.
        request: The report.
        fallback: Whether the cut decides where the model gives no answer.

    Raises:
        TooLittle: The library holds too little about the topic.
        LibraryError: The library cannot be read.
        ModelError: The model gives no answer, and there is no ``fallback``.
    """
    if chain is None:
        return UNJUDGED
    papers = await in_thread(partial(list_near_papers, library, request))
    if not papers:
        return UNJUDGED
    try:
        return await open_relevance_judge(library, chain).judge(request.topic, papers)
    except ModelError as error:
        if not fallback:
            raise
        return ScopeJudgements(note=f"papers near the cut were not judged: {error.what}")
