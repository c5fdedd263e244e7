"""Search for papers: what ``search`` lists, by the same conditions, order and cut as a list that ``ask`` gives."""

from datetime import date

from assistant.answer.relevance import find_mentions, find_relevant
from assistant.question.parse import parse_question
from assistant.question.query import Intent, Order
from store.errors import InputError
from store.filters import Filters
from store.library import Library
from store.results import Hit
from store.search import best_sentences, term_weights


def look_up(
    library: Library, text: str, k: int, filters: Filters, today: date | None = None, *, cut: bool = True
) -> list[Hit]:
    """Search; what the text says of authors, years and categories filters where the library knows it.

    The papers, their order and the cut are those of a list that ``ask`` gives, so nothing comes where nothing fits.
    Where nothing else is left to search for, the papers come in order of time, each with score 1. Without the ``cut``
    the best ``k`` come, however little they fit.

    Raises:
        InputError: ``k`` is below 1.
        LibraryError: The library cannot be read.
    """
    view, k = library.view(), check_count(k)
    if view is None or not view.count:
        return []
    query = parse_question(text, view, today)
    query = query.model_copy(update={"filters": query.filters.intersect(filters)})
    if not query.topic and not query.exact:
        if query.filters != filters or query.order is not Order.RELEVANCE or query.intent is Intent.CATALOGUE:
            most_cited = query.order is Order.MOST_CITED
            papers = library.get(view.list_ids(query.filters, query.order is Order.OLDEST, most_cited, k))
            return [Hit(paper=paper, score=1.0, sentences=best_sentences({}, paper.abstract)) for paper in papers]
        query = query.model_copy(update={"topic": query.question})
    if not cut:
        return library.search(query.topic or " ".join(query.exact), k, query.filters, view)
    hits = (
        find_mentions(library, view, query.exact, query.filters) if query.exact else find_relevant(library, view, query)
    )
    weights = term_weights(view, query.topic or " ".join(query.exact))
    return [hit.model_copy(update={"sentences": best_sentences(weights, hit.paper.abstract)}) for hit in hits[:k]]


def check_count(k: int) -> int:
    """Return how many papers a caller asks for; raises InputError where that is none."""
    if k < 1:
        raise InputError(f"k, the number of papers, cannot be {k}.", "Ask for 1 or more.")
    return k
