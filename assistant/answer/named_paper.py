"""The one paper that a question names: by its id, or by words of its title."""

import re
from collections.abc import Sequence
from contextlib import suppress

from assistant.question.query import Query
from assistant.question.topic import extract_stems, read_topic
from store.errors import NotFound
from store.filters import Filters
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit

# Papers among which the one that is named is looked for, and the share of the words that its title has to hold: "the
# model soups paper by Wortsman" has words beside the title. Chosen by hand.
_LOOKED_AT = 20
_SHARE = 0.6
# Words that stand beside a title.
_BESIDE = frozenset(
    "paper article study work code bibtex citation entry link url doi record card data set dataset".split()
)


_QUOTED = re.compile(r"[\"“](?P<title>[^\"“”]{3,})[\"”]")


def read_name(query: Query) -> str:
    """Read how a question names a paper: in quotes, else by its topic."""
    quoted = _QUOTED.search(query.question)
    return quoted["title"] if quoted else query.topic or query.question


def find_named(library: Library, view: Snapshot, words: str, filters: Filters) -> Paper | None:
    """Find the paper that is named; None where the library holds none of that name."""
    name = " ".join(word for word in words.split() if word.lower().strip(",.?!") not in _BESIDE)
    if not name:
        return None
    if " " not in name:
        with suppress(NotFound):
            return library.paper(name)
    hits = library.search(read_topic(view, name).search_text, _LOOKED_AT, filters, view, sentences=False)
    named = put_named_first(view, name, hits)
    return named[0].paper if named and measure_title(view, name, named[0].paper) >= _SHARE else None


def put_named_first(view: Snapshot, words: str, hits: Sequence[Hit]) -> list[Hit]:
    """Put the papers first in whose titles most of the words stand, a title of no other words before all.

    Else the order stays.
    """
    terms = set(extract_terms(words))

    def rank(hit: Hit) -> tuple[float, bool]:
        share = measure_title(view, words, hit.paper)
        return (-share, not terms.issuperset(extract_terms(hit.paper.title))) if share >= _SHARE else (0.0, True)

    return sorted(hits, key=rank)


def measure_title(view: Snapshot, words: str, paper: Paper) -> float:
    """Measure which share of some words, weighed by rarity, stands in the title of a paper, 0–1."""
    title = set(extract_stems(paper.title))
    return max(wording.measure_share(title) for wording in read_topic(view, words).wordings)
