"""A small application that shows one screen and remembers what it was dismissed with."""

from typing import Any
from xml.etree import ElementTree

from textual.app import App
from textual.screen import Screen

from tui.styles import SHEETS

OPEN: Any = object()


class Host(App[None]):
    """Shows a screen over an empty one; ``result`` is ``OPEN`` until it is dismissed."""

    CSS_PATH = SHEETS

    def __init__(self, shown: Screen[Any]) -> None:
        super().__init__()
        self.shown = shown
        self.result: Any = OPEN

    def on_mount(self) -> None:
        self.push_screen(self.shown, self._dismissed)

    def _dismissed(self, result: Any) -> None:
        self.result = result


def text_of(app: App[Any]) -> str:
    """What stands on the screen, line by line. It is no XML, and this fails, where a control character is shown."""
    rows: dict[float, list[str]] = {}
    for element in ElementTree.fromstring(app.export_screenshot()).iter("{http://www.w3.org/2000/svg}text"):
        rows.setdefault(float(element.get("y", "0")), []).append((element.text or "").replace("\xa0", " "))
    return "\n".join("".join(parts) for _, parts in sorted(rows.items()))
