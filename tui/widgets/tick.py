"""A box to tick whose state shows without colour."""

from textual.widgets import Checkbox


class Tick(Checkbox):
    """Textual's checkbox with an X for yes and nothing for no; its own shows an X for both, in two colours."""

    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """Show the state."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()
