"""The first picture: the outline of the chat, shown while what the chat needs is still imported."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from tui.chat.status import Status, Welcome
from tui.preferences import WIDE, Preferences


class ComposerOutline(Static):
    """Where the line to ask in will be; says when it is on the screen."""

    class Drawn(Message):
        """The picture is there."""

    def on_show(self) -> None:
        """Say so after all of the picture is drawn: this comes while the first layout is made."""
        self.screen.call_after_refresh(self.post_message, self.Drawn())


class OpeningScreen(Screen[None]):
    """Where everything of the chat will be; nothing of it can be used yet.

    Args:
        preferences: What the user likes to see beside the chat.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.set_class(not preferences.show_evidence, "-hidden")

    def compose(self) -> ComposeResult:
        """The conversation over its line to ask in, the evidence, the status."""
        evidence = Vertical(id="evidence")
        evidence.styles.width = f"{self._preferences.evidence_share}%"
        with Horizontal(id="main"):
            with Vertical(id="chat"):
                yield VerticalScroll(Welcome(), id="transcript", can_focus=False)
                yield Vertical(ComposerOutline(id="draft"), id="composer")
            yield evidence
        yield Status()
