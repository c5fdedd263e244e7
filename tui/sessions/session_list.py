"""The list of saved conversations."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets.option_list import Option

from tui.sessions.lists import SessionRow, content_of
from tui.text import Glyphs
from tui.widgets.choices import Choices


class SessionList(Choices):
    """Rows of sessions, with a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Go on", id="sessions.resume")]

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[SessionRow] = ()

    @property
    def row(self) -> SessionRow | None:
        """The row under the cursor."""
        return self._rows[self.highlighted] if self.highlighted is not None else None

    @property
    def neighbour(self) -> str | None:
        """The id of the row that the cursor is to go to when its own goes away: the one below, else the one above."""
        if self.highlighted is None or len(self._rows) < 2:
            return None
        below = self.highlighted + 1
        return self._rows[below if below < len(self._rows) else self.highlighted - 1].info.id

    def show(
        self, rows: Sequence[SessionRow], current: str | None, glyphs: Glyphs, now: datetime, keep: str | None = None
    ) -> None:
        """Show these, with the cursor on ``keep``, else where it was, else on the first.

        Args:
            rows: In the order shown.
            current: The id of the session that is open.
            glyphs: The signs to use.
            now: What times are seen from.
            keep: The id of a session.
        """
        before = self.row.info.id if self.row else None
        places = {row.info.id: at for at, row in enumerate(rows)}
        self._rows = rows
        self.set_options(Option(content_of(row, row.info.id == current, glyphs, now)) for row in rows)
        if rows:
            self.highlighted = places.get(keep or before or "", places.get(before or "", 0))
