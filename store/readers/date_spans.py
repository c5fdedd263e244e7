"""Dates that are more than a day, month or year: spans and seasons, as bibliographies write them.

``parse_date_span`` reads "2018 Mar-Apr", "28 July - 1 August 2019", "Winter 1999-2000", "2018/03//Mar-Apr" (RIS) and
the forms of ISO 8601-2, "2018-03/2018-04" and "2019-21", in which ``str`` writes them again.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from store.readers.dates import LONGEST_DATE, is_plausible_year, make_iso_date, parse_loose_date, parse_month

_SEASONS = {
    name: str(number)
    for number, names in enumerate(
        (
            "spring spr frühling frühjahr printemps primavera",
            "summer sum sommer été verano estate verão",
            "autumn fall fal herbst automne otoño autunno outono",
            "winter win hiver invierno inverno",
        ),
        start=1,
    )
    for name in names.split()
}
_INTERVAL = re.compile(
    r"(?P<start>[0-9]{4}(?:-[0-9]{2}){0,2})[?~%]?/(?:(?P<end>[0-9]{4}(?:-[0-9]{2}){0,2})[?~%]?|\.\.)?"
)
_SEASON = re.compile(r"(?P<year>[0-9]{4})-2(?P<season>[1-4])(?P<rest>/.*)?")
# RIS has "other info" behind the day.
_ASIDE = re.compile(r"(?P<year>[0-9]{4})/[0-9]{0,2}/[0-9]{0,2}/(?P<aside>.*[^\W\d_].*)")
UNTIL = "to "
"""What stands before the end of a span where RIS has its "other info"."""
_BETWEEN = re.compile(r"\s*(?:-{1,3}|[–—−/&]|\b(?:to|until|and|bis|und|au|et|al|y|a)\b)\s*", re.IGNORECASE)
_SHORT_YEARS = re.compile(r"(?P<start>[0-9]{4})\s*(?:-{2,3}|[–—−])\s*(?P<end>[0-9]{2})")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_YEARS = re.compile(r"[0-9]{4}\D{1,4}[0-9]{4}")
_WORD = re.compile(r"[^\W\d_]{2}")
_ORDINALS = frozenset("st nd rd th".split())
_LONGEST = 60  # letters; what is longer is prose. Chosen by hand


class DateSpan(NamedTuple):
    """When something is of: from ``start`` to ``end``, and the ``season``, 1 (spring) to 4, as CSL has it.

    Both dates are ISO 8601, cut to what is known; "" for no end and no season.
    """

    start: str
    end: str = ""
    season: str = ""

    def __str__(self) -> str:
        """Write it in ISO 8601-2, where a season is a month from 21 on."""
        start = f"{self.start[:4]}-2{self.season}" if self.season else self.start
        return f"{start}/{self.end}" if self.end else start


def parse_date_span(text: str) -> DateSpan | None:
    """Return the span that a text tells; None where there is no year from 1000 to 2999."""
    text = " ".join(text.split()).strip("[](){}.,; ")
    return _parse_span(text) if len(text) <= LONGEST_DATE else None


@lru_cache(maxsize=4096)  # Most dates are a year or a month that many records have.
def _parse_span(text: str) -> DateSpan | None:
    start = parse_loose_date(text)
    if start is None:
        return None
    if match := _SEASON.fullmatch(text):
        last = parse_loose_date((match["rest"] or "").strip("/")) or ""
        return DateSpan(start, last if last > start else "", match["season"])
    if match := _INTERVAL.fullmatch(text):
        return _order_dates(start, parse_loose_date(match["end"] or "") or "")
    if match := _SHORT_YEARS.fullmatch(text):
        return _order_dates(start, f"{start[:2]}{match['end']}")
    if match := _ASIDE.fullmatch(text):
        if end := parse_loose_date(match["aside"].removeprefix(UNTIL)):
            return _order_dates(start, end)
        aside = _parse_words(f"{match['aside']} {match['year']}")
        return aside if aside and aside.start.startswith(start) else DateSpan(start)
    words = _parse_words(text)
    return words if words and words.start.startswith(start[:4]) else DateSpan(start)


def read_season(text: str) -> str:
    """Return the number of a season, 1 to 4, of its name or number; the text as it is where it is neither."""
    return _SEASONS.get(text.strip().lower(), text)


class _Half(NamedTuple):
    """What one side of a dash says; 0 and "" for what it does not."""

    year: int = 0
    month: int = 0
    day: int = 0
    season: str = ""


def _parse_words(text: str) -> DateSpan | None:
    """Read one date or two with a dash between them; each takes from the other what it does not say."""
    if len(text) > _LONGEST or not (_YEARS.fullmatch(text) or _WORD.search(text)):
        return None
    pieces = [piece for piece in _BETWEEN.split(text) if piece]
    if len(pieces) == 3 and pieces[0].isdecimal() and len(pieces[0]) == 4:  # "2018-Mar-Apr"
        pieces[:2] = [" ".join(pieces[:2])]
    elif len(pieces) == 3 and pieces[2].isdecimal() and len(pieces[2]) == 4:  # "Mar-Apr-2018"
        pieces[1:] = [" ".join(pieces[1:])]
    halves = [half for piece in pieces if (half := _parse_half(piece))]
    if len(halves) != len(pieces) or not 1 <= len(halves) <= 2:
        return None
    first, last = halves[0], halves[-1]
    year = first.year or last.year
    if first.season or last.season:
        other = last.year if first.season and not last.season and last.year != year else 0
        season = first.season or last.season
        return DateSpan(str(year), str(other or ""), season) if year and not first.day else None
    return _join_halves(first, last) if len(halves) == 2 and year else None


def _join_halves(first: _Half, last: _Half) -> DateSpan | None:
    year, both_months = first.year or last.year, bool(first.month and last.month)
    first = first._replace(year=year, month=first.month or (last.month if first.day else 0))
    last = last._replace(year=last.year or year, month=last.month or (first.month if last.day else 0))
    dates = [make_iso_date(*(part for part in half[:3] if part))[0] or "" for half in (first, last)]
    shorter = min(map(len, dates))
    if len(dates[0]) != len(dates[1]) and not both_months:  # "01-Mar-2019" is one day
        return None
    return _order_dates(*(date[:shorter] for date in dates))


def _order_dates(start: str, end: str) -> DateSpan:
    """Return a span whose end is behind its beginning, else one without an end."""
    return DateSpan(start, end if end and end > start and not start.startswith(end) else "")


def _parse_half(text: str) -> _Half | None:
    """Return what a date says; None where it has a word or a number that is no part of one."""
    found: dict[str, int | str] = {}
    for token in _TOKEN.findall(text):
        word = token.lower()
        if word in _ORDINALS and "day" in found:
            continue
        if not token.isdecimal():
            name, value = ("season", _SEASONS[word]) if word in _SEASONS else ("month", parse_month(word) or 0)
        elif len(token) == 4 and is_plausible_year(int(token)):
            name, value = "year", int(token)
        else:
            name, value = "day", int(token) if len(token) < 3 and 1 <= int(token) <= 31 else 0
        if not value or name in found:
            return None
        found[name] = value
    return _Half(**found) if found else None  # type: ignore[arg-type]
