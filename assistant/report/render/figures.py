"""A picture in a page."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from assistant.report.figures.picture import Picture
from assistant.report.render.elements import element


def figure(picture: Picture) -> Element:
    """The drawing, its title, and what it shows in words, to be opened."""
    drawn = ElementTree.fromstring(picture.svg)
    for one in drawn.iter():
        one.tag = one.tag.rpartition("}")[2]
    drawn.set("aria-describedby", f"{picture.name}-text")
    told = element("p", picture.text, id=f"{picture.name}-text")
    opened = element("details", element("summary", "In numbers"), told)
    return element("figure", drawn, element("figcaption", picture.title), opened)
