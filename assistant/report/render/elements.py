"""HTML built of elements, so that no text can become markup."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from store.text.clean import clean_characters

Child = Element | str


def element(tag: str, /, *children: Child, **attributes: str) -> Element:
    """An element; ``class_`` is ``class`` and ``data_x`` is ``data-x``.

    Text and attributes lose controls, bidi controls and the like.
    """
    made = Element(tag)
    for attribute, value in attributes.items():
        made.set(attribute.rstrip("_").replace("_", "-"), clean_characters(value))
    for child in children:
        _add(made, child)
    return made


def _add(parent: Element, child: Child) -> None:
    if isinstance(child, Element):
        parent.append(child)
        return
    text = _clean(child)
    if len(parent):
        parent[-1].tail = f"{parent[-1].tail or ''}{text}"
    else:
        parent.text = f"{parent.text or ''}{text}"


def _clean(text: str) -> str:
    """Clean text that keeps a space at either end."""
    clean = clean_characters(text)
    if not clean:
        return " " if text[:1].isspace() else ""
    return f"{' ' * text[0].isspace()}{clean}{' ' * text[-1].isspace()}"


def page(root: Element) -> str:
    """The document of an ``html`` element; no other text in it is raw than that of its own ``style``."""
    return f"<!DOCTYPE html>\n{ElementTree.tostring(root, encoding='unicode', method='html')}\n"
