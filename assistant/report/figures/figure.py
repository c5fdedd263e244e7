"""A picture of a report: the same bytes each time, whatever the user's settings of matplotlib are.

Its SVG may stand in a page: no style sheet, no prologue, and names that are its own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from textwrap import fill
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from store.errors import InputError
from store.text.clean import clean_characters

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Picture(NamedTuple):
    """A drawing, and in words what is to be seen in it.

    Attributes:
        name: For a file, ``[a-z]+``.
        title: Stands under it.
        text: What it shows, with its numbers: for those who do not see it.
        svg: An ``<svg>`` element with nothing in it but shapes and text; its ink is the colour of the text around it.
        png: The same on white, at twice the size.
    """

    name: str
    title: str
    text: str
    svg: str
    png: bytes


_SPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_FONT = re.compile(r"(?:(?P<weight>\d+|bold) )?(?P<size>[\d.]+)px")
_LEFT_OUT = {"metadata", "style"}


def clean_svg(drawn: str, prefix: str, title: str, ink: str) -> str:
    """Reduce a drawing to an ``<svg>`` element that a page can hold which forbids every style that is not its own.

    Args:
        drawn: What matplotlib wrote.
        prefix: Of ids, which are one name space in a page.
        title: For those who do not see it.
        ink: The colour that becomes that of the text around.
    """
    root = ElementTree.fromstring(drawn)
    _clean_element(root, prefix, ink)
    for name in ("version", "width", "height"):
        root.attrib.pop(name, None)
    root.attrib |= {"xmlns": _SPACE[1:-1], "role": "img", "aria-label": title}
    root.attrib |= {"stroke-linejoin": "round", "font-family": "DejaVu Sans, Verdana, sans-serif"}
    return ElementTree.tostring(root, encoding="unicode")


def _clean_element(element: Element, prefix: str, ink: str) -> None:
    element.tag = element.tag.removeprefix(_SPACE)
    element.attrib = dict(_clean_attributes(element, prefix, ink))
    for child in list(element):
        if child.tag.removeprefix(_SPACE) in _LEFT_OUT:
            element.remove(child)
        else:
            _clean_element(child, prefix, ink)


def _clean_attributes(element: Element, prefix: str, ink: str) -> list[tuple[str, str]]:
    attributes = [(name, value) for name, value in element.attrib.items() if name != "style"]
    styles = [part.split(":", 1) for part in element.get("style", "").split(";") if ":" in part]
    pairs = [*attributes, *((name.strip(), value.strip()) for name, value in styles)]
    return [clean for name, value in pairs for clean in _clean_attribute(name, value, prefix, ink)]


def _clean_attribute(name: str, value: str, prefix: str, ink: str) -> list[tuple[str, str]]:
    if name == "id":
        return [(name, f"{prefix}{value}")]
    if name == _LINK:
        return [("href", value.replace("#", f"#{prefix}", 1))]
    if name == "font":
        font = _FONT.search(value)
        sizes = [("font-size", font["size"]), ("font-weight", font["weight"])] if font else []
        return [(attribute, size) for attribute, size in sizes if size]
    return [(name, "currentColor" if value == ink else value.replace("url(#", f"url(#{prefix}"))]


INK = "#1b1c1d"
"""Of lines and text; where an SVG stands in a page it takes the colour of the page's text instead."""
PALE = "#8a8d91"
"""Of grids: to be seen on white and on black."""
FONT = "DejaVu Sans"
SMALL = 7.5
COLOURS = ("#3b7dd8", "#d9622b", "#2f9e6b", "#b0568f", "#9a7b1f", "#6d6bd6", "#2a97a8", "#c2474f")
MARKERS = "osD^vPX<>*hpd8H"
_SETTINGS: dict[str, object] = {
    "font.family": FONT,
    "font.size": 9,
    "svg.fonttype": "none",  # text stays text: it can be searched, and read aloud
    "svg.hashsalt": "conspectus",
    "text.parse_math": False,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK),
}
_WIDTH, _DOTS = 9.0, 160  # inches, and dots an inch: 1440 pixels, twice what a page shows
# matplotlib's settings are of the whole process.
_DRAWING = Lock()


def can_draw() -> bool:
    """Say whether what draws pictures is installed: it is the extra ``figures``, for it takes 76 MB."""
    return find_spec("matplotlib") is not None


INSTALL = "Install it with: pip install 'conspectus[figures]'"


def check_drawing() -> None:
    """Raise where nothing can be drawn.

    Raises:
        InputError: matplotlib is not installed.
    """
    if not can_draw():
        raise InputError("Pictures are drawn by matplotlib, which is not installed.", f"{INSTALL}.")


def draw_picture(name: str, title: str, text: str, height: float, draw: Callable[["Figure"], None]) -> Picture:
    """Draw on a figure of 9 by ``height`` inches."""
    from matplotlib.figure import Figure

    with _DRAWING, _own_settings():
        figure = Figure(figsize=(_WIDTH, height), dpi=_DOTS, layout="constrained")
        draw(figure)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # both files are of one layout
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        svg, png = BytesIO(), BytesIO()
        figure.savefig(svg, format="svg", transparent=True, metadata=nothing)
        figure.savefig(png, format="png", dpi=_DOTS, facecolor="white", metadata={"Software": None})
    return Picture(name, title, text, clean_svg(svg.getvalue().decode(), f"{name}-", title, INK), png.getvalue())


def make_drawable(text: str, most: int = 60) -> str:
    """Put text on one line, cut to a length, with a box for what the font has no shape of."""
    shapes = _load_shapes()
    line = "".join(letter if ord(letter) in shapes else "□" for letter in clean_characters(text))
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def wrap_label(label: str, width: int) -> str:
    """Break the label of a theme into lines; its dots stay at the ends of lines."""
    return fill(make_drawable(label, 3 * width).replace(" · ", "\u00a0· "), width)


@contextmanager
def _own_settings() -> Iterator[None]:
    import matplotlib

    settings: dict[Any, Any] = {**matplotlib.rcParamsDefault, **_SETTINGS}
    del settings["backend"]  # nothing is shown on a screen
    with matplotlib.rc_context(settings):
        yield


@cache
def _load_shapes() -> frozenset[int]:
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont(FONT)).get_charmap())
