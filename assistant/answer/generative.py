"""A model's answer as drafts of claims: streamed, and brought into form where it broke.

What failed the check is shown to the model once, and what it writes instead is checked too.

A follow-up as a question that stands on its own.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.claims import check_drafts
from assistant.answer.context import CHARACTERS_A_TOKEN, Given
from assistant.answer.model import Model, SchemaRefused, Writing
from assistant.answer.parsing import Draft, growing_text, is_json, parse, salvage_json
from assistant.concurrency import in_thread
from assistant.escaping import marked
from assistant.question.followup import context
from assistant.types import Claim, Support, Turn, Usage
from prompts import Prompts, Role
from store.errors import ModelBusy, ModelError, ModelStalled, ModelUnreachable
from store.text.clean import clean_characters, clean_text

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig


CUT = "the model's answer was cut off; its last sentence is left out"
BROKEN = "the model's answer was not in the form asked for, twice; what could be read of it is shown"
# So many characters before a piece decide how it is escaped.
_BEFORE = 8


class Drafting:
    """One answer being written. After the stream ``drafts`` holds its sentences, ``usage`` and ``notes`` what it took.

    Args:
        model: Who writes.
        prompts: The form of the answer is taken from them.
        role: ``ANSWER`` or ``REPAIR``.
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

    async def stream(self, config: "RunnableConfig | None" = None) -> AsyncGenerator[str, None]:
        """Write; yields pieces of the sentences as they come, as Markdown, and fills ``drafts``.

        An answer that is broken or empty is asked for once more. One that was cut off keeps its whole sentences.
        """
        for last in (False, True):
            writing = Writing()
            try:
                async with aclosing(self._pieces(writing, config)) as pieces:
                    async for piece in pieces:
                        yield piece
            except SchemaRefused:  # Nothing of it was shown; in plain text this cannot happen again.
                async with aclosing(self._pieces(writing, config)) as pieces:
                    async for piece in pieces:
                        yield piece
            self.usage += writing.usage
            if self._settle(writing, last):
                return

    async def _pieces(self, writing: Writing, config: "RunnableConfig | None") -> AsyncGenerator[str, None]:
        form = self._prompts.render(Role.FORM_JSON if self._model.writes_json else Role.FORM_TEXT)
        prompt = self._prompts.render(self._role, **self._values, form=form)
        shown = 0
        async with aclosing(self._model.write(prompt, writing, config, form=True)) as pieces:
            async for _ in pieces:
                text = growing_text(writing.text)
                if len(text) > shown:
                    yield _as_markdown(text, shown)
                    shown = len(text)

    def _settle(self, writing: Writing, last: bool) -> bool:
        """Take the drafts of a finished text; False asks for it once more."""
        parsed = parse(writing.text)
        if parsed.broken and not writing.cut and not last:
            return False
        self.notes += [CUT] if writing.cut else [BROKEN] if parsed.broken else []
        if parsed.broken:
            self.drafts = salvage_json(writing.text)
        else:  # Of JSON that could be read every sentence is whole.
            self.drafts = parsed.drafts[:-1] if writing.cut and not is_json(writing.text) else parsed.drafts
        return True


def _as_markdown(text: str, start: int) -> str:
    """What a text has from a place on, as Markdown that shows just this, on one line and without control characters."""
    before = marked(text[max(0, start - _BEFORE) : start])
    piece = marked(text[max(0, start - _BEFORE) :])[len(before) :]
    edges = [" " if edge.isspace() else "" for edge in (piece[0], piece[-1])]
    return f"{edges[0]}{clean_characters(piece)}{edges[1]}" if piece.strip() else " "


_PASSING = (ModelBusy, ModelStalled, ModelUnreachable)


class Repaired(NamedTuple):
    """The claims after the repair, how many of them were written again, what that took; ``later``: it may go better."""

    claims: list[Claim]
    rewritten: int = 0
    usage: Usage = Usage()
    notes: Sequence[str] = ()
    later: bool = False


def failed(claims: Sequence[Claim]) -> list[Claim]:
    """Those that the check did not find supported."""
    return [claim for claim in claims if claim.support is not Support.SUPPORTED]


async def repaired(
    model: Model, prompts: Prompts, given: Given, claims: Sequence[Claim], config: "RunnableConfig | None" = None
) -> Repaired:
    """The claims that failed replaced by what the model writes instead; what it leaves out it has withdrawn.

    Claims of which a part holds stay where nothing better comes. That the model fails is told in the notes.
    """
    doubtful = failed(claims)
    listed = "\n".join(f"- {claim.text} ({'; '.join(claim.reasons)})" for claim in doubtful)
    drafting = Drafting(model, prompts, Role.REPAIR, {**given.values, "failed": listed})
    try:
        async with aclosing(drafting.stream(config)) as pieces:
            async for _ in pieces:
                pass
    except ModelError as error:
        note = f"the sentences in doubt could not be written again: {error.what}"
        return Repaired([*claims], usage=drafting.usage, notes=[note], later=isinstance(error, _PASSING))
    again = await in_thread(partial(check_drafts, drafting.drafts, given.papers))
    held = {claim.text for claim in claims if claim.support is Support.SUPPORTED}
    fresh = [claim for claim in again if claim.text not in held]
    if any(claim.support is Support.PARTIAL for claim in doubtful) and len(failed(fresh)) == len(fresh):
        return Repaired([*claims], usage=drafting.usage, notes=drafting.notes)
    withdrawn = len(doubtful) - len(fresh)
    told = f"{withdrawn} of its sentences were not worded as in their sources and were withdrawn"
    notes = [told] if withdrawn > 0 else []
    place = claims.index(doubtful[0])
    kept = [*claims[:place], *fresh, *(claim for claim in claims[place:] if claim.text in held)]
    return Repaired(kept, len(fresh), drafting.usage, [*drafting.notes, *notes])


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
