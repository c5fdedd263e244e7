"""What an empty library shows: how to get papers into it."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Button, Static

TEXT = "This library is empty.\nAdd the papers that you want to ask about."


class FirstRun(Vertical):
    """Three ways to add papers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "press('sample')", "Sample", id="first.sample"),
        Binding("2", "press('file')", "File", id="first.file"),
        Binding("3", "press('folder')", "Folder", id="first.folder"),
        Binding("down", "app.focus_next", "Next", id="first.next", show=False),
        Binding("up", "app.focus_previous", "Previous", id="first.previous", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """The sample of 45 papers that is shipped is to be added, or else a file or a folder."""

        is_sample: bool

    def compose(self) -> ComposeResult:
        """What is missing, and the ways to add it."""
        yield Static(TEXT, markup=False, id="first-text")
        yield Button("1  Try it with the sample of 45 papers", id="first-sample", variant="primary")
        yield Button("2  Add a file", id="first-file")
        yield Button("3  Add every file of a folder", id="first-folder")

    def action_press(self, name: str) -> None:
        """Press a button."""
        self.query_one(f"#first-{name}", Button).press()

    @on(Button.Pressed)
    def _on_way_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.post_message(self.Chosen(is_sample=event.button.id == "first-sample"))
