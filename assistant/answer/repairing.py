"""What failed the check is shown to the model once, and what it writes instead is checked too."""

from collections.abc import Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from assistant.answer.claims import check_drafts
from assistant.answer.generative import Drafting
from assistant.answer.given import Given
from assistant.answer.model import Model
from assistant.bridge import in_thread
from assistant.types import Claim, Support, Usage
from prompts import Prompts, Role
from store.errors import ModelBusy, ModelError, ModelStalled, ModelUnreachable

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

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
