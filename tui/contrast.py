"""Colours of a theme made readable: each text gets contrast enough to every ground that it may stand on.

A theme is chosen for its looks, and many have texts that are hardly seen. A text that is readable stays as it is; one
that is not goes towards white or black, no further than it has to.
"""

from collections.abc import Mapping, Sequence

from textual.color import Color, ColorParseError

ENOUGH = 4.5
"""The least contrast of a text to its ground: what the guidelines for web pages ask (WCAG 2.1, 1.4.3)."""
GROUNDS = ("background", "surface", "panel", "primary-muted")
"""What texts stand on: screens, dialogs and panels, bars, what has the focus."""
TEXTS = (
    *("foreground", "text-muted", "text-primary", "text-secondary", "text-accent"),
    *("text-success", "text-warning", "text-error"),
)
"""What the style sheet and the screens colour texts with."""
_STEPS = 20
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)


def make_readable(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a theme with texts that can be read; those of a terminal's own colours stay.

    ``NAME-foreground`` is made readable on ``NAME-background``, as Textual's widgets use them, and where that is
    transparent on what lies beneath: the keys of the footer on the footer.
    """
    readable = dict(variables)
    grounds = [ground for name in GROUNDS if (ground := parse_colour(variables.get(name))) is not None]
    if len(grounds) < len(GROUNDS):
        return readable
    base = parse_colour(variables.get("foreground")) or _WHITE
    for name in TEXTS:
        # What is muted is so by its own colour: a share of what lies beneath would be another one on each ground.
        colour = base.blend(grounds[0], 0.35) if name == "text-muted" else parse_colour(variables.get(name))
        if colour is not None:
            readable[name] = adjust(colour, grounds).hex
    for name in variables:
        under = _find_ground(name.removesuffix("-foreground"), variables)
        if name.endswith("-foreground") and under is not None:
            ground = grounds[0] + under if under.a < 1 else under
            readable[name] = adjust(parse_colour(variables[name]) or _more_distant([ground]), [ground]).hex
    return readable


def _find_ground(name: str, variables: Mapping[str, str]) -> Color | None:
    """Find what a part of a widget stands on: its own ground, or that of the widget where its own is transparent."""
    ground = parse_colour(variables.get(f"{name}-background"))
    if ground is not None and ground.a == 0 and "-" in name:
        return _find_ground(name.rpartition("-")[0], variables) or ground
    return ground


def adjust(colour: Color, grounds: Sequence[Color]) -> Color:
    """Return the nearest colour on the way to white or black that can be read on all grounds, else the best there is.

    Args:
        colour: Of a text.
        grounds: What it may stand on.
    """
    end = _more_distant(grounds)
    ways = [colour.blend(end, step / _STEPS, 1.0) for step in range(_STEPS + 1)]
    return next(
        (way for way in ways if _least(way, grounds) >= ENOUGH), max(ways, key=lambda way: _least(way, grounds))
    )


def measure_contrast(first: Color, second: Color) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG defines it."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _more_distant(grounds: Sequence[Color]) -> Color:
    return max((_WHITE, _BLACK), key=lambda end: _least(end, grounds))


def _least(colour: Color, grounds: Sequence[Color]) -> float:
    return min(measure_contrast(colour, ground) for ground in grounds)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parse_colour(text: str | None) -> Color | None:
    """Read a colour, ``#838BA7 30%`` too; None for what is none, or one of the terminal's own, which nobody knows."""
    name, _, share = (text or "").partition(" ")
    try:
        colour = Color.parse(name)
        colour = colour.multiply_alpha(float(share.rstrip("%")) / 100) if share else colour
    except (ColorParseError, ValueError):
        return None
    return None if colour.ansi is not None else colour
