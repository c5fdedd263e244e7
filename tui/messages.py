"""Messages that concern the whole application."""

from textual.message import Message

from tui.engine import Scope


class LibraryChanged(Message):
    """Papers were added, removed, merged or split."""


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


class ReportEnded(Message):
    """A report was saved, or could not be; in words."""

    def __init__(self, text: str, failed: bool = False) -> None:
        super().__init__()
        self.text = text
        self.failed = failed
