"""What all screens share: the engine, once it is open, and what the chat may answer from.

Which papers the chat may answer from.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assistant import Frozen
from tui.text import Glyphs

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


EVERYTHING = Scope()


class Desk:
    """One a running application.

    Args:
        open_assistant: Opens the engine by settings; called in a thread.
        settings: The first settings; None loads them in that thread, too.
        glyphs: The signs that the terminal can show.
    """

    def __init__(
        self, open_assistant: "Callable[[Settings | None], Assistant]", settings: "Settings | None", glyphs: Glyphs
    ) -> None:
        self.settings = settings
        self.glyphs = glyphs
        self.scope: Scope = EVERYTHING
        self.strict = bool(settings and settings.strict)
        self._open = open_assistant
        self._engine: asyncio.Future[Assistant] | None = None

    @property
    def filters(self) -> dict[str, Any]:
        """What the chat may answer from, as the engine takes it; None for ``retracted`` lets such papers in."""
        retracted = {"retracted": None} if self.settings and self.settings.retracted else {}
        return {**retracted, **self.scope.filters}

    async def engine(self) -> "Assistant":
        """The engine, opened by the first call; all wait for the same one.

        Raises:
            ConspectusError: It cannot be opened; the next call tries again.
        """
        if self._engine is None or (self._engine.done() and self._engine.exception()):
            self._engine = asyncio.ensure_future(asyncio.to_thread(self._opened))
        return await asyncio.shield(self._engine)

    async def reopen(self, settings: "Settings") -> "Assistant":
        """Go on with other settings. Answers that run are cancelled by the engine that closes."""
        before, self._engine, self.settings, self.strict = self._engine, None, settings, settings.strict
        if before is not None and before.done() and not before.exception():
            await asyncio.to_thread(before.result().close)
        return await self.engine()

    async def close(self) -> None:
        """Let go of the engine."""
        before, self._engine = self._engine, None
        if before is not None and before.done() and not before.exception():
            await asyncio.to_thread(before.result().close)

    def _opened(self) -> "Assistant":
        assistant = self._open(self.settings)
        assistant.prepare()
        return assistant
