"""A model's answer as drafts of claims: streamed, and brought into form where it broke."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from assistant.answer.model import Model, SchemaRefused, Writing
from assistant.answer.parsing import Draft, growing_text, is_json, parse, salvage_json
from assistant.escaping import marked
from assistant.types import Usage
from prompts import Prompts, Role
from store.text.clean import clean_characters

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
