"""Dates as ISO 8601, cut to what is known of them.

``make_iso_date`` takes numbers, ``parse_loose_date`` what bibliographies write: "2018 Mar-Apr", "Mar. 5, 2018",
"4-8 Aug. 2020", "2001/09/01/".
"""

import re
import unicodedata
from datetime import date

_YEARS = range(1000, 3000)


def is_plausible_year(year: int) -> bool:
    """Return whether something can have been written in that year (1000–2999)."""
    return year in _YEARS


def make_iso_date(year: int, month: int | None = None, day: int | None = None) -> tuple[str | None, str]:
    """Return ISO 8601 text of a date and what is wrong with it, empty where nothing is.

    An impossible day (31 February) leaves year and month, an impossible month the year, an impossible year None.
    """
    if not is_plausible_year(year):
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


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero ene gennaio gen",
            "february feb februar février fevrier fév febrero febbraio",
            "march mar märz maerz mär mars marzo mrz",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag",
            "june jun juni juin junio giugno giu",
            "july jul juli juillet julio luglio lug",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre settembre set",
            "october oct oktober okt octobre octubre ottobre ott",
            "november nov novembre noviembre",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMBERS = re.compile(
    r"([0-9]{4})(?:[-/.](?: ?([0-9]{1,2})(?:[-/.](?: ?([0-9]{1,2}))?)?)?)?(?:[-/.]{0,2}|[T ][0-9:.Z+-]*|/.*|;.*)"
)
# As Chinese, Japanese and Korean write dates: 2019年5月1日, 2019년 5월 1일.
_SIGNED = re.compile(r"([0-9]{4}) ?[年년](?: ?([0-9]{1,2}) ?[月월](?: ?([0-9]{1,2}) ?[日일号號])?)?.{0,20}")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?:[T ][0-9:.Z+ -]*)?")
_COMPACT = re.compile(r"(?P<year>[12][0-9]{3})(?P<month>0[1-9]|1[0-2])(?P<day>[0-3][0-9])")
_MONTH_YEAR = re.compile(r"(?P<month>0?[1-9]|1[0-2])[./-](?P<year>[12][0-9]{3})")
_YEAR = re.compile(r"(?<![0-9])([12][0-9]{3})(?![0-9])")
_DAY = re.compile(r"(?<![0-9:/])([0-9]{1,2})(?:st|nd|rd|th)?(?![0-9:/])")
_WORD = re.compile(r"[^\W\d_]+")
LONGEST_DATE = 100
"""Letters of a date; what is longer is prose. Chosen by hand, not measured."""


def parse_loose_date(text: str) -> str | None:
    """Return ISO 8601 as far as it is known, of a span its beginning; None where there is no year from 1000 to 2999."""
    text = text.strip().strip("[]()©c ").strip()
    if len(text) > LONGEST_DATE:
        return None
    if not text.isascii():
        text = _write_western_digits(text)
        if match := _SIGNED.fullmatch(text):
            return _make_date(*match.groups())
    if match := _NUMBERS.fullmatch(text):
        return _make_date(*match.groups())
    if match := _COMPACT.fullmatch(text) or _MONTH_YEAR.fullmatch(text):
        return _make_date(match["year"], match["month"], match.groupdict().get("day"))
    if match := _YEAR_LAST.fullmatch(text):
        return _make_date(match[4], *_order_month_day(match[1], match[3], match[2]))
    year = _YEAR.search(text)
    return _parse_words(text, year) if year else None


def _order_month_day(first: str, second: str, sign: str) -> tuple[str, str] | tuple[()]:
    """Return month and day of "31.12.2019", "31/12/2019" or "12/31/2019"; neither of "05/06/2019", which may be two."""
    if sign == "." or int(first) > 12:
        return second, first
    return (first, second) if int(second) > 12 or first == second else ()


def _write_western_digits(text: str) -> str:
    """Write the digits of other scripts, such as ٢٠١٩, as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)


def parse_month(text: str) -> int | None:
    """Return 1–12 of a month's name in English, German, French, Spanish or Italian, or of its number."""
    word = text.strip(" .{}\"'").lower()
    if word.isdecimal() and word.isascii():
        return int(word) if len(word) < 3 and 1 <= int(word) <= 12 else None
    first = _WORD.search(word)
    return _MONTHS.get(first[0]) if first else None


def _parse_words(text: str, year: re.Match[str]) -> str | None:
    words = [(match, _MONTHS.get(match[0].lower())) for match in _WORD.finditer(text)]
    named = next(((match, month) for match, month in words if month), None)
    if not named:
        return _make_date(year[1])
    around = text[: year.start()] + "    " + text[year.end() :]
    days = [int(match[1]) for match in _DAY.finditer(around)]
    several = len({month for _, month in words if month}) > 1  # "2018 Mar-Apr 01": the day is of neither
    return _make_date(year[1], str(named[1]), str(days[0]) if days and not several else None)


def _make_date(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """Return the date without what cannot be right in it, such as "00", which stands for what is not known."""
    return make_iso_date(*(int(part) for part in (year, month, day) if part))[0]
