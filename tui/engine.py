"""The engine that all screens share, opened once, and the papers that the chat may answer from."""

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assistant import Frozen
from store.errors import InputError

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.settings import Settings


class Scope(Frozen):
    """A restriction of the chat, empty for the whole library.

    Attributes:
        filters: As the API takes them: ``{"ids": (…), "author": …, "year_from": …}``.
        label: What the status bar says of it ("3 marked papers"), "" for the whole library.
    """

    filters: dict[str, Any] = Field(default_factory=dict)
    label: str = ""

    def __bool__(self) -> bool:
        """Whether it leaves papers out."""
        return bool(self.filters)

    def leave_out(self, removed: Collection[str]) -> "Scope":
        """Leave out papers that are gone: to ask for one that is not there is an error."""
        ids = self.filters.get("ids")
        if not removed or ids is None:
            return self
        return self.model_copy(
            update={"filters": {**self.filters, "ids": tuple(id for id in ids if id not in removed)}}
        )


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
        self._open_assistant = open_assistant
        self._engine: asyncio.Future[Assistant] | None = None

    @property
    def paper_filters(self) -> dict[str, Any]:
        """What the chat may answer from, as the engine takes it; None for ``retracted`` lets such papers in."""
        retracted = {"retracted": None} if self.settings and self.settings.retracted else {}
        return {**retracted, **self.scope.filters}

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
