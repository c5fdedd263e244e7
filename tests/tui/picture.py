"""What stands on the screen, cell by cell, as Textual exports it."""

from typing import Any
from xml.etree import ElementTree

from textual.app import App

_SVG = "{http://www.w3.org/2000/svg}"
# Rich's exported pictures have cells of this width and height.
_WIDTH, _HEIGHT = 12.2, 24.4


def rows(app: App[Any]) -> list[str]:
    """The lines of the screen; it is no XML, and this fails, where a control character is shown."""
    width, height = app.size
    cells = [[" "] * width for _ in range(height)]
    for text in ElementTree.fromstring(app.export_screenshot()).iter(f"{_SVG}text"):
        if "clip-path" not in text.attrib:  # The title of the window.
            continue
        x, y = (round(float(text.get("x", "0")) / _WIDTH), int(float(text.get("y", "0")) / _HEIGHT))
        for n, character in enumerate((text.text or "").replace("\xa0", " ")):
            if x + n < width:
                cells[y][x + n] = character
    return ["".join(row).rstrip() for row in cells]
