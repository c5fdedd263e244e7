"""The map of papers: a point a paper, near to what resembles it, in all directions and in two."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from assistant.report.clustering import build_features
from assistant.report.figures.figure import COLOURS, INK, MARKERS, PALE, SMALL, Picture, draw_picture, wrap_label
from assistant.report.themes import Theme
from store.library import Library
from store.paper import Paper

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from assistant.report.clustering import Labels, Matrix


class PaperPoints(NamedTuple):
    """Papers among themes.

    Attributes:
        themes: The themes, each with papers.
        papers: All of them, theme by theme.
        theme_of: The theme of each, shape (papers,).
        rows: Unit rows, shape (papers, directions).
        numbers: The ``[n]`` of those that the report cites, by their ids.
    """

    themes: Sequence[Theme]
    papers: Sequence[Paper]
    theme_of: "Labels"
    rows: "Matrix"
    numbers: Mapping[str, int]

    def compute_centres(self) -> "Matrix":
        """Compute the unit mean of each theme, shape (themes, directions)."""
        import numpy as np

        means = np.array([self.rows[self.theme_of == theme].mean(axis=0) for theme in range(len(self.themes))])
        unit: Matrix = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
        return unit

    def compute_closeness(self) -> "Matrix":
        """Compute the cosine of each paper and the centre of each theme, shape (papers, themes)."""
        close: Matrix = self.rows @ self.compute_centres().T
        return close

    def project_flat(self) -> tuple["Matrix", float]:
        """Compute two coordinates a paper, and the share of the variance that they hold, 0 to 1.

        Principal components of papers moved halfway to the centre of their theme: so themes come apart, and what
        lies between two of them stays there. Signs are fixed, for those of a decomposition are chance.
        """
        import numpy as np

        moved = (self.rows + self.compute_centres()[self.theme_of]) / 2
        directions = np.linalg.svd(moved - moved.mean(axis=0), full_matrices=False)[2][:2]
        directions = directions * np.where(directions.sum(axis=1) < 0, -1.0, 1.0)[:, None]
        around = self.rows - self.rows.mean(axis=0)
        coordinates = around @ directions.T
        plane = np.zeros((len(self.papers), 2))
        # A sum of floats differs in its last digits from run to run; the same report is to be the same bytes. A unit is
        # some 500 dots wide, so this is .005 dots.
        plane[:, : coordinates.shape[1]] = coordinates.round(5)
        return plane, float((coordinates**2).sum() / max((around**2).sum(), 1e-12))


def place_points(
    library: Library, themes: Sequence[Theme], numbers: Mapping[str, int], seed: int = 0, exact: bool = True
) -> PaperPoints:
    """Place the papers of themes; ``exact`` is that of ``build_features``.

    Raises:
        LibraryError: The library cannot be read.
    """
    import numpy as np

    papers = [paper for theme in themes for paper in theme.papers]
    theme_of = np.repeat(np.arange(len(themes)), [len(theme.papers) for theme in themes])
    return PaperPoints(themes, papers, theme_of, build_features(library, papers, seed, exact), numbers)


TITLE = "Map of the papers: what is alike lies close together"
NUMBERED = 80
"""Papers up to which each has its number beside it; of more, numbers cover each other. Chosen by hand."""


def draw_map(points: PaperPoints) -> Picture:
    """Draw the map."""
    return draw_picture("map", TITLE, _describe(points), 6.2, lambda figure: _draw_points(figure, points))


def _draw_points(figure: "Figure", points: PaperPoints) -> None:
    axes = figure.add_subplot()
    plane, _ = points.project_flat()
    for number, theme in enumerate(points.themes):
        across, up = plane[points.theme_of == number].T
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        label = wrap_label(theme.label, 42)
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


def _describe(points: PaperPoints) -> str:
    import numpy as np

    names = [theme.label for theme in points.themes]
    sizes = ", ".join(f"{theme.label} ({len(theme.papers)})" for theme in points.themes)
    share = points.project_flat()[1]
    many = "theme" if len(names) == 1 else "themes"
    sentences = [
        f"{len(points.papers)} papers in {len(names)} {many}: {sizes}.",
        f"The plane holds {share:.0%} of the variance.",
    ]
    centres = points.compute_centres()
    alike = centres @ centres.T - 2 * np.eye(len(names))
    if len(names) > 1:
        first, second = sorted(divmod(int(alike.argmax()), len(names)))
        sentences.append(
            f"Closest to each other: {names[first]} and {names[second]} (cosine {alike[first, second]:.2f})."
        )
        alone = int(alike.max(axis=1).argmin())
        sentences.append(f"Furthest from every other: {names[alone]} (cosine at most {alike[alone].max():.2f}).")
    return " ".join(sentences)
