"""The answers that can be given, each as text with its claims; and the ways to say that there is none."""

from collections.abc import Sequence

from assistant.answer.compose import cite, listing, prose, quoted_claims, references
from assistant.answer.extractive import Quote
from assistant.answer.verify import check, record_sentence
from assistant.escaping import escape
from assistant.question.parse import Query
from assistant.types import Claim, Reference
from store.filters import Filters
from store.index.snapshot import Snapshot
from store.paper import Frozen, Paper
from store.results import Hit


class Reply(Frozen):
    """The part of an answer that does not depend on how it was asked."""

    text: str
    claims: tuple[Claim, ...] = ()
    references: tuple[Reference, ...] = ()
    abstained: bool = False
    reason: str = ""


def quotes(chosen: Sequence[Quote]) -> Reply:
    """Sentences that answer a question."""
    claims = quoted_claims(chosen)
    return Reply(text=prose(claims), claims=tuple(claims), references=references([quote.paper for quote in chosen]))


def papers(query: Query, chosen: Sequence[Quote], total: int, counted: bool) -> Reply:
    """One line a paper; the count before them where it was asked for or where not all are shown."""
    claims = quoted_claims(chosen)
    shown = [quote.paper for quote in chosen]
    head = ""
    if counted or total > len(shown):
        head = escape(_total(query, total)) + (f"; the first {len(shown)}:\n\n" if total > len(shown) else ":\n\n")
    return Reply(text=head + listing(claims, shown), claims=tuple(claims), references=references(shown))


def record(paper: Paper, gist: Quote) -> Reply:
    """Who wrote a paper, and when."""
    claim = check(record_sentence(paper), [cite(gist, 1)], {paper.id: paper})
    return Reply(text=f"{escape(claim.text)} [1]", claims=(claim,), references=references([paper]))


def empty_library() -> Reply:
    """There is nothing to answer from."""
    return _none("The library is empty. Add papers with: conspectus add FILE")


def unknown_name(name: str) -> Reply:
    """The author is not in the library."""
    return _none(f"No author of this library is called {name}.")


def none_match(query: Query, view: Snapshot) -> Reply:
    """No paper fulfils the conditions."""
    years = list(view.years())
    timed = query.filters.year_from is not None or query.filters.year_to is not None
    span = f" Its papers are {_time(years[0], years[-1])}." if timed and years else ""
    return _none(f"This library holds no paper{_which(query)}.{span}")


def too_little(query: Query, hits: Sequence[Hit]) -> Reply:
    """What was found does not bear on the question."""
    near = f" The nearest paper is “{hits[0].paper.marked_title}”." if hits else ""
    which = _which(query)
    return _none(f"No {f'paper{which}' if which else 'abstract in this library'} answers this question.{near}")


def in_words(filters: Filters) -> str:
    """Filters as they are said behind "papers": "by Che from 2018 to 2020 with code"; "" for none."""
    parts = [f"by {' and '.join(filters.author)}"] if filters.author else []
    parts += [_time(filters.year_from, filters.year_to)]
    parts += [f"in category {' or '.join(filters.category)}"] if filters.category else []
    parts += [f"from the source {' or '.join(filters.source)}"] if filters.source else []
    parts += [f"with the words “{filters.text}”"] if filters.text else []
    parts += ["with code" if filters.has_code else "without code"] if filters.has_code is not None else []
    parts += ["that were retracted"] if filters.retracted else []
    parts += ["among those asked about"] if filters.ids is not None else []
    return " ".join(filter(None, parts))


def _time(first: int | None, last: int | None) -> str:
    if first is not None and last is not None:
        return f"from {first}" if first == last else f"from {first} to {last}"
    if first is not None:
        return f"since {first}"
    return f"until {last}" if last is not None else ""


def _total(query: Query, total: int) -> str:
    count = f"{total} {'paper' if total == 1 else 'papers'}{_which(query)}"
    if query.topic:
        return f"{count} {'fits' if total == 1 else 'fit'} this question"
    return f"This library holds {count}"


def _which(query: Query) -> str:
    words = in_words(query.filters)
    return f" {words}" if words else ""


def _none(reason: str) -> Reply:
    return Reply(text=escape(reason), abstained=True, reason=reason)
