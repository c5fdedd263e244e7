"""What rules could not use of a question, put by a model in words that they can.

A model is never trusted with the query: it puts a phrase in other words, the rules read these, and what they read
counts only where it is all understood, names what the phrase or the question names, and what the library holds.
"""

import re
from collections.abc import Mapping
from datetime import date

from assistant.question.condition import split_words
from assistant.question.description import describe_conditions
from assistant.question.parse import parse_question
from assistant.question.query import Query
from store.filters import Filters
from store.index.snapshot import Snapshot

_LINE = re.compile(r"^\W*(?P<phrase>.+?)\W*\s*(?:=>|→|->)\s*(?P<meaning>.+?)\W*$")
# Words of the prompt itself: a reply may have them though the question has not.
_GIVEN = frozenset(
    """by not or with as first author in from since after before up to between and the keyword code without an abstract
    cited more than times about none papers""".split()
)


def read_meanings(reply: str) -> dict[str, str]:
    """Read the lines "phrase => meaning" of a reply; those that mean nothing are left out."""
    matches = (_LINE.match(line) for line in reply.splitlines())
    pairs = {match["phrase"].strip(): match["meaning"].strip() for match in matches if match}
    return {phrase: meaning for phrase, meaning in pairs.items() if meaning.lower() != "none"}


def adopt_meanings(query: Query, meanings: Mapping[str, str], view: Snapshot, today: date | None) -> Query:
    """Adopt what phrases mean where the rules understand it; any other stays unused.

    Args:
        query: As the rules read it.
        meanings: For phrases of ``query.unused`` the same in other words.
        view: What the library holds.
        today: As for ``parse_question``.
    """
    filters, unused = query.filters, []
    own = set(split_words(query.question))
    folded = {" ".join(split_words(phrase)): meaning for phrase, meaning in meanings.items()}
    for phrase in query.unused:
        meaning = folded.get(" ".join(split_words(phrase)), "")
        read = _read_meaning(meaning, own, view, today)
        if read is None:
            unused.append(phrase)
        else:
            filters = filters.intersect(read)
    if len(unused) == len(query.unused):
        return query
    added = describe_conditions(filters)
    return query.model_copy(update={"filters": filters, "unused": tuple(unused), "conditions": added})


def _read_meaning(meaning: str, own: set[str], view: Snapshot, today: date | None) -> Filters | None:
    """Read a meaning by the rules; None where they do not understand all of it, or it names what was not asked for."""
    if not meaning or not set(split_words(meaning)) <= own | _GIVEN:
        return None
    read = parse_question(f"papers {meaning}", view, today)
    sound = not (read.unused or read.topic or read.unknown or read.corrections or read.exact)
    return read.filters if sound and read.filters != Filters() else None
