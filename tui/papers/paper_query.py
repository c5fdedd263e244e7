"""What is typed above the list of papers, as conditions: words, ``author:Che year:2020-2023 code:yes retracted:no``."""

import re
from typing import Any, Self

from assistant.sessions.search import folded
from store.index.schema import name_words
from store.paper import Frozen

_PART = re.compile(
    r"""(?P<field>author|year|since|until|cat|category|code|retracted|merged):(?P<value>"[^"]*"?|[^\s"]*)
    | (?P<word>"[^"]*"?|[^\s"]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_YEARS = re.compile(r"(?P<low>\d{4})?(?P<to>\s*[-–]\s*)?(?P<high>\d{4})?")
_SAID = {"yes": True, "no": False}
_FLAGS = {"code": "has_code", "retracted": "retracted", "merged": "merged"}
_LAST = 9999


class PaperQuery(Frozen):
    """Conditions that all have to hold.

    ``words`` and ``names`` are folded: each word stands somewhere in title, abstract or authors, each name begins a
    word of an author. ``categories`` begin the whole name of a category or what follows its last dot. ``doubt`` says
    which part cannot be read (yet) and is passed over.
    """

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    has_code: bool | None = None
    retracted: bool | None = None
    merged: bool | None = None
    doubt: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed; never raises."""
        read: dict[str, Any] = {"words": (), "names": (), "categories": ()}
        for part in _PART.finditer(text):
            value = (part["value"] or part["word"] or "").strip('"').strip()
            _take(read, (part["field"] or "").lower(), value)
        return cls(**read)

    @property
    def filters(self) -> dict[str, Any] | None:
        """The same as filters of the library; None where it has none that mean just this."""
        if self.words or self.names or self.categories or self.merged is not None:
            return None
        known = self.model_dump(include={"year_from", "year_to", "has_code", "retracted"})
        return {name: value for name, value in known.items() if value is not None}

    def narrows(self, other: "PaperQuery") -> bool:
        """Whether it surely holds for no paper that the other does not hold for: each of its words goes on in one."""
        same = self.model_copy(update={"words": (), "doubt": ""}) == other.model_copy(update={"words": (), "doubt": ""})
        return same and all(any(word in longer for longer in self.words) for word in other.words)


def _take(read: dict[str, Any], field: str, value: str) -> None:
    match field:
        case "":
            read["words"] += (folded(value),) if value else ()
        case "author":
            read["names"] += tuple(name_words(value))
        case "cat" | "category":
            read["categories"] += (value.casefold(),) if value else ()
        case "code" | "retracted" | "merged":
            _take_flag(read, field, value.casefold())
        case _:
            _take_years(read, field, value)


def _take_flag(read: dict[str, Any], field: str, value: str) -> None:
    if value in _SAID:
        read[_FLAGS[field]] = _SAID[value]
    else:
        read["doubt"] = f"{field}: takes yes or no"


def _take_years(read: dict[str, Any], field: str, value: str) -> None:
    years = _YEARS.fullmatch(value)
    if not years or not (years["low"] or years["high"]) or (field != "year" and years["to"]):
        read["doubt"] = f"{field}: takes a year" + (" or years (2020-2023)" if field == "year" else "")
        return
    low, high = (int(years[end]) if years[end] else None for end in ("low", "high"))
    if field == "year":
        high = high if years["to"] else low
        low, high = (high, low) if low and high and low > high else (low, high)
    if field != "until" and low is not None:
        read["year_from"] = max(low, read.get("year_from") or 0)
    last = low if field == "until" else high if field == "year" else None
    if last is not None:
        read["year_to"] = min(last, read.get("year_to") or _LAST)
