"""The smallest application that shows what it was typed, run as a process: ``stub_app.py FILE``, touched at its end."""

import sys
from pathlib import Path

from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Echo(App[None]):
    """Says backwards what was sent to it."""

    def compose(self) -> ComposeResult:
        """A line to type into, and a line to be read."""
        yield Input()
        yield Static("Ready.", markup=False)

    @on(Input.Submitted)
    def _sent(self, event: Input.Submitted) -> None:
        self.query_one(Static).update(event.value[::-1])


if __name__ == "__main__":
    Echo().run()
    Path(sys.argv[1]).touch()
