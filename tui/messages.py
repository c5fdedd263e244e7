"""Messages that concern the whole application."""

from textual.message import Message

from tui.scope import Scope


class LibraryChanged(Message):
    """Papers were added or removed."""


class Restrict(Message):
    """The chat is to answer from these papers only."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope


class EvidenceShown(Message):
    """The user shows or hides the panel beside the chat; it is to stay so."""

    def __init__(self, shown: bool) -> None:
        super().__init__()
        self.shown = shown
