"""When: years, lists and spans of them, months, seasons, decades, and times that count back from today.

A time is a period ("2018", "May 2018", "the 2010s") with what stands before or behind it ("no later than …", "… or
later"). Both are read from tokens, so that each of the words before goes with each of the periods.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from assistant.question.condition import Condition
from store.filters import Filters


class Period(NamedTuple):
    """A stretch of time by its first and its last year or month (``2018``, ``2018-05``), both inclusive."""

    first: str
    last: str


class TimeRelation(Enum):
    """How the dates of papers lie to a period."""

    WITHIN = "within"
    SINCE = "since"
    AFTER = "after"
    BEFORE = "before"
    UNTIL = "until"


_OPPOSITE = {
    TimeRelation.SINCE: TimeRelation.BEFORE,
    TimeRelation.AFTER: TimeRelation.UNTIL,
    TimeRelation.BEFORE: TimeRelation.SINCE,
    TimeRelation.UNTIL: TimeRelation.AFTER,
}


class DateToken(NamedTuple):
    """A number, a word in lower case or a sign, and where it stands."""

    text: str
    start: int
    end: int


_TOKEN = re.compile(r"\d+|[^\W\d_]+|[<>≤≥]=?|[^\w\s]")


def split_tokens(text: str) -> list[DateToken]:
    """Split a text into numbers, words and signs."""
    return [DateToken(match[0].lower(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def _sequences(relation: TimeRelation, *phrases: str) -> dict[tuple[str, ...], TimeRelation]:
    return {tuple(phrase.split()): relation for phrase in phrases}


_THAN_LATE = ("later", "newer", "younger", "more recent", "further")
_THAN_EARLY = ("earlier", "older", "less recent")
# What stands before a period.
_BEFORE: dict[tuple[str, ...], TimeRelation] = {
    **_sequences(
        TimeRelation.SINCE,
        *("since", "starting in", "starting from", "starting with", "starting", "beginning in", "beginning with"),
        *("as of", "in or after", "at or after", "on or after", "no earlier than", ">=", "≥", "from after or in"),
        *("from at least", "at the earliest in", "at the earliest", "ever since"),
    ),
    **_sequences(
        TimeRelation.AFTER,
        *("after", "post", "post -", "past", "following", "beyond", ">", "subsequent to", "from after"),
        *(f"{word} than" for word in _THAN_LATE),
    ),
    **_sequences(
        TimeRelation.BEFORE,
        *("before", "prior to", "pre", "pre -", "preceding", "ahead of", "<", "previous to", "from before", "under"),
        *(f"{word} than" for word in _THAN_EARLY),
    ),
    **_sequences(
        TimeRelation.UNTIL,
        *("until", "till", "up to", "up until", "up till", "through", "by", "by the end of", "in or before", "≤", "<="),
        *("at or before", "on or before", "to", "until the end of", "up to and including", "at the latest in"),
        *("no more recent than", "at the latest", "not later than"),
    ),
}
# "from" opens a span only where something behind it says so; by itself it is as "in".
_BEHIND: dict[tuple[str, ...], TimeRelation] = {
    **_sequences(
        TimeRelation.SINCE,
        *("onwards", "onward", "and onwards", "and onward", "and on", "and up", "+", "at the earliest", "to now"),
        *("to today", "to date", "to the present", "to present", "until now", "until today", "and since", "forward"),
        *(f"{both} {word}" for both in ("and", "or", "and /or") for word in ("later", "newer", "after", "since")),
        *("or more recent", "and more recent", "or younger", "and beyond", "upwards", "and forward"),
    ),
    **_sequences(
        TimeRelation.UNTIL,
        *(
            "at the latest",
            "backwards",
            "backward",
            "and back",
            "or earlier",
            "and earlier",
            "or older",
            "and older",
            "or before",
            "and before",
        ),
    ),
}
_NOT = frozenset(("no", "not", "never"))
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = {name: n for n, name in enumerate(_MONTHS, 1)} | {name[:3]: n for n, name in enumerate(_MONTHS, 1)}
_MONTH["sept"] = 9
# Months of a season in the north; winter is the one that begins in the year.
_SEASONS = {"spring": ("03", "05"), "summer": ("06", "08"), "autumn": ("09", "11"), "fall": ("09", "11")}
_QUARTERS = {
    "1": ("01", "03"), "first": ("01", "03"), "2": ("04", "06"), "second": ("04", "06"),
    "3": ("07", "09"), "third": ("07", "09"), "4": ("10", "12"), "fourth": ("10", "12"), "last": ("10", "12"),
}  # fmt: skip
_HALVES = {"first": ("01", "06"), "second": ("07", "12"), "1": ("01", "06"), "2": ("07", "12")}
_DECADES = {"fifties": "195", "sixties": "196", "seventies": "197", "eighties": "198", "nineties": "199"}
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "couple": 2,
}  # fmt: skip
"""Small numbers by their words."""
# What makes a time vague: nothing says which years are meant.
VAGUE = frozenset("around about circa ca roughly approximately early mid late almost nearly".split())
# What a time without a digit has: "the nineties", "the past decade", "this month".
_UNITS = frozenset((*_DECADES, "year", "years", "month", "months", "decade", "decades"))
# What stands before the years of a life, and not of a century: "under 30s".
_AGED = frozenset(("under", "over", "aged", "their"))
_SMALL = frozenset(("the", "year", "years", "month", "of", "in", "from", "during", "for"))


def find_dates(text: str, today: date | None) -> list[Condition]:
    """Find the times that a question names; what counts back from today only where today is given."""
    tokens = split_tokens(text)
    if not any(map(str.isdigit, text)) and _UNITS.isdisjoint(token.text for token in tokens):
        return []  # As most questions, it names none.
    return list(_Reader(text, tokens, today).find())


class _Reader:
    """Reads the tokens of a question from left to right."""

    def __init__(self, text: str, tokens: Sequence[DateToken], today: date | None) -> None:
        self.text = text
        self.tokens = tokens
        self.today = today

    def find(self) -> Iterator[Condition]:
        place = 0
        while place < len(self.tokens):
            condition, after = self._read_condition(place)
            if condition:
                yield condition
            place = max(after, place + 1)

    def _read_condition(self, place: int) -> tuple[Condition | None, int]:
        """Read the condition that begins at a token, and the place behind it."""
        first = place
        negated = self._at(place) in _NOT
        opening = place + negated
        relation, place = self._read_sequence(opening, _BEFORE)
        if relation is TimeRelation.UNTIL and [self._at(opening - 1), self._at(opening)] == ["back", "to"]:
            return self._read_condition(place)  # What dates back to 2015 is from 2015.
        if relation is None and self._at(opening) == "between":
            return self._read_span(first, opening + 1)
        if relation is None and (months := self._read_months(first)):
            return months
        if relation is None:
            opening = place = first
            negated = False
            place = self._skip(place, _SMALL) if self._at(place) in _SMALL else place
        start = self._skip(place, frozenset(("the", "year", "in", "end", "of", "beginning", "start")))
        reading = self._read_period(start) or self._read_period(place)
        if reading is None:
            return None, first + 1
        period, after, plain = reading
        vague = self._find_vague(first)
        if relation is None:
            span = self._read_range(period, after)
            if span:
                period, after, plain = span[0], span[1], False
            relation, after = self._read_sequence(after, _BEHIND, default=TimeRelation.WITHIN)
            plain = plain and relation is TimeRelation.WITHIN
            if relation is TimeRelation.WITHIN and self._at(after) == "on" and self._ends(after + 1):
                relation, after, plain = TimeRelation.SINCE, after + 1, False
        elif relation is TimeRelation.UNTIL and self._at(opening) == "by" and not self._is_year(period):
            plain = True
        else:
            plain = False
        if negated and relation:
            relation = _OPPOSITE[relation]
        return self._build(
            vague if vague is not None else first, after, relation, period, plain, vague is not None
        ), after

    def _read_span(self, first: int, place: int) -> tuple[Condition | None, int]:
        """Read "between A and B"; the first month may leave its year to the second."""
        place = self._skip(place, frozenset(("the", "years", "year")))
        start = self._read_period(place) or self._read_month_alone(place)
        if start is None:
            return None, first + 1
        joined = self._skip(start[1], frozenset(("and", "to", "-", "–", "—", "or", "the", "year")))
        end = self._read_period(joined) if joined > start[1] else None
        if end is None:
            return None, first + 1
        begin = start[0].first if start[0].first[0] != "-" else f"{end[0].first[:4]}{start[0].first}"
        bounds = _sort_period(Period(begin, start[0].last), end[0])
        return self._build(first, end[1], TimeRelation.WITHIN, bounds, plain=False), end[1]

    def _read_months(self, first: int) -> tuple[Condition, int] | None:
        """Read "January to June 2025": the first month leaves its year to the second."""
        start = self._read_month_alone(self._skip(first, frozenset(("from",))))
        if start is None:
            return None
        joined = self._skip(start[1], frozenset((".", "to", "through", "until", "till", "-", "–", "—", "up")))
        end = self._read_month(joined) if joined > start[1] + (self._at(start[1]) == ".") else None
        if end is None:
            return None
        bounds = Period(f"{end[0].first[:4]}{start[0].first}", end[0].last)
        return self._build(first, end[1], TimeRelation.WITHIN, _sort_period(bounds, end[0]), plain=False), end[1]

    def _read_range(self, period: Period, place: int) -> tuple[Period, int] | None:
        """Read what makes a span of a period: "to 2020", "–2020", "until March 2020"."""
        middle = self._skip(place, frozenset(("to", "through", "until", "till", "-", "–", "—", "up", "the", "year")))
        if middle == place or all(self._at(n) in ("the", "year") for n in range(place, middle)):
            return None
        token = self.tokens[middle] if middle < len(self.tokens) else None
        if (
            token
            and self._at(place) in "-–—"
            and re.fullmatch(r"\d\d", token.text)
            and len(period.first) == len("2018")
        ):
            if token.start == self.tokens[place].end and int(token.text) > int(period.first[2:]):  # "2016–18"
                return Period(period.first, period.first[:2] + token.text), middle + 1
            return None
        end = self._read_period(middle)
        return (_sort_period(period, end[0]), end[1]) if end else None

    def _read_period(self, place: int) -> tuple[Period, int, bool] | None:
        """Read a period, the place behind it, and whether it may as well belong to a topic."""
        for read in (
            self._read_day,
            self._read_month,
            self._read_part_of_year,
            self._read_decade,
            self._read_year,
            self._read_relative,
        ):
            reading = read(place)
            if reading:
                return reading
        return None

    def _read_year(self, place: int) -> tuple[Period, int, bool] | None:
        year = self._year(place)
        return (Period(year, year), place + 1, True) if year else None

    def _read_decade(self, place: int) -> tuple[Period, int, bool] | None:
        text, next_text = self._at(place), self._at(place + 1)
        if text in _DECADES:
            return Period(f"{_DECADES[text]}0", f"{_DECADES[text]}9"), place + 1, False
        apostrophe = next_text in ("'", "’")
        behind = place + 1 + apostrophe
        if self._at(behind) != "s" or not self._touch(place, behind) or self._is_of_name(place, behind):
            return None
        if re.fullmatch(r"(?:19|20)\d0", text):
            return Period(text, f"{text[:3]}9"), behind + 1, False
        if re.fullmatch(r"[2-9]0", text) and not self._is_age(place):
            return Period(f"19{text}", f"19{text[0]}9"), behind + 1, False
        return None

    def _is_of_name(self, first: int, last: int) -> bool:
        """Tell whether tokens are a piece of a longer word: "p70S6K"."""
        before, behind = self.text[: self.tokens[first].start][-1:], self.text[self.tokens[last].end :][:1]
        return before.isalnum() or behind.isalnum()

    def _is_age(self, place: int) -> bool:
        """Tell whether a decade is that of a life: "in under 30s", "the over-60s", "in their 40s"."""
        word = place - 1 - (self._at(place - 1) in tuple("-–"))
        return self._at(word) in _AGED

    def _read_day(self, place: int) -> tuple[Period, int, bool] | None:
        """Read "2020-05-31", "31 May 2020" or "May 31, 2020"."""
        year = self._year(place, joined=True)
        if year and self._at(place + 1) == self._at(place + 3) == "-" and self._touch(place, place + 4):
            return self._make_day(year, self._at(place + 2), self._at(place + 4), place + 5)
        if self._at(place).isdigit() and len(self._at(place)) <= 2:
            after = place + 1 + (self._at(place + 1) in ("st", "nd", "rd", "th"))
            after += self._at(after) == "of"
            month = _MONTH.get(self._at(after))
            year = self._year(after + 1) if month else ""
            return self._make_day(year, str(month), self._at(place), after + 2) if year else None
        month = _MONTH.get(self._at(place))
        if month and self._at(place + 1).isdigit() and len(self._at(place + 1)) <= 2:
            after = place + 2 + (self._at(place + 2) in ("st", "nd", "rd", "th"))
            after += self._at(after) == ","
            year = self._year(after)
            return self._make_day(year, str(month), self._at(place + 1), after + 1) if year else None
        return None

    def _make_day(self, year: str, month: str, day: str, after: int) -> tuple[Period, int, bool] | None:
        try:
            day_text = date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            return None
        return Period(day_text, day_text), after, True

    def _read_month(self, place: int) -> tuple[Period, int, bool] | None:
        """Read "May 2018", "May of 2018", "2018-05" or "05/2018"."""
        month = _MONTH.get(self._at(place))
        if month:
            after = place + 1 + (self._at(place + 1) in (".", ",", "of"))
            year = self._year(after)
            return (Period(f"{year}-{month:02}", f"{year}-{month:02}"), after + 1, True) if year else None
        year = self._year(place, joined=True)
        numbered = self._at(place + 1) == "-" and re.fullmatch(r"0[1-9]|1[0-2]", self._at(place + 2))
        if year and numbered and self._touch(place, place + 2):
            return Period(f"{year}-{self._at(place + 2)}", f"{year}-{self._at(place + 2)}"), place + 3, True
        if re.fullmatch(r"0?[1-9]|1[0-2]", self._at(place)) and self._at(place + 1) == "/":
            year = self._year(place + 2, joined=True)
            if year and self._touch(place, place + 2):
                return Period(f"{year}-{int(self._at(place)):02}", f"{year}-{int(self._at(place)):02}"), place + 3, True
        return None

    def _read_month_alone(self, place: int) -> tuple[Period, int, bool] | None:
        month = _MONTH.get(self._at(place))
        return (Period(f"-{month:02}", f"-{month:02}"), place + 1, False) if month else None

    def _read_part_of_year(self, place: int) -> tuple[Period, int, bool] | None:
        """Read "spring 2020", "Q1 2020", "the first quarter of 2020" or "the second half of 2020"."""
        place = self._skip(place, frozenset(("the",)))
        text, after = self._at(place), place + 1
        months = _SEASONS.get(text)
        if text in ("q", "h") and self._touch(place, place + 1):
            months, after = (_QUARTERS if text == "q" else _HALVES).get(self._at(place + 1)), place + 2
        elif self._at(place + 1) in ("quarter", "half"):
            months, after = (_QUARTERS if self._at(place + 1) == "quarter" else _HALVES).get(text), place + 2
        if text == "winter":
            year = self._year(self._skip(after, frozenset(("of",))))
            after = self._skip(after, frozenset(("of",))) + 1
            return (Period(f"{year}-12", f"{int(year) + 1}-02"), after, False) if year else None
        if months is None:
            return None
        after = self._skip(after, frozenset(("of", "the", "year")))
        year = self._year(after)
        return (Period(f"{year}-{months[0]}", f"{year}-{months[1]}"), after + 1, False) if year else None

    def _read_relative(self, place: int) -> tuple[Period, int, bool] | None:
        """Read "the last five years", "the past decade", "last year" or "this month", counted back from today."""
        if self.today is None:
            return None
        today, start = self.today, self._skip(place, frozenset(("the", "over", "within")))
        word = self._at(start)
        if word not in ("last", "past", "this", "previous", "recent", "current"):
            return None
        number, after = self._number(start + 1)
        unit = self._at(after).removesuffix("s")
        if unit == "decade":
            number, unit = 10 * number, "year"
        if unit not in ("year", "month") or (word == "recent" and after == start + 1):
            return None
        single = after == start + 1 and self._at(after) in ("year", "month")
        if single and word in ("last", "previous"):
            if unit == "year":
                return Period(str(today.year - 1), str(today.year - 1)), after + 1, False
            month = _shift(f"{today.year}-{today.month:02}", -1)
            return Period(month, month), after + 1, False
        if after == start + 1 and not single and self._at(after) != "decade" and number == 1:
            return None  # "the last years" does not say how many.
        if unit == "year":
            return Period(str(today.year - number + 1), str(today.year)), after + 1, False
        now = f"{today.year}-{today.month:02}"
        return Period(_shift(now, 1 - number), now), after + 1, False

    def _number(self, place: int) -> tuple[int, int]:
        text = self._at(place)
        if text == "a" and self._at(place + 1) == "couple":
            return 2, self._skip(place + 2, frozenset(("of",)))
        if text.isdigit() and len(text) <= 2:
            return int(text), place + 1
        return (NUMBERS[text], self._skip(place + 1, frozenset(("of",)))) if text in NUMBERS else (1, place)

    def _year(self, place: int, joined: bool = False) -> str:
        """Return the year that a token is, "" for any other: "2018b", "GPT2018" and "1.2018" are none."""
        text = self._at(place)
        if not re.fullmatch(r"(?:19|20)\d\d", text):
            return ""
        token = self.tokens[place]
        before, behind = self.text[token.start - 1 : token.start], self.text[token.end : token.end + 2]
        if before.isalpha() or behind[:1].isalpha() or (before in tuple("._") and before):
            return ""
        if behind[:1] in tuple(".,/-_") and behind[1:].isdigit() and not joined:
            year_list = behind[0] in "/,-" and re.match(r".\d{2}(?:\d\d)?(?!\d)", self.text[token.end :])
            return text if year_list else ""
        return "" if behind[:1] == "_" else text

    def _find_vague(self, first: int) -> int | None:
        """Find where a word begins that makes a time vague, before the token that the time begins with."""
        for place in (first - 1, first - 2):
            near = place == first - 1 or self._at(first - 1) in ("the", "-", "in")
            if self._at(place) not in VAGUE or not near:
                continue
            if self._at(place) != "about" or self._at(place - 1) in ("from", "in", "of", "since", "until", "dated"):
                return place
        return None

    def _read_sequence(
        self, place: int, table: dict[tuple[str, ...], TimeRelation], default: TimeRelation | None = None
    ) -> tuple[TimeRelation | None, int]:
        """Read the longest sequence of words of a table, from one place on."""
        for size in range(4, 0, -1):
            relation = table.get(tuple(self._at(n) for n in range(place, place + size)))
            if relation:
                return relation, place + size
        return default, place

    def _skip(self, place: int, words: frozenset[str]) -> int:
        while self._at(place) in words:
            place += 1
        return place

    def _touch(self, first: int, last: int) -> bool:
        """Return whether no blank stands between tokens."""
        if last >= len(self.tokens):
            return False
        return all(self.tokens[n].end == self.tokens[n + 1].start for n in range(first, last))

    def _ends(self, place: int) -> bool:
        return place >= len(self.tokens) or self._at(place) in tuple("?.!,;")

    def _at(self, place: int) -> str:
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""

    def _is_year(self, period: Period) -> bool:
        return len(period.first) == len("2018")

    def _build(
        self, first: int, after: int, relation: TimeRelation | None, period: Period, plain: bool, vague: bool = False
    ) -> Condition:
        relation = relation or TimeRelation.WITHIN
        start, end = self.tokens[first].start, self.tokens[after - 1].end
        bare = re.match(r"\W*\d", self.text[start:]) is not None
        return Condition(
            start,
            end,
            "vague" if vague else "date",
            relate(relation, period),
            relate(_OPPOSITE[relation], period) if relation in _OPPOSITE else None,
            plain=plain,
            named=plain and bare and re.search(r"\b[A-Z][\w-]*\s*$", self.text[:start]) is not None,
        )


def relate(relation: TimeRelation, period: Period) -> Filters:
    """Make the filters for the dates that lie so to a period."""
    first, last = period
    if relation is TimeRelation.WITHIN:
        return _limit(first, last)
    if relation is TimeRelation.SINCE:
        return _limit(first, None)
    if relation is TimeRelation.UNTIL:
        return _limit(None, last)
    return _limit(_shift(last, 1), None) if relation is TimeRelation.AFTER else _limit(None, _shift(first, -1))


def _limit(first: str | None, last: str | None) -> Filters:
    if max(len(first or ""), len(last or "")) == len("2018"):
        return Filters(year_from=int(first) if first else None, year_to=int(last) if last else None)
    return Filters(date_from=first, date_to=last)


def _shift(when: str, by: int) -> str:
    """Return the year, month or day that is so many years, months or days later."""
    if len(when) == len("2018"):
        return f"{int(when) + by:04}"
    if len(when) == len("2018-05"):
        months = int(when[:4]) * 12 + int(when[5:]) - 1 + by
        return f"{months // 12:04}-{months % 12 + 1:02}"
    return date.fromordinal(date.fromisoformat(when).toordinal() + by).isoformat()


def _sort_period(period: Period, second: Period) -> Period:
    return Period(period.first, second.last) if period.first <= second.first else Period(second.first, period.last)
