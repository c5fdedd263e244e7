"""Who writes a report with a model: each answer checked, shown to the model once where it failed, and kept."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.metadata import version
from types import MappingProxyType

from assistant.answer.claims import check_drafts, says_something
from assistant.answer.context import Given, shrink_until_it_fits
from assistant.answer.generative import Generation, Repaired, failed, repaired
from assistant.answer.model import Model
from assistant.answer.pipeline import Chain
from assistant.cache import Cache, cache_key
from assistant.concurrency import in_thread
from assistant.report.requests import Ask, Room, request
from assistant.report.schema import Manifest
from assistant.report.themes import Theme
from assistant.types import Claim, Usage
from prompts import Prompts, Role
from store.errors import InputError, ModelError
from store.library import Library
from store.paper import Frozen

FOLDER = "sections"
"""Where a library keeps what models wrote for its reports."""


class Written(Frozen):
    """What a model wrote to one request, and what it took.

    ``claims`` are checked, ``name`` is not. ``later``: the model failed when it was shown what the check found wanting,
    and may not the next time.
    """

    claims: tuple[Claim, ...] = ()
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()
    name: str = ""
    later: bool = False


class Hand(Frozen):
    """All that an answer of a model hangs on beside what it is asked."""

    model: str
    identity: str
    prompts: str
    context: int
    max_output: int
    version: str


class Pen:
    """A model with its prompts and what it wrote before; or, without a model, only the latter.

    Attributes:
        hand: Whose writing it is.
        paid: What the model took so far.
        cached: How often it was not asked, for its answer had been kept.
        failed: What the model failed at, in words, by the key of the request; it is not asked for that again.
    """

    def __init__(
        self,
        hand: Hand,
        kept: Cache[Written] | None,
        model: Model | None = None,
        prompts: Prompts | None = None,
        failed: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.hand = hand
        self.paid = Usage()
        self.cached = 0
        self.failed = dict(failed)
        self._kept = kept
        self._model = model
        self._prompts = prompts

    @property
    def room(self) -> Room:
        """How much the model reads and writes."""
        return Room(self.hand.context, self.hand.max_output)

    async def write(self, ask: Ask) -> Written:
        """Have one ask answered, or take what was kept of it.

        Raises:
            InputError: Nothing was kept, and there is no model.
            ModelError: The model gives no answer.
        """
        return await self._once({"ask": ask.given.values, "most": ask.most}, partial(self._in_room, ask=ask))

    async def name(self, theme: Theme) -> Written:
        """Have a theme named, or take what was kept of it; raises as ``write`` does."""
        asked = request(theme, self.room)
        return await self._once({"name": asked}, partial(self._named, asked=asked))

    async def _once(self, asked: Mapping[str, object], ask: Callable[[Model, Prompts], Awaitable[Written]]) -> Written:
        key = cache_key({**self.hand.model_dump(exclude={"model"}), **asked})
        if key in self.failed:
            raise ModelError(self.failed[key])
        found = await in_thread(partial(self._kept.get, key)) if self._kept else None
        if found is not None and not (found.later and self._model):
            self.cached += 1
            return found
        if self._model is None or self._prompts is None:
            raise InputError("What the model wrote is not kept any more.", "Make the report anew, without --replay.")
        try:
            written = await ask(self._model, self._prompts)
        except ModelError as error:
            self.failed[key] = error.what
            raise
        self.paid += written.usage
        return await in_thread(partial(self._keep, key, written))

    def _keep(self, key: str, written: Written) -> Written:
        if self._kept is None:
            return written
        try:
            self._kept.put(key, written)
        except OSError as error:
            note = f"what the model wrote could not be kept for the next time: {error.strerror}"
            return written.model_copy(update={"notes": (*written.notes, note)})
        return written

    async def _named(self, model: Model, prompts: Prompts, asked: dict[str, str]) -> Written:
        completion = await model.complete(prompts.render(Role.NAME, **asked))
        return Written(name=completion.text.strip(), usage=model.priced(completion.usage))

    async def _in_room(self, model: Model, prompts: Prompts, ask: Ask) -> Written:
        """Write from less where all of it is more than the model takes."""
        return await shrink_until_it_fits(ask.given, lambda given: self._checked(model, prompts, given, ask.most))

    async def _checked(self, model: Model, prompts: Prompts, given: Given, most: int) -> Written:
        drafting = Generation(model, prompts, Role.REPORT, {**given.values, "most": str(most)})
        await drafting.run()
        titles, question = [paper.title for paper in given.papers], given.values["question"]
        drafts = [draft for draft in drafting.drafts if says_something(draft.text, question, titles)]
        claims = await in_thread(partial(check_drafts, drafts, given.papers))
        again = await repaired(model, prompts, given, claims) if failed(claims) else Repaired(claims)
        told = tuple(claim for claim in again.claims if says_something(claim.text, question, titles))
        usage = model.priced(drafting.usage + again.usage)
        return Written(claims=told, usage=usage, notes=(*drafting.notes, *again.notes), later=again.later)


def pen_of(library: Library, chain: Chain) -> Pen:
    """The pen of a chain's model; it keeps what it writes where the chain keeps its answers."""
    hand = Hand(
        model=chain.model.name,
        identity=hashlib.sha256(chain.model.identity.encode()).hexdigest()[:16],
        prompts=chain.prompts.hash,
        context=chain.model.context,
        max_output=chain.model.max_output,
        version=version("conspectus"),
    )
    return Pen(hand, _kept(library) if chain.cache else None, chain.model, chain.prompts)


def pen_again(library: Library, manifest: Manifest) -> Pen | None:
    """The pen that a report was written with, which only repeats; None where there was no model."""
    if not manifest.identity:
        return None
    hand = Hand(**{name: getattr(manifest, name) for name in Hand.model_fields})
    return Pen(hand, _kept(library), failed=manifest.failed)


def _kept(library: Library) -> Cache[Written]:
    return Cache(library.folder / FOLDER, Written)
