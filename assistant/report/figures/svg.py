"""An SVG that may stand in a page: no style sheet, no prologue, and names that are its own."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SPACE = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_FONT = re.compile(r"(?:(?P<weight>\d+|bold) )?(?P<size>[\d.]+)px")
_LEFT_OUT = {"metadata", "style"}


def tidied(drawn: str, prefix: str, title: str, ink: str) -> str:
    """The ``<svg>`` element alone: ids with a prefix, styles as attributes, ``ink`` in the colour of the text around.

    So a page can forbid every style that is not its own.
    """
    root = ElementTree.fromstring(drawn)
    _clean(root, prefix, ink)
    for name in ("version", "width", "height"):
        root.attrib.pop(name, None)
    root.attrib |= {"xmlns": _SPACE[1:-1], "role": "img", "aria-label": title}
    root.attrib |= {"stroke-linejoin": "round", "font-family": "DejaVu Sans, Verdana, sans-serif"}
    return ElementTree.tostring(root, encoding="unicode")


def _clean(element: Element, prefix: str, ink: str) -> None:
    element.tag = element.tag.removeprefix(_SPACE)
    element.attrib = dict(_attributes(element, prefix, ink))
    for child in list(element):
        if child.tag.removeprefix(_SPACE) in _LEFT_OUT:
            element.remove(child)
        else:
            _clean(child, prefix, ink)


def _attributes(element: Element, prefix: str, ink: str) -> list[tuple[str, str]]:
    given = [(name, value) for name, value in element.attrib.items() if name != "style"]
    styles = [part.split(":", 1) for part in element.get("style", "").split(";") if ":" in part]
    pairs = [*given, *((name.strip(), value.strip()) for name, value in styles)]
    return [found for name, value in pairs for found in _attribute(name, value, prefix, ink)]


def _attribute(name: str, value: str, prefix: str, ink: str) -> list[tuple[str, str]]:
    if name == "id":
        return [(name, f"{prefix}{value}")]
    if name == _LINK:
        return [("href", value.replace("#", f"#{prefix}", 1))]
    if name == "font":
        font = _FONT.search(value)
        return (
            [("font-size", font["size"])] + ([("font-weight", font["weight"])] if font["weight"] else [])
            if font
            else []
        )
    return [(name, "currentColor" if value == ink else value.replace("url(#", f"url(#{prefix}"))]
