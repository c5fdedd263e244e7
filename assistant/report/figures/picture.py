"""A picture of a report."""

from typing import NamedTuple


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
