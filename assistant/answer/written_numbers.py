"""Papers in which a number of the question stands, however it is written: "72,000x", "72000×", "72 000-fold".

The index knows the digits of a number as they stand between its separators, so each way to write it is looked up, and
what is found is read: only a paper that has the same number, and no other unit beside it, counts.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.answer.sufficiency import NARROW, measure_share, paper_text
from assistant.question.query import Query
from assistant.verify.numbers import Quantity, is_same_quantity, parse_quantities
from assistant.verify.tokens import fold_text
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit
from store.search import term_weights

# A number that stands in more papers says nothing of which one is meant. As many as a coined word may (RARE).
RARE = 3
# Papers that are read for a number at the most; the parts of a common one ("1", "000") stand in many. Chosen by hand.
_READ = 200
# From here on a number without a unit is rare by itself; smaller ones count everything. Chosen by hand.
_LARGE = 1000
_GROUPS = re.compile(r"(?<=\d)[  ’'](?=\d{3}(?!\d))")
_YEAR = range(1900, 2100)


class Stated(NamedTuple):
    """A paper, and the numbers of a question as it writes them."""

    paper: Paper
    numbers: tuple[str, ...]


def find_papers_with_numbers(library: Library, view: Snapshot, text: str, filters: Filters) -> list[Stated]:
    """Find the few papers in which all telling numbers of a text stand; none where it has no such number."""
    numbers = list(_list_telling(text))
    if not numbers:
        return []
    candidates = [Stated(paper, ()) for paper in _look_up(library, view, numbers[0], filters)]
    for number in numbers:
        written = ((stated, _find_written(stated.paper, number)) for stated in candidates)
        candidates = [Stated(stated.paper, (*stated.numbers, form)) for stated, form in written if form]
    return candidates if len(candidates) <= RARE else []


def _list_telling(text: str) -> Iterator[Quantity]:
    """List the numbers of a text that are large, or multiples, and no years."""
    for number in parse_quantities(fold_text(_GROUPS.sub(",", text))):
        digits = any(character.isdigit() for character in number.text)
        year = number.kind == "count" and not number.unit and number.value in _YEAR and "," not in number.text
        if digits and not year and (number.kind == "times" or (number.kind == "count" and number.value >= _LARGE)):
            yield number


def _look_up(library: Library, view: Snapshot, number: Quantity, filters: Filters) -> list[Paper]:
    """Look up the papers that have the digits of a number, in one piece or in groups of three."""
    plain = f"{number.face:.10g}"
    grouped = f"{int(number.face):,}" if number.face.is_integer() else plain
    forms = dict.fromkeys(f"{digits}{sign}" for digits in (plain, grouped) for sign in ("", "x", "k"))
    if number.face.is_integer() and number.face % _LARGE == 0:
        forms |= dict.fromkeys((f"{number.face / _LARGE:.10g}k", f"{number.face / _LARGE:.10g} thousand"))
    either = Filters(either=tuple(Filters(text=form) for form in forms))
    return library.get(view.list_ids(filters.intersect(either))[:_READ])


def _find_written(paper: Paper, number: Quantity) -> str:
    """Find how a paper writes a number, with the same unit or with none; "" where it does not state it."""
    text = fold_text(_GROUPS.sub(",", f"{paper.title}. {paper.abstract}"))
    return next((quantity.text for quantity in parse_quantities(text) if is_same_quantity(number, quantity)), "")


_WITH_DIGITS = re.compile(r"\S*\d\S*")


def narrow_to_numbers(library: Library, view: Snapshot, query: Query) -> tuple[Query, list[Hit]]:
    """Find the few papers that state a number of a question, however it is written, and some of its other words.

    Returns the question with the number as these papers write it, and none where there are none.
    """
    stated = find_papers_with_numbers(library, view, query.question, query.filters)
    words = _WITH_DIGITS.sub(" ", query.topic).strip()
    weights = term_weights(view, words)
    matches = [match for match in stated if not weights or measure_share(weights, paper_text(match.paper)) >= NARROW]
    if not matches:
        return query, []
    # The number as the papers write it, to find the sentence.
    topic = " ".join(dict.fromkeys((*words.split(), *matches[0].numbers)))
    within = query.filters.intersect(Filters(ids=tuple(match.paper.id for match in matches)))
    # How the number is written is read from the paper, so no other reading of it is to be told.
    corrections = tuple(pair for pair in query.corrections if not _WITH_DIGITS.fullmatch(pair[0]))
    narrowed = query.model_copy(update={"topic": topic, "corrections": corrections})
    return narrowed, library.search(topic, len(matches), within, view)
