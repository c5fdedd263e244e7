"""The map of papers: a point a paper, near to what resembles it."""

from typing import TYPE_CHECKING

from assistant.report.figures.figure import COLOURS, INK, MARKERS, PALE, SMALL, picture, wrapped
from assistant.report.figures.map import Points
from assistant.report.figures.picture import Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "Map of the papers: what is alike lies close together"
NUMBERED = 80
"""Papers up to which each has its number beside it."""


def landscape(points: Points) -> Picture:
    """Draw the map."""
    return picture("map", TITLE, _told(points), 6.2, lambda figure: _draw(figure, points))


def _draw(figure: "Figure", points: Points) -> None:
    axes = figure.add_subplot()
    plane, _ = points.flat()
    for number, theme in enumerate(points.themes):
        across, up = plane[points.of == number].T
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        label = wrapped(theme.label, 42)
        axes.scatter(across, up, s=38, color=colour, marker=marker, label=label, edgecolors=INK, linewidths=0.4)
    if len(points.papers) <= NUMBERED:
        for paper, place in zip(points.papers, plane, strict=True):
            axes.annotate(
                str(points.numbers.get(paper.id, "")), place, (4, 3), textcoords="offset points", fontsize=6.5
            )
    axes.set(xticks=[], yticks=[])
    axes.margins(0.06)
    axes.spines[:].set_color(PALE)
    figure.legend(loc="outside right upper", frameon=False, fontsize=SMALL, labelspacing=1.0)


def _told(points: Points) -> str:
    import numpy as np

    names = [theme.label for theme in points.themes]
    sizes = ", ".join(f"{theme.label} ({len(theme.papers)})" for theme in points.themes)
    share = points.flat()[1]
    many = "theme" if len(names) == 1 else "themes"
    said = [
        f"{len(points.papers)} papers in {len(names)} {many}: {sizes}.",
        f"The plane holds {share:.0%} of the variance.",
    ]
    centres = points.centres()
    alike = centres @ centres.T - 2 * np.eye(len(names))
    if len(names) > 1:
        one, other = sorted(divmod(int(alike.argmax()), len(names)))
        said.append(f"Closest to each other: {names[one]} and {names[other]} (cosine {alike[one, other]:.2f}).")
        alone = int(alike.max(axis=1).argmin())
        said.append(f"Furthest from every other: {names[alone]} (cosine at most {alike[alone].max():.2f}).")
    return " ".join(said)
