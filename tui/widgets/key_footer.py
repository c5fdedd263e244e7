"""The keys of what has the focus, in one line: what does not fit is behind ``?``, and no key is cut."""

from collections.abc import Iterator

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

MORE_KEYS = Binding("question_mark", "app.help", "More keys", id="keys.more", key_display="?", show=False)
"""What a screen with such a line has among its bindings."""
# Cells between a key and what it does, and behind that.
_SPACES = 2


class KeyFooter(Footer):
    """Textual's footer, but for keys that it would cut."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)

    def compose(self) -> ComposeResult:
        """The keys that fit, and a sign that there are more."""
        keys = [child for child in super().compose() if isinstance(child, FooterKey)]
        yield from self._choose_fitting(keys)

    def _choose_fitting(self, keys: list[FooterKey]) -> Iterator[Widget]:
        room = self.size.width or self.app.size.width
        if sum(map(_measure, keys)) <= room:
            yield from keys
            return
        more = FooterKey(MORE_KEYS.key, "?", "more", MORE_KEYS.action)
        room -= _measure(more)
        for key in keys:
            room -= _measure(key)
            if room < 0:
                break
            yield key
        yield more.data_bind(compact=Footer.compact)

    def on_resize(self, event: Resize) -> None:
        """Choose anew."""
        self.call_after_refresh(self.recompose)


def _measure(key: FooterKey) -> int:
    return cell_len(key.key_display) + cell_len(key.description) + _SPACES
