"""Dates that are cut to what can be known of them."""

from datetime import date

_YEARS = range(1000, 3000)


def plausible_year(year: int) -> bool:
    """Whether something can have been written in that year (1000–2999)."""
    return year in _YEARS


def iso_date(year: int, month: int | None = None, day: int | None = None) -> tuple[str | None, str]:
    """ISO 8601 text of a date and what is wrong with it, empty where nothing is.

    An impossible day (31 February) leaves year and month, an impossible month the year, an impossible year None.
    """
    if not plausible_year(year):
        return None, f"the year {year} cannot be right"
    if month is None:
        return f"{year:04}", ""
    if not 1 <= month <= 12:
        return f"{year:04}", f"there is no month {month}: only the year was kept"
    if day is None:
        return f"{year:04}-{month:02}", ""
    try:
        return date(year, month, day).isoformat(), ""
    except ValueError:
        return f"{year:04}-{month:02}", f"{year:04}-{month:02} has no day {day}: year and month were kept"
