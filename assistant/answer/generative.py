"""Answers by a model: drafts of claims out of its stream, each checked, and those that fail shown to it once.

Sentences that tell nothing are sorted out before: they would pass the check, for nothing contradicts them.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.binding import find_answer_fault
from assistant.answer.draft_claims import DraftClaim
from assistant.answer.foreign_questions import Foreign, doubt_translation, is_translated
from assistant.answer.model import Model
from assistant.answer.model_drafts import (
    BROKEN,
    CUT,
    Generation,
    PromptContext,
    compute_token_budget,
    shrink_until_it_fits,
)
from assistant.answer.replies import AnswerBody, format_sentences, number_references
from assistant.answer.retrieved import Retrieved
from assistant.answer.standalone_question import find_question, keeps_names, shares_subject
from assistant.cache import AnswerCache, cache_key
from assistant.concurrency import Emit, in_thread
from assistant.escaping import escape_markdown
from assistant.events import AskEvent, ClaimChecked, EvidenceFound, Repairing, TextDelta, Thinking
from assistant.llm.model_limits import CHARACTERS_A_TOKEN
from assistant.question.leftovers import adopt_meanings, read_meanings
from assistant.question.query import Query
from assistant.question.references import find_previous_turn
from assistant.types import Answer, Claim, Decision, Support, Turn, Usage
from assistant.verify import Finding, FindingKind, Verdict, verify
from assistant.verify.entailment import CountingStage, SecondStage, StageRun
from assistant.verify.injection import strip_injections
from prompts import PromptRole, Prompts
from store.errors import ConspectusError, ModelBusy, ModelError, ModelStalled, ModelUnreachable
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.paper import Paper

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

NOT_CONDENSED = "the question was taken as it was typed"
# Earlier questions that are shown to the model; chosen by hand, not measured.
TURNS = 4
# Tokens of thinking after which it is told anew how many they are: about once a second. Chosen by hand.
THINKING_STEP = 50
# Failures that may pass by themselves: what was written under them is asked for again the next time.
_PASSING = (ModelBusy, ModelStalled, ModelUnreachable)


class GenerativeWriter:
    """Writes the answer to one question with a model.

    Args:
        model: Who writes.
        prompts: What it is asked.
        cache: Where answers are kept; None keeps none.
        config: Langchain's, for its callbacks.
        stage: Who looks at the sense of its sentences; None for nobody.
        shows: Whether somebody sees the text while it grows; reading it each time for nobody takes a while.
    """

    def __init__(
        self,
        model: Model,
        prompts: Prompts,
        cache: AnswerCache | None,
        config: "RunnableConfig | None" = None,
        stage: SecondStage | None = None,
        *,
        shows: bool = True,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._cache = cache
        self._config = config
        self._stage = stage
        self._shows = shows
        self._judging = StageRun(stage)
        self._usage = Usage()
        self._notes: list[str] = []
        self._repaired = 0

    @property
    def usage(self) -> Usage:
        """What the model took for this question so far, and the second stage, with their prices."""
        return self._model.with_price(self._usage) + self._judging.usage

    async def read_leftovers(self, query: Query, view: Snapshot, today: date) -> Query:
        """Have what the rules could not use of a question put in words that they can; the query as it was where not.

        Whatever fails here fails by itself: the phrases stay unused, and that is said.
        """
        phrases = "\n".join(f"- {phrase}" for phrase in query.unused)
        prompt = self._prompts.render(PromptRole.QUERY, question=query.question, phrases=phrases)
        try:
            completion = await self._model.complete(prompt, self._config)
        except Exception:  # Clients raise errors of their own; asked for the answer, they fail that.
            return query
        self._usage += completion.usage
        return adopt_meanings(query, read_meanings(completion.text), view, today)

    async def condense_question(
        self, question: str, history: Sequence[Turn], foreign: Foreign | None = None
    ) -> tuple[str, Sequence[Turn]]:
        """Have a follow-up put as a question that stands on its own, in the language of the abstracts.

        One that follows no answer stays as it is, unless it has to be translated. So does any whose reply is not one
        question about the same; the trace says so. Whatever fails here fails by itself: the turn goes on. The earliest
        questions are not shown where they do not fit into a quarter of the context.

        Args:
            question: As it was typed.
            history: Earlier turns.
            foreign: The languages of question and abstracts, where they differ.

        Returns:
            What to search for, and the turns that are left to understand it by.
        """
        earlier = find_previous_turn(question, history)
        if earlier is None and foreign is None:
            return question, history[:0]  # Of the caller's own type: where nothing is left out, nothing is done again.
        questions = "\n".join(f"- {_describe_turn(turn)}" for turn in reversed(history[-TURNS:])) or "(none)"
        values = {"history": questions[: int(self._model.context * CHARACTERS_A_TOKEN / 4)], "question": question}
        prompt = self._prompts.render(PromptRole.CONDENSE, **values)
        if foreign:
            prompt = self._prompts.render(PromptRole.TRANSLATE, **values, language=foreign.abstract_language)
        try:
            completion = await self._model.complete(prompt, self._config)
        except Exception as error:  # Clients raise errors of their own; asked the same again, they fail the answer.
            failure = error.what if isinstance(error, ConspectusError) else type(error).__name__
            self._notes.append(f"{NOT_CONDENSED}: {failure}")
            return question, history
        self._usage += completion.usage
        condensed = find_question(completion.text)
        sound = (
            keeps_names(condensed, question)
            if foreign
            else shares_subject(condensed, question, history, resolves=earlier is not None and earlier.pointed)
        )
        if condensed and sound:
            return condensed, ()
        self._notes.append(f"{NOT_CONDENSED}: the model's reply was not one question about the same")
        return question, history

    async def write(self, retrieved: Retrieved, emit: Emit[AskEvent]) -> Answer:
        """Write an answer from the papers that were retrieved, or take the one that the cache has of the same.

        Raises:
            ModelError: The model gives no answer.
        """
        if retrieved.abstention:
            return self._make_answer(retrieved, retrieved.abstention)
        room = compute_token_budget(retrieved.question, self._model.context, self._model.max_output)
        abstracts = PromptContext(retrieved.papers, retrieved.question, room)
        await emit(EvidenceFound(paper_ids=abstracts.ids))
        key = cache_key(
            {"prompts": self._prompts.hash, "model": self._model.identity, "question": retrieved.question}
            | {"evidence": abstracts.evidence}
            | describe_stage(self._stage)
        )
        cached = self._cache.get(key) if self._cache else None
        if cached and is_kept(cached, retrieved.papers):
            for claim in cached.claims:
                await emit(ClaimChecked(claim=claim))
            await emit(TextDelta(text=cached.text))
            return cached.model_copy(update={"trace": cached.trace.model_copy(update={"cached": True})})

        async def draft(fitting: PromptContext) -> list[Claim]:
            if fitting is not abstracts:
                note = f"the prompt was too long for the model; {len(fitting.papers)} abstracts were given to it"
                self._notes.append(note)
                await emit(EvidenceFound(paper_ids=fitting.ids))
            return await self._draft_claims(fitting, emit)

        claims = await shrink_until_it_fits(abstracts, draft)
        reply = compose_answer(claims, retrieved.papers)
        for claim in reply.claims:
            await emit(ClaimChecked(claim=claim))
        return self._keep_answer(key, self._make_answer(retrieved, reply))

    async def _draft_claims(self, abstracts: PromptContext, emit: Emit[AskEvent]) -> list[Claim]:
        """Let the model write, check each sentence, and show it once what failed."""

        async def show(piece: str) -> None:
            await emit(TextDelta(text=piece))

        started, shown_tokens = perf_counter(), 0

        async def show_thinking(tokens: int) -> None:
            nonlocal shown_tokens
            if tokens >= shown_tokens + THINKING_STEP or not shown_tokens:
                shown_tokens = tokens
                await emit(Thinking(seconds=perf_counter() - started, tokens=tokens))

        generation = Generation(self._model, self._prompts, PromptRole.ANSWER, abstracts.values)
        if self._shows:
            await generation.run(self._config, show, show_thinking)
        else:
            await generation.run(self._config)
        self._count_usage(generation)
        claims = await judge_drafts(generation.drafts, abstracts.papers, self._judging)
        doubtful = select_doubtful(claims)
        if not doubtful:
            return claims
        await emit(Repairing(claims=len(doubtful)))
        repair = await repair_claims(self._model, self._prompts, abstracts, claims, self._judging, self._config)
        self._count_usage(repair)
        self._repaired = repair.rewritten
        return repair.claims

    def _count_usage(self, work: "Generation | RepairResult") -> None:
        self._usage += work.usage
        self._notes += [note for note in work.notes if note not in self._notes]

    def _make_answer(self, retrieved: Retrieved, reply: AnswerBody) -> Answer:
        notes = (*self._notes, *self._judging.notes)
        took = {"prompts": self._prompts.hash, "repaired": self._repaired, "notes": notes}
        trace = retrieved.trace.model_copy(update=took)
        return Answer(question=retrieved.question, mode=self._model.name, usage=self.usage, trace=trace, **dict(reply))

    def _keep_answer(self, key: str, answer: Answer) -> Answer:
        """Keep an answer for the next time, unless that may go better; where that fails, the answer's notes say so."""
        if self._cache is None or {CUT, BROKEN} & set(self._notes) or self._judging.notes:
            return answer
        try:
            self._cache.put(key, answer)
        except OSError as error:
            notes = (*answer.trace.notes, f"the answer could not be kept for the next time: {error.strerror}")
            return answer.model_copy(update={"trace": answer.trace.model_copy(update={"notes": notes})})
        return answer


def _describe_turn(turn: Turn) -> str:
    """A question with the papers that its answer cited."""
    titles = [reference.title for reference in turn.answer.references[:2]] if turn.answer else []
    return turn.question + (f" (answered from: {'; '.join(titles)})" if titles else "")


def describe_stage(stage: SecondStage | None) -> dict[str, str]:
    """What a cache of checked claims depends on beside the model that wrote them; nothing without a second stage."""
    if stage is None:
        return {}
    return {"second_stage": stage.identity if isinstance(stage, CountingStage) else stage.name}


class RepairResult(NamedTuple):
    """The claims after the repair, how many of them were written again, what that took; ``later``: it may go better."""

    claims: list[Claim]
    rewritten: int = 0
    usage: Usage = Usage()
    notes: Sequence[str] = ()
    later: bool = False


def select_doubtful(claims: Sequence[Claim]) -> list[Claim]:
    """Those with something against them: in doubt, not found or contradicted.

    What is worded alike is none of them where a second stage gave no answer: a writer could not write it better. Nor is
    one in doubt for its language: writing it again makes it no easier to check.
    """
    return [claim for claim in claims if claim.support.rank > Support.WORDED.rank and not is_translated(claim)]


async def repair_claims(
    model: Model,
    prompts: Prompts,
    context: PromptContext,
    claims: Sequence[Claim],
    judging: StageRun,
    config: "RunnableConfig | None" = None,
) -> RepairResult:
    """Replace the claims that do not hold by what the model writes instead; what it leaves out it has withdrawn.

    Claims that are only in doubt stay where nothing better comes. That the model fails is told in the notes.
    """
    doubtful = select_doubtful(claims)
    listed = "\n".join(f"- {claim.text} ({'; '.join((claim.words, *claim.reasons))})" for claim in doubtful)
    generation = Generation(model, prompts, PromptRole.REPAIR, {**context.values, "failed": listed})
    try:
        await generation.run(config)
    except ModelError as error:
        note = f"the sentences in doubt could not be written again: {error.what}"
        return RepairResult([*claims], usage=generation.usage, notes=[note], later=isinstance(error, _PASSING))
    rewritten = await judge_drafts(generation.drafts, context.papers, judging)
    sound = {claim.text for claim in claims if claim not in doubtful}
    fresh = [claim for claim in rewritten if claim.text not in sound]
    if not all(claim.support.fails for claim in doubtful) and len(select_doubtful(fresh)) == len(fresh):
        return RepairResult([*claims], usage=generation.usage, notes=generation.notes)
    withdrawn = len(doubtful) - len(fresh)
    note = f"{withdrawn} of its sentences were in doubt, not found or contradicted and were withdrawn"
    place = claims.index(doubtful[0])
    merged = [*claims[:place], *fresh, *(claim for claim in claims[place:] if claim.text in sound)]
    notes = [*generation.notes, note] if withdrawn > 0 else generation.notes
    return RepairResult(merged, len(fresh), generation.usage, notes)


def is_kept(answer: Answer, papers: Sequence[Paper]) -> bool:
    """Return whether an answer out of a cache rests on these papers: its sentences, its references and its text."""
    if not answer.claims:
        return not answer.references and answer.abstained
    if find_answer_fault(answer, {paper.id: paper for paper in papers}, gone_counts=True):
        return False
    reply = compose_answer(answer.claims, papers)
    return (reply.claims, reply.references) == (answer.claims, answer.references)


NOTHING = "The abstracts that were found do not state this."
UNFOUNDED = "Nothing of what the model wrote is worded as in the abstracts that were found."
LOADS = "a link or an image is no statement"
_LOADS = re.compile(r"!?\[[^\]]*\]\(|<\s*(?:a|img|script|iframe|svg)\b", re.IGNORECASE)


async def judge_drafts(drafts: Sequence[DraftClaim], papers: Sequence[Paper], run: StageRun) -> list[Claim]:
    """Check each draft by the rules, and have a second stage look at the sense of what they found nothing against."""

    def check() -> tuple[list[Verdict], list[Paper]]:
        sound = [strip_injections(paper) for paper in papers] if run.has_stage else []
        return verify_drafts(drafts, papers), sound

    verdicts, sound = await in_thread(check)
    return [verdict.to_claim() for verdict in await run.judge(verdicts, [sound] * len(verdicts))]


def verify_drafts(drafts: Sequence[DraftClaim], papers: Sequence[Paper]) -> list[Verdict]:
    """Verify each draft against the papers that it cites or, where it cites none of them, against all.

    A citation of the model is only a hint: where a claim rests is found again. Numbers that stand for no paper are
    said to be so, and sentences that state nothing are left out. What a paper orders its reader to say is no evidence
    (see ``assistant.verify.injection``).
    """
    stating = {draft.text: draft for draft in drafts if states_something(draft.text)}
    return [_check_draft(draft, papers) for draft in stating.values()]


def _check_draft(draft: DraftClaim, papers: Sequence[Paper]) -> Verdict:
    verdict = _verify_draft(draft, papers)
    if _LOADS.search(draft.text):  # What a viewer would load tells a stranger that the answer was read.
        loads = Finding(kind=FindingKind.SOURCE, reason=LOADS, support=Support.ABSENT)
        support = max(verdict.support, Support.ABSENT, key=lambda support: support.rank)
        decision = verdict.decision if verdict.support.fails else Decision(by=FindingKind.SOURCE)
        return verdict.model_copy(
            update={"support": support, "decision": decision, "findings": (*verdict.findings, loads)}
        )
    if not verdict.findings:
        return verdict
    reasons = []
    invented = [n for n in draft.sources if not 1 <= n <= len(papers)]
    if invented:
        reasons.append(f"it cites {', '.join(f'[{n}]' for n in invented)}, which is no abstract that was given")
    findings = [Finding(kind=FindingKind.SOURCE, reason=reason, support=verdict.support) for reason in reasons]
    return verdict.model_copy(update={"findings": (*verdict.findings, *findings)})


def _verify_draft(draft: DraftClaim, papers: Sequence[Paper]) -> Verdict:
    cited = [papers[n - 1] for n in dict.fromkeys(draft.sources) if 1 <= n <= len(papers)]
    verdict = _verify_against(draft.text, cited) if cited else None
    if verdict is None or verdict.support.fails:
        elsewhere = min((_verify_against(draft.text, [paper]) for paper in papers), key=_rank_support)
        if verdict is None:
            return elsewhere
        if not elsewhere.findings:
            moved = Finding(kind=FindingKind.SOURCE, reason=_describe_move(cited, elsewhere), support=elsewhere.support)
            return elsewhere.model_copy(update={"findings": (moved,)})
    return verdict


def _verify_against(text: str, papers: Sequence[Paper]) -> Verdict:
    return doubt_translation(verify(text, papers), papers)


def _describe_move(cited: Sequence[Paper], elsewhere: Verdict) -> str:
    """Say that not the papers that a model cited say a sentence, but another one."""
    others = dict.fromkeys(f"“{citation.title}”" for citation in elsewhere.citations)
    verbatim = ", word for word" if elsewhere.support is Support.QUOTED else ""
    named = "; ".join(f"“{paper.marked_title}”" for paper in cited)
    return f"not said by {named}; said by {'; '.join(others)}{verbatim}"


def _rank_support(verdict: Verdict) -> int:
    """How far down the scale a claim is; of two alike the first counts, for papers come by relevance.

    One that a paper contradicts is as one that it does not hold: neither is a reason to look at another paper first.
    """
    return min(verdict.support.rank, Support.ABSENT.rank)


def compose_answer(claims: Sequence[Claim], papers: Sequence[Paper], nothing: str = NOTHING) -> AnswerBody:
    """Compose checked claims to an answer; it abstains where there is none, or where none is carried by a source.

    Args:
        claims: What the model wrote, as checked.
        papers: The papers that they cite, and perhaps others.
        nothing: What to say where there is no claim.
    """
    if not claims:
        return AnswerBody(text=escape_markdown(nothing), abstained=True, reason=nothing)
    by_id = {paper.id: paper for paper in papers}
    used = number_references([by_id[citation.paper_id] for claim in claims for citation in claim.citations])
    numbers = {reference.paper_id: reference.n for reference in used}
    numbered = tuple(_number_citations(claim, numbers, by_id) for claim in claims)
    text = format_sentences(numbered)
    unfounded = all(claim.support.fails for claim in claims)
    return AnswerBody(
        text=f"{escape_markdown(UNFOUNDED)}\n\n{text}" if unfounded else text,
        claims=numbered,
        references=used,
        abstained=unfounded,
        reason=UNFOUNDED if unfounded else "",
    )


def _number_citations(claim: Claim, numbers: dict[str, int], papers: dict[str, Paper]) -> Claim:
    citations = tuple(
        citation.model_copy(update={"n": numbers[citation.paper_id], "title": papers[citation.paper_id].marked_title})
        for citation in claim.citations
    )
    return claim.model_copy(update={"citations": citations})


def states_something(text: str) -> bool:
    """Whether a sentence states something; that the sources do not say it is no statement, but no answer."""
    return bool(set(extract_terms(text)) - _EMPTY) and not _NO_ANSWER.search(text)


def says_something(text: str, question: str, titles: Collection[str]) -> bool:
    """Whether a sentence says more than what was asked for, a title and its year, or that something is not said.

    Args:
        text: The sentence.
        question: What the model was to tell.
        titles: Of the papers that it was given.
    """
    words = extract_terms(text)
    if any(form.search(text) for form in (_ABSENCE, _NOT_FOUND, _BY_ORDER)):
        return False
    if not set(words) - set(extract_terms(question)) - _EMPTY:
        return False
    return all(_list_words(text) != _list_words(title) for title in titles)


def _list_words(text: str) -> list[str]:
    return [word for word in extract_terms(text) if not word.isdigit()]


# What no abstract can carry: that others do not say something.
_ABSENCE = re.compile(
    r"\b(?:papers?|abstracts?|stud(?:y|ies)|authors?|texts?|sources?|it|they|none|neither)\b[^.]{0,40}?"
    r"\b(?:(?:do|does|did)(?: not|n't)|never|no longer)\s+(?:explicitly\s+|directly\s+)?"
    r"(?:state|mention|report|specify|provide|say|tell|address|discuss|describe|indicate|give|name|list)\b"
    r"|\bnot (?:explicitly |directly )?(?:stated|mentioned|specified|reported|provided)\b",
    re.IGNORECASE,
)
# Nor that something is missing; and "the second paper" is one in an order that no reader sees.
_NOT_FOUND = re.compile(r"\b(?:is|are|was|were) (?:missing|absent|lacking)\W*$", re.IGNORECASE)
_BY_ORDER = re.compile(
    r"\bthe (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|\d+(?:st|nd|rd|th)) "
    r"(?:paper|abstract|study|article|source)\b",
    re.IGNORECASE,
)
# The same said of the sources alone: how a model says that it has no answer.
_NO_ANSWER = re.compile(
    r"\b(?:abstracts?|papers?|sources?|evidence|documents?)\b[^.]{0,40}?\b(?:do|does|did)(?: not|n't)\s+"
    r"(?:explicitly\s+|directly\s+)?(?:state|mention|specify|say|tell|discuss|describe|contain|provide|address|indicate)\b"
    r"|\bnot (?:explicitly |directly )?(?:stated|mentioned|specified|provided) in\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    term
    for term in extract_terms("papers paper abstract study authors various several different many use used uses work")
)
