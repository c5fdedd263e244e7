"""Units of measurement: what they measure, and how many of the base unit they are."""

from functools import cache
from importlib.resources import files


def unit(name: str) -> tuple[str, float] | None:
    """The dimension of a unit and its factor to the base unit ("time", 3600.0 for "h"); None for any other word."""
    return _units().get(name)


@cache
def _units() -> dict[str, tuple[str, float]]:
    text = files("assistant.verify").joinpath("units.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {name: (row[0], float(row[1])) for row in rows for name in row[2:]}
