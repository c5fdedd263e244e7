"""Lists of papers: with certain words, about a topic, or all that the filters let through; in order, and cut."""

import re
from collections.abc import Sequence

from assistant.answer import replies
from assistant.answer.relevance import DEPTH as RATED
from assistant.answer.relevance import count_mentions, find_mentions, find_relevant, introduces
from assistant.answer.replies import AnswerBody
from assistant.answer.retrieved import Retrieved
from assistant.answer.sufficiency import find_nearest, is_sufficient, measure_coverage
from assistant.question.intents import COMPARE
from assistant.question.query import Intent, Order, PreviousTurn, Query
from assistant.question.topic import list_near_words, read_topic, read_words, stands_close
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.library import Library
from store.results import Hit

# Papers of a list at the most, however many are asked for. Chosen by hand.
MOST_SHOWN = 100
_CITED = re.compile(r"\bcit(?:ed|ations?)\b", re.I)
_INTRODUCE = re.compile(r"\b(?:introduc|propos|present|develop|creat|releas|publish)(?:e[ds]?|s|ed|ing)?\b", re.I)
_SIDES = re.compile(r"\s+(?:and|versus|vs\.?|with|or|to)\s+|\s*[,;]\s*", re.I)


def list_papers(retrieved: Retrieved, library: Library, view: Snapshot, earlier: PreviousTurn | None) -> Retrieved:
    """Find the papers of a list: those with certain words, those about a topic, or all that the filters let through."""
    query = retrieved.query
    if not query.exact and not query.topic:
        if query.unused and not query.conditions and earlier is None and query.order is Order.RELEVANCE:
            return retrieved._replace(abstention=replies.abstain_unread(query))
        return list_catalogue(retrieved, library, view)
    if query.exact:
        retrieved, hits, total = _find_mentioning(retrieved, library, view)
        nothing = replies.abstain_unmentioned(query)
    else:
        hits = find_relevant(library, view, query, earlier)
        if COMPARE.search(query.question):
            hits = _add_each_side(library, view, query, hits)
        total = len(hits)
        retrieved = retrieved._replace(notes=(*retrieved.notes, *_note_near_words(view, query.topic)))
        nothing = _explain_none(library, view, query) if not hits else replies.abstain_no_match(query, view)
    if not hits:
        return retrieved._replace(abstention=nothing)
    if query.order is Order.MOST_CITED:
        counted = [hit for hit in hits if hit.paper.citation_count is not None]
        if not counted:
            return retrieved._replace(abstention=replies.abstain_uncounted(total))
        hits, total = sorted(counted, key=lambda hit: -(hit.paper.citation_count or 0)), len(counted)
    elif query.order in (Order.NEWEST, Order.OLDEST):
        undated = "9999" if query.order is Order.OLDEST else ""
        hits = sorted(hits, key=lambda hit: hit.paper.date or undated, reverse=query.order is Order.NEWEST)
    return cut_list(retrieved, hits, total)


def _find_mentioning(retrieved: Retrieved, library: Library, view: Snapshot) -> tuple[Retrieved, list[Hit], int]:
    """Find the papers with the words of a question, and how many these are."""
    query = retrieved.query
    introducing = bool(_INTRODUCE.search(query.question))
    page_size = min(query.limit or replies.SHOWN, MOST_SHOWN)
    every = query.order is not Order.RELEVANCE or introducing
    hits = find_mentions(library, view, query.exact, query.filters, RATED if every else page_size)
    total = len(hits) if len(hits) < page_size else count_mentions(library, view, query.exact, query.filters)
    if introducing:
        retrieved, hits, total = _keep_introducing(retrieved, view, hits, total)
    elif len(hits) == total and not every:
        retrieved, hits = _put_together_first(retrieved, view, hits)
    if hits or not _DESCRIBES.search(query.question):
        return retrieved, hits, total
    about = _ask_about(query)
    hits = find_relevant(library, view, about)
    if hits:
        note = f"no paper has the words {_quote_exact(query)}; these are about it"
        retrieved = retrieved._replace(query=about, notes=(*retrieved.notes, note))
    return retrieved, hits, len(hits)


# "Papers that use an open-source package": a thing is described, whatever it is called there.
_DESCRIBES = re.compile(
    r"\b(?:us|introduc|employ|appl|utili[sz])(?:e|es|ed|ing|y|ies|ied|ying|s)?\s+(?:an?|some|any)\s+\S+\s+\S", re.I
)


def _ask_about(query: Query) -> Query:
    """Ask for the papers about what others would mention."""
    topic = " ".join(query.exact)
    return query.model_copy(update={"intent": Intent.PAPERS, "topic": topic, "exact": (), "question": topic})


def _note_near_words(view: Snapshot, topic: str) -> list[str]:
    """Note which words of a topic no paper has, and what was taken for them."""
    return [
        f"no paper has the word “{word}”; {' and '.join(f'“{other}”' for other in others)} was searched for too"
        for word, others in list_near_words(view, topic).items()
    ]


def _quote_exact(query: Query) -> str:
    return " and ".join(f"“{text}”" for text in query.exact)


def _put_together_first(retrieved: Retrieved, view: Snapshot, hits: list[Hit]) -> tuple[Retrieved, list[Hit]]:
    """Put the papers first that have all the words close together, and note how many others have them far apart.

    None is left out: what has the words is what was asked for. Of alternatives ("bandits or reinforcement learning")
    each paper has some word in any case.
    """
    topics = [read_words(view, text) for text in retrieved.query.exact]
    together: list[Hit] = []
    apart: list[Hit] = []
    for hit in hits:
        is_close = all(len(topic.alternatives) > 1 or stands_close(topic, hit.paper) for topic in topics)
        (together if is_close else apart).append(hit)
    if not together or not apart:
        return retrieved, hits
    have = "the last paper has" if len(apart) == 1 else f"the last {len(apart)} papers have"
    note = f"{have} the words of {_quote_exact(retrieved.query)} far apart"
    return retrieved._replace(notes=(*retrieved.notes, note)), [*together, *apart]


def _keep_introducing(
    retrieved: Retrieved, view: Snapshot, hits: list[Hit], total: int
) -> tuple[Retrieved, list[Hit], int]:
    """Keep the papers that say that they introduce the words, where any does, and note how many others mention them."""
    topics = [read_topic(view, words) for words in retrieved.query.exact]
    chosen = [hit for hit in hits if all(introduces(hit.paper, topic.wordings) for topic in topics)]
    if not chosen or len(chosen) == total:
        return retrieved, hits, total
    others = total - len(chosen)
    mention = "paper mentions" if others == 1 else "papers mention"
    note = f"{others} more {mention} {_quote_exact(retrieved.query)}, and none says it introduces it"
    return retrieved._replace(notes=(*retrieved.notes, note)), chosen, len(chosen)


def list_catalogue(retrieved: Retrieved, library: Library, view: Snapshot) -> Retrieved:
    """List all papers that the filters let through, in order of time or of citations."""
    query = retrieved.query
    most_cited = query.order is Order.MOST_CITED
    page_size = min(query.limit or replies.SHOWN, MOST_SHOWN)
    ids = view.list_ids(query.filters, query.order is Order.OLDEST, most_cited, page_size)
    if not ids:
        total = view.count_fitting(query.filters) if most_cited else _count_without_citations(view, query)
        nothing = replies.abstain_uncounted(total) if total else replies.abstain_no_match(query, view)
        return retrieved._replace(abstention=nothing)
    hits = [Hit(paper=paper, score=1.0) for paper in library.get(ids)]
    counted = query.filters.intersect(Filters(min_citations=0)) if most_cited else query.filters
    return retrieved._replace(hits=hits, total=len(hits) if query.limit else view.count_fitting(counted))


def _count_without_citations(view: Snapshot, query: Query) -> int:
    """Count the papers of a question by citations, where no paper of all these has a count; 0 where one has."""
    filters = query.filters
    if filters.min_citations is None and filters.max_citations is None:
        return 0
    others = filters.model_copy(update={"min_citations": None, "max_citations": None})
    return 0 if view.count_fitting(others.model_copy(update={"min_citations": 0})) else view.count_fitting(others)


def cut_list(retrieved: Retrieved, hits: Sequence[Hit], total: int) -> Retrieved:
    """Cut a list to what is shown of it."""
    first = hits[: min(retrieved.query.limit or replies.SHOWN, MOST_SHOWN)]
    return retrieved._replace(hits=first, total=len(first) if retrieved.query.limit else total)


def _explain_none(library: Library, view: Snapshot, query: Query) -> AnswerBody:
    """Explain why no paper is listed for a topic."""
    hits = library.search(query.topic, 1, query.filters, view, sentences=False)
    nearest = find_nearest(view, query.topic, hits)
    return replies.abstain_too_little(query, nearest) if hits else replies.abstain_no_match(query, view)


def list_citations(retrieved: Retrieved, library: Library, view: Snapshot) -> Retrieved | None:
    """List how often the papers of a question are cited, where no author listing says it; None where no source does."""
    query = retrieved.query
    intent = Intent.PAPERS if query.topic else Intent.CATALOGUE
    if not _CITED.search(query.question) or not (query.topic or query.conditions):
        return None
    query = query.model_copy(update={"intent": intent, "order": Order.MOST_CITED})
    listed = list_papers(retrieved._replace(query=query), library, view, None)
    return None if listed.abstention else listed


def _add_each_side(library: Library, view: Snapshot, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Look up each thing that is compared by itself, so that no side is crowded out."""
    sides = [part for part in _SIDES.split(COMPARE.sub(" ", query.topic)) if part.strip()]
    best = [(side, hit) for side in sides for hit in library.search(side, 1, query.filters, view)]
    sure = [hit for side, hit in best if is_sufficient(measure_coverage(view, side, [hit]), query)]
    return list({hit.paper.id: hit for hit in (*sure, *hits)}.values())
