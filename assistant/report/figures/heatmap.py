"""Papers × themes: how close each paper is to the centre of each theme."""

from typing import TYPE_CHECKING

from assistant.report.figures.figure import COLOURS, INK, SMALL, Picture, draw_picture, make_drawable, wrap_label
from assistant.report.figures.map import PaperPoints

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from assistant.report.clustering import Matrix

TITLE = "Papers and themes: the stronger the colour, the closer; a ring marks the theme of a paper"
ROWS = 60
"""Papers that are drawn: of more, the most central of each theme. Chosen by hand, not measured."""
BETWEEN = 5
"""Papers between two themes that the text names; chosen by hand, not measured."""


def draw_heatmap(points: PaperPoints) -> Picture:
    """Draw the heat map."""
    rows, close = _choose_rows(points), points.compute_closeness()
    height = 1.9 + 0.155 * len(rows)
    return draw_picture(
        "heat", TITLE, _describe(points, rows, close), height, lambda figure: _draw_cells(figure, points, rows, close)
    )


def _choose_rows(points: PaperPoints) -> list[int]:
    """Choose the papers that are drawn: themes hold their most central papers first."""
    each = ROWS if len(points.papers) <= ROWS else max(1, ROWS // len(points.themes))
    starts = [int((points.theme_of < theme).sum()) for theme in range(len(points.themes))]
    return [
        start + place
        for start, theme in zip(starts, points.themes, strict=True)
        for place in range(min(each, len(theme.papers)))
    ]


def _draw_cells(figure: "Figure", points: PaperPoints, rows: list[int], close: "Matrix") -> None:
    import numpy as np
    from matplotlib.colors import to_rgb

    axes = figure.add_subplot()
    least, most = close[rows].min(), close[rows].max()
    shade = 0.04 + 0.96 * (close[rows] - least) / max(most - least, 1e-12)
    colours = np.dstack([*(np.full_like(shade, part) for part in to_rgb(COLOURS[0])), shade.round(2)])
    axes.pcolormesh(colours, edgecolors="none")
    axes.scatter(
        points.theme_of[rows] + 0.5, np.arange(len(rows)) + 0.5, s=16, facecolors="none", edgecolors=INK, lw=0.8
    )
    axes.set_ylim(len(rows), 0)
    axes.set_yticks(np.arange(len(rows)) + 0.5, [_label_row(points, row) for row in rows], fontsize=6.5)
    names = [wrap_label(theme.label, 26) for theme in points.themes]
    axes.set_xticks(np.arange(len(names)) + 0.5, names, rotation=90, fontsize=SMALL)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _label_row(points: PaperPoints, row: int) -> str:
    paper = points.papers[row]
    number = points.numbers.get(paper.id)
    return make_drawable(paper.title, 54) + (f" [{number}]" if number else "")


def _describe(points: PaperPoints, rows: list[int], close: "Matrix") -> str:
    drawn = f"{len(rows)} of {len(points.papers)} papers are drawn"
    scale = f"the palest is {close[rows].min():.2f}, the strongest {close[rows].max():.2f}"
    sentences = [f"Cosine of each paper and the centre of each theme: {scale}; {drawn}."]
    for number, theme in enumerate(points.themes):
        own, others = close[points.theme_of == number, number], close[points.theme_of != number, number]
        beside = f", of the others {others.mean():.2f}" if others.size else ""
        sentences.append(f"{theme.label}: mean of its own papers {own.mean():.2f}{beside}.")
    return " ".join((*sentences, *_name_between(points, close)))


def _name_between(points: PaperPoints, close: "Matrix") -> list[str]:
    """Name the papers that are nearly as close to another theme as to their own."""
    import numpy as np

    if len(points.themes) < 2:
        return []
    every = np.arange(len(points.papers))
    rest = close.copy()
    rest[every, points.theme_of] = -2  # below any cosine
    margins = close[every, points.theme_of] - rest.max(axis=1)
    names = []
    for row in np.argsort(margins, kind="stable")[:BETWEEN]:
        own, second = int(points.theme_of[row]), int(rest[row].argmax())
        themes = (
            f"{points.themes[own].label} {close[row, own]:.2f}, {points.themes[second].label} {rest[row, second]:.2f}"
        )
        names.append(f"{points.papers[row].title} ({themes})")
    return [f"Nearest to a second theme: {'; '.join(names)}."]
