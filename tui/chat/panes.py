"""The chat and its evidence, beside each other where there is room, and how they share the screen."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from tui.chat.conversation_pane import ConversationPane
from tui.messages import EvidenceResized
from tui.preferences import LEAST_SHARE, MOST_SHARE, WIDE, Preferences
from tui.widgets.evidence import Evidence


class ChatPanes(Horizontal):
    """Both; the edge between them is drawn with the mouse, or moved by keys.

    Args:
        conversation: The one at the left.
    """

    def __init__(self, conversation: ConversationPane) -> None:
        super().__init__(id="main")
        self._conversation = conversation
        self.share = Preferences().evidence_share
        """Hundredths of the screen that the evidence has beside the chat."""

    def compose(self) -> ComposeResult:
        """The conversation and its evidence."""
        yield self._conversation
        yield Evidence(takes_keys=False)

    def on_resize(self) -> None:
        """Give the evidence its share, where it stands beside the chat."""
        self._share_screen(self.share)

    def widen(self, step: int) -> None:
        """Give the evidence so many hundredths more, and have that remembered."""
        if self.size.width >= WIDE:
            self._share_screen(self.share + step)
            self.post_message(EvidenceResized(self.share))

    @on(Evidence.Dragged)
    def _on_edge_dragged(self, event: Evidence.Dragged) -> None:
        event.stop()
        if self.size.width >= WIDE:
            self._share_screen(round(100 * (1 - event.column / self.size.width)))
            if event.done:
                self.post_message(EvidenceResized(self.share))

    def _share_screen(self, share: int) -> None:
        self.share = min(max(share, LEAST_SHARE), MOST_SHARE)
        for evidence in self.query(Evidence):  # None yet where there is a size before its parts.
            evidence.styles.width = f"{self.share}%" if self.size.width >= WIDE else None
