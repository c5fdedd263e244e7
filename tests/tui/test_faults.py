"""A worker that fails: said in a line, unless the part of the screen that it worked for is closed."""

from pathlib import Path

import pytest
from textual import work
from textual.screen import Screen

from tests.tui.chatting import chatting
from tui.chat.conversation_pane import FAULT


class Looking(Screen[None]):
    """Looks for a part that is not there, before or after it is closed."""

    def __init__(self, closes: bool) -> None:
        super().__init__()
        self._closes = closes

    @work
    async def look(self) -> None:
        if self._closes:
            self.app.pop_screen()
        self.query_one("#nowhere")


@pytest.mark.parametrize("closes", [True, False])
async def test_a_worker_that_comes_back_to_a_closed_screen_is_no_fault(library: Path, closes: bool) -> None:
    async with chatting(library) as talk:
        screen = Looking(closes)
        await talk.app.push_screen(screen)
        looking = screen.look()
        await talk.until(lambda: looking.is_finished, "the end of the worker")
        assert [FAULT in text for text, _ in talk.told] == [True] * (not closes)
        talk.told.clear()
