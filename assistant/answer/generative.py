"""Answers by a model: drafts of claims out of its stream, each checked, and those that fail shown to it once."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.claims import NOTHING, check_drafts, compose_answer
from assistant.answer.context import CHARACTERS_A_TOKEN, PromptContext, compute_token_budget, shrink_until_it_fits
from assistant.answer.model import Model, OnText, SchemaRefused
from assistant.answer.parsing import Draft, is_json, parse_answer, read_growing_text, salvage_json
from assistant.answer.replies import AnswerBody
from assistant.answer.retrieval import Retrieved
from assistant.cache import AnswerCache, cache_key
from assistant.concurrency import Emit, in_thread
from assistant.escaping import escape_marks
from assistant.events import AskEvent, ClaimChecked, EvidenceFound, Repairing, TextDelta
from assistant.question.followup import find_previous_turn
from assistant.types import Answer, Claim, Support, Turn, Usage
from prompts import Prompts, Role
from store.errors import ModelBusy, ModelError, ModelStalled, ModelUnreachable
from store.text.clean import clean_characters, clean_text

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

CUT = "the model's answer was cut off; its last sentence is left out"
BROKEN = "the model's answer was not in the form asked for, twice; what could be read of it is shown"
UNREADABLE = "What the model wrote could not be read as an answer."
# The longest thing that changes how the next character is escaped is "https:/" or "www"; rounded up.
_BEFORE = 8
# Earlier questions that are shown to the model, and what a longer reply than a question is cut to, in characters;
# both chosen by hand, not measured.
TURNS = 4
LONGEST = 400
# Failures that may pass by themselves: what was written under them is asked for again the next time.
_PASSING = (ModelBusy, ModelStalled, ModelUnreachable)


class GenerativeWriter:
    """Writes the answer to one question with a model.

    Args:
        model: Who writes.
        prompts: What it is asked.
        cache: Where answers are kept; None keeps none.
        config: Langchain's, for its callbacks.
    """

    def __init__(
        self, model: Model, prompts: Prompts, cache: AnswerCache | None, config: "RunnableConfig | None" = None
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._cache = cache
        self._config = config
        self._usage = Usage()
        self._notes: list[str] = []
        self._repaired = 0

    @property
    def usage(self) -> Usage:
        """What the model took for this question so far, with its price."""
        return self._model.with_price(self._usage)

    async def condense_question(self, question: str, history: Sequence[Turn]) -> str:
        """Have a follow-up put as a question that stands on its own; one that follows no answer stays as it is.

        A reply that is no question in one line is not taken. The earliest questions are not shown where they do not fit
        into a quarter of the context.
        """
        if find_previous_turn(question, history) is None:
            return question
        questions = "\n".join(f"- {_describe_turn(turn)}" for turn in reversed(history[-TURNS:]))
        questions = questions[: int(self._model.context * CHARACTERS_A_TOKEN / 4)]
        prompt = self._prompts.render(Role.CONDENSE, history=questions, question=question)
        completion = await self._model.complete(prompt, self._config)
        self._usage += completion.usage
        reply = clean_text(completion.text.strip().splitlines()[0] if completion.text.strip() else "")
        return reply if 0 < len(reply) <= LONGEST else question

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
        )
        cached = self._cache.get(key) if self._cache else None
        if cached:
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
        reply = compose_answer(claims, retrieved.papers, UNREADABLE if BROKEN in self._notes else NOTHING)
        for claim in reply.claims:
            await emit(ClaimChecked(claim=claim))
        return self._keep_answer(key, self._make_answer(retrieved, reply))

    async def _draft_claims(self, abstracts: PromptContext, emit: Emit[AskEvent]) -> list[Claim]:
        """Let the model write, check each sentence, and show it once what failed."""

        async def show(piece: str) -> None:
            await emit(TextDelta(text=piece))

        generation = Generation(self._model, self._prompts, Role.ANSWER, abstracts.values)
        await generation.run(self._config, show)
        self._count_usage(generation)
        claims = await in_thread(partial(check_drafts, generation.drafts, abstracts.papers))
        doubtful = select_unsupported(claims)
        if not doubtful:
            return claims
        await emit(Repairing(claims=len(doubtful)))
        repair = await repair_claims(self._model, self._prompts, abstracts, claims, self._config)
        self._count_usage(repair)
        self._repaired = repair.rewritten
        return repair.claims

    def _count_usage(self, work: "Generation | RepairResult") -> None:
        self._usage += work.usage
        self._notes += [note for note in work.notes if note not in self._notes]

    def _make_answer(self, retrieved: Retrieved, reply: AnswerBody) -> Answer:
        took = {"prompts": self._prompts.hash, "repaired": self._repaired, "notes": tuple(self._notes)}
        trace = retrieved.trace.model_copy(update=took)
        return Answer(question=retrieved.question, mode=self._model.name, usage=self.usage, trace=trace, **dict(reply))

    def _keep_answer(self, key: str, answer: Answer) -> Answer:
        """Keep an answer for the next time, unless that may go better; where that fails, the answer's notes say so."""
        if self._cache is None or {CUT, BROKEN} & set(self._notes):
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


class Generation:
    """One text being generated. After ``run`` ``drafts`` holds its sentences, ``usage`` and ``notes`` what it took.

    Args:
        model: Who writes.
        prompts: The form of the answer is taken from them.
        role: ``ANSWER``, ``REPAIR`` or ``REPORT``.
        values: The placeholders of that prompt, ``form`` aside.
    """

    def __init__(self, model: Model, prompts: Prompts, role: Role, values: dict[str, str]) -> None:
        self._model = model
        self._prompts = prompts
        self._role = role
        self._values = values
        self.drafts: list[Draft] = []
        self.usage = Usage()
        self.notes: list[str] = []

    async def run(self, config: "RunnableConfig | None" = None, show: OnText | None = None) -> None:
        """Generate the text.

        A text that is broken or empty is asked for once more. One that was cut off keeps its whole sentences.

        Args:
            config: Langchain's, for its callbacks.
            show: Told each piece of the sentences as it comes, as Markdown.

        Raises:
            ModelError: The model gives no answer.
        """
        for last in (False, True):
            try:
                finished = await self._generate_once(last, config, show)
            except SchemaRefused:  # Nothing of it was shown; in plain text this cannot happen again.
                finished = await self._generate_once(last, config, show)
            if finished:
                return

    async def _generate_once(self, last: bool, config: "RunnableConfig | None", show: OnText | None) -> bool:
        """Generate the text once; False asks for it once more."""
        length = 0

        async def show_growth(text: str) -> None:
            nonlocal length
            sentences = read_growing_text(text)
            if show and len(sentences) > length:
                start, length = length, len(sentences)
                await show(_as_markdown(sentences, start))

        form = self._prompts.render(Role.FORM_JSON if self._model.writes_json else Role.FORM_TEXT)
        prompt = self._prompts.render(self._role, **self._values, form=form)
        on_text = show_growth if show else None
        text, cut, usage = await self._model.complete(prompt, config, form=True, on_text=on_text)
        self.usage += usage
        parsed = parse_answer(text)
        if parsed.broken and not cut and not last:
            return False
        self.notes += [CUT] if cut else [BROKEN] if parsed.broken else []
        if parsed.broken:
            self.drafts = salvage_json(text)
        else:  # Of JSON that could be read every sentence is whole.
            self.drafts = parsed.drafts[:-1] if cut and not is_json(text) else parsed.drafts
        return True


def _as_markdown(text: str, start: int) -> str:
    """What a text has from a place on, as Markdown that shows just this, on one line and without control characters."""
    before = escape_marks(text[max(0, start - _BEFORE) : start])
    piece = escape_marks(text[max(0, start - _BEFORE) :])[len(before) :]
    edges = [" " if edge.isspace() else "" for edge in (piece[0], piece[-1])]
    return f"{edges[0]}{clean_characters(piece)}{edges[1]}" if piece.strip() else " "


class RepairResult(NamedTuple):
    """The claims after the repair, how many of them were written again, what that took; ``later``: it may go better."""

    claims: list[Claim]
    rewritten: int = 0
    usage: Usage = Usage()
    notes: Sequence[str] = ()
    later: bool = False


def select_unsupported(claims: Sequence[Claim]) -> list[Claim]:
    """Those that the check did not find supported."""
    return [claim for claim in claims if not claim.is_supported]


async def repair_claims(
    model: Model,
    prompts: Prompts,
    context: PromptContext,
    claims: Sequence[Claim],
    config: "RunnableConfig | None" = None,
) -> RepairResult:
    """Replace the claims that failed by what the model writes instead; what it leaves out it has withdrawn.

    Claims of which a part holds stay where nothing better comes. That the model fails is told in the notes.
    """
    doubtful = select_unsupported(claims)
    listed = "\n".join(f"- {claim.text} ({'; '.join(claim.reasons)})" for claim in doubtful)
    generation = Generation(model, prompts, Role.REPAIR, {**context.values, "failed": listed})
    try:
        await generation.run(config)
    except ModelError as error:
        note = f"the sentences in doubt could not be written again: {error.what}"
        return RepairResult([*claims], usage=generation.usage, notes=[note], later=isinstance(error, _PASSING))
    rewritten = await in_thread(partial(check_drafts, generation.drafts, context.papers))
    supported = {claim.text for claim in claims if claim.is_supported}
    fresh = [claim for claim in rewritten if claim.text not in supported]
    if any(claim.support is Support.PARTIAL for claim in doubtful) and len(select_unsupported(fresh)) == len(fresh):
        return RepairResult([*claims], usage=generation.usage, notes=generation.notes)
    withdrawn = len(doubtful) - len(fresh)
    note = f"{withdrawn} of its sentences were not worded as in their sources and were withdrawn"
    place = claims.index(doubtful[0])
    merged = [*claims[:place], *fresh, *(claim for claim in claims[place:] if claim.text in supported)]
    notes = [*generation.notes, note] if withdrawn > 0 else generation.notes
    return RepairResult(merged, len(fresh), generation.usage, notes)
