"""The chat with a fault in it, run as a process: ``crashing.py LIBRARY``; /strict breaks it."""

import sys

from assistant.client import Assistant
from tui.app import ConspectusApp
from tui.styles import SHEETS


class Crashing(ConspectusApp):
    """One of its commands fails as nobody foresaw."""

    CSS_PATH = SHEETS

    def action_strict(self) -> None:
        """Fail."""
        raise RuntimeError("a fault in the chat")


if __name__ == "__main__":
    app = Crashing(lambda settings: Assistant.open(sys.argv[1]))
    app.run()
    sys.exit(app.return_code)
