"""Whether two papers, of one record or of several, are one paper."""

from collections.abc import Sequence
from itertools import product

from store.dedup.decisions import Decisions
from store.dedup.match import DIFFERENT, SAME, UNSURE, Verdict, conflict, verdict
from store.paper import Paper

BY_HAND = "joined by hand"
KEPT_APART = "kept apart by hand"
_ORDER = (SAME, UNSURE, DIFFERENT)


def between(one: Sequence[Paper], other: Sequence[Paper], decisions: Decisions) -> Verdict:
    """What the records of two papers say together: the strongest verdict of any two of them.

    A person's word goes before it. Where one pair speaks for it and the ids of another against it, that is UNSURE,
    so one wrong record does not draw two papers together.
    """
    if decisions.apart(one, other):
        return Verdict(DIFFERENT, KEPT_APART)
    if decisions.together(one, other):
        return Verdict(SAME, BY_HAND)
    found = min((verdict(a, b) for a, b in product(one, other)), key=lambda said: _ORDER.index(said.decision))
    if found.decision is SAME and not decisions.inside(one) and not decisions.inside(other):
        against = next(filter(None, (conflict(a, b) for a, b in product(one, other))), "")
        if against:
            return Verdict(UNSURE, f"{found.reason}, but another record has another {against}")
    return found
