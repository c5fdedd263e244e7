"""The engine that all screens share, opened once, and the papers that the chat may answer from."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from itertools import chain, product
from typing import TYPE_CHECKING, Any, Self

from assistant import Frozen
from assistant.types import Restriction
from store.errors import InputError

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.settings import Settings


# Ids of papers that are saved with a question; of more only the label is (chosen by hand: some 20 kB a question).
_KEPT_IDS = 1000


class Scope(Frozen):
    """What narrows the papers that the chat answers from; without parts it is the whole library.

    Parts of one kind, two authors say, let the papers of either through; those of several kinds hold together.
    """

    parts: tuple[Restriction, ...] = ()

    @classmethod
    def of(cls, filters: dict[str, Any], label: str) -> Self:
        """Make a scope of one part.

        Args:
            filters: As the API takes them: ``{"ids": (…), "author": …, "year_from": …}``.
            label: What the chat shows of it ("3 marked papers").
        """
        return cls(parts=(Restriction(label=label, filters=filters),))

    def __bool__(self) -> bool:
        """Whether it leaves papers out."""
        return bool(self.parts)

    @property
    def label(self) -> str:
        """All of it in one line, "" for the whole library."""
        return ", ".join(part.label for part in self.parts)

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that let just its papers through."""
        kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for part in self.parts:
            kinds.setdefault(tuple(sorted(part.filters)), []).append(part.filters)
        ways = [dict(chain.from_iterable(way.items() for way in ways)) for ways in product(*kinds.values())]
        return ways[0] if len(ways) == 1 else {"either": tuple(ways)}

    def add(self, *parts: Restriction) -> "Scope":
        """Add parts that are not in it yet."""
        return self.model_copy(update={"parts": tuple({part.label: part for part in (*self.parts, *parts)}.values())})

    def drop(self, place: int) -> "Scope":
        """Take a part out by its place."""
        return self.model_copy(update={"parts": (*self.parts[:place], *self.parts[place + 1 :])})

    def leave_out(self, removed: Collection[str]) -> "Scope":
        """Leave out papers that are gone: to ask for one that is not there is an error."""
        parts = tuple(_leave_out(part, removed) for part in self.parts)
        return self if parts == self.parts else self.model_copy(update={"parts": parts})

    @property
    def kept(self) -> tuple[Restriction, ...]:
        """What is saved of it with a question."""
        return tuple(
            part if len(part.filters.get("ids", ())) <= _KEPT_IDS else Restriction(label=part.label)
            for part in self.parts
        )

    @classmethod
    def restore(cls, kept: Sequence[Restriction]) -> Self:
        """Make the scope again that was saved, as far as it was."""
        return cls(parts=tuple(part for part in kept if part.filters))


def _leave_out(part: Restriction, removed: Collection[str]) -> Restriction:
    ids = part.filters.get("ids")
    if ids is None or not any(id in removed for id in ids):
        return part
    left = tuple(id for id in ids if id not in removed)
    return part.model_copy(update={"filters": {**part.filters, "ids": left}})


EVERYTHING = Scope()


class EngineHolder:
    """Opens the engine once for a running application, and holds what each question is asked with.

    Args:
        open_assistant: Opens the engine by settings; called in a thread.
        settings: The first settings; None loads them in that thread, too.
        problem: What is wrong with the user's settings, where these are what could be read of them.
    """

    def __init__(
        self,
        open_assistant: "Callable[[Settings | None], Assistant]",
        settings: "Settings | None",
        problem: InputError | None = None,
    ) -> None:
        self.settings = settings
        self.scope: Scope = EVERYTHING
        self.strict = bool(settings and settings.strict)
        self.problem = problem
        """Why no model answers although one is set, or why the settings do not hold; None where all is well."""
        self._removed: frozenset[str] = frozenset()
        self._open_assistant = open_assistant
        self._engine: asyncio.Future[Assistant] | None = None

    @property
    def paper_filters(self) -> dict[str, Any]:
        """What the chat may answer from, as the engine takes it."""
        return self.filter_papers(self.scope)

    def filter_papers(self, scope: Scope) -> dict[str, Any]:
        """Return the filters of a scope; None for ``retracted`` lets such papers in."""
        retracted = {"retracted": None} if self.settings and self.settings.retracted else {}
        return {**retracted, **scope.leave_out(self._removed).filters}

    def leave_out(self, removed: Collection[str]) -> None:
        """Ask for papers no more that are gone, also in questions that wait."""
        self._removed |= {*removed}
        self.scope = self.scope.leave_out(removed)

    def take_in_again(self) -> None:
        """Ask for papers that were gone: they may be back."""
        self._removed = frozenset()

    async def get_engine(self) -> "Assistant":
        """Return the engine, opened by the first call; all wait for the same one.

        Raises:
            ConspectusError: It cannot be opened; the next call tries again.
        """
        if self._engine is None or (self._engine.done() and self._engine.exception()):
            self._engine = asyncio.ensure_future(asyncio.to_thread(self._open))
        return await asyncio.shield(self._engine)

    async def reopen(self, settings: "Settings") -> "Assistant":
        """Go on with other settings. Answers that run are cancelled by the engine that closes."""
        self.settings, self.strict, self.problem = settings, settings.strict, None
        await self.close()
        return await self.get_engine()

    async def close(self) -> None:
        """Let go of the engine."""
        engine, self._engine = self._engine, None
        if engine is not None and engine.done() and not engine.exception():
            await asyncio.to_thread(engine.result().close)

    def _open(self) -> "Assistant":
        assistant = self._open_library()
        assistant.prepare()
        return assistant

    def _open_library(self) -> "Assistant":
        """Open it, without a model where that cannot be asked as it is set: the papers are there all the same."""
        try:
            return self._open_assistant(self.settings)
        except InputError as error:
            from assistant.settings import CheckSettings, ModelSettings, Settings

            without = {"chat": ModelSettings(), "check": CheckSettings()}
            try:
                assistant = self._open_assistant((self.settings or Settings()).model_copy(update=without))
            except InputError:
                raise error from None
            self.problem = error
            return assistant
