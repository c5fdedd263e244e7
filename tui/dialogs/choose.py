"""The dialog that lets one of a few be chosen."""

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from tui.text import one_line
from tui.widgets.row_filter import FilteredChoices


class Choice(NamedTuple):
    """One of them: the value that is given back, what is shown, and a few words more."""

    value: str
    label: str
    help: str = ""


class ChoiceDialog(ModalScreen[str | None]):
    """Dismissed with the value of what was chosen, or with None.

    Args:
        title: What is to be chosen.
        choices: In the order shown.
        current: The value that the cursor stands on at first.
        preview: Called with each value that the cursor comes to; the caller undoes it where nothing is chosen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", id="dialog.cancel")]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        current: str = "",
        preview: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._choices = choices
        self._current = current
        self._preview = preview

    def compose(self) -> ComposeResult:
        """The title over the list, and how to get out."""
        with Vertical():
            yield Static(Content(one_line(self._title)), markup=False, classes="dialog-title")
            yield FilteredChoices()
            yield Static("Letters filter, Enter takes it, Esc leaves it", markup=False, classes="dialog-keys")

    def on_mount(self) -> None:
        """Fill the list and put the cursor on what is so now."""
        values = [choice.value for choice in self._choices]
        options = self.query_one(FilteredChoices)
        place = values.index(self._current) if self._current in values else 0
        options.show_rows(map(_choice_content, self._choices), place=place)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what it would be like."""
        event.stop()
        if self._preview:
            self._preview(self._choices[FilteredChoices.place_of(event)].value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        event.stop()
        self.dismiss(self._choices[FilteredChoices.place_of(event)].value)


def _choice_content(choice: Choice) -> Content:
    return Content.assemble(
        one_line(choice.label), (f"  {one_line(choice.help)}" if choice.help else "", "$text-muted")
    )
