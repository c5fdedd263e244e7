"""Filling gaps: papers without abstract or without an id are asked for, and what comes is added beside them.

Merging joins what is added to the paper, and never lets it overwrite what the user's own file says.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from store.dedup.keys import is_generic, list_identifier_keys
from store.dedup.match import MatchDecision, judge_records
from store.errors import SourceError
from store.filters import Filters
from store.ingest import add_items
from store.library import Library
from store.paper import Paper, Problem
from store.providers import arxiv_api as arxiv
from store.providers import crossref_api as crossref
from store.providers import openalex_api as openalex
from store.providers import pubmed_api as pubmed
from store.providers import semantic_scholar_api as semantic_scholar
from store.providers.client import Client
from store.providers.fetch import FetchJob, FetchRun, IdLookup, PlannedRequest, client_for, split_chunks
from store.providers.provider import Access, Provider, ProviderUnavailable
from store.providers.transport import RateLimiter
from store.readers import Item
from store.results import AddEvent, AddStarted

NAME = "enrich"
IDS = ("doi", "arxiv", "pmid")
"""Schemes of which a paper should have one."""

TITLE = "title"


class Step(NamedTuple):
    """A provider, and by what it is asked."""

    provider: Provider
    scheme: str


STEPS = (
    Step(arxiv, "arxiv"),
    Step(pubmed, "pmid"),
    Step(crossref, TITLE),
    Step(semantic_scholar, TITLE),
    Step(openalex, "doi"),
    Step(crossref, "doi"),
    Step(semantic_scholar, "doi"),
    Step(semantic_scholar, "arxiv"),
)
"""Who is asked, in this order, for the papers that still have a gap; by title only those without any id."""


def enrich(
    library: Library, access: Access, filters: Filters | None = None, pace: RateLimiter | None = None
) -> Iterator[AddEvent]:
    """Ask for what papers lack, and add what comes; the events begin with ``AddStarted`` and end with ``AddDone``.

    Args:
        library: Whose papers.
        access: How to ask.
        filters: Which of them; None for all.
        pace: The clock; None for the real one.

    Raises:
        SourceError: No provider could be asked.
        LibraryError: The library cannot be written.
    """
    gaps = [Gap(paper) for paper in library.papers(filters) if has_gap(paper)]
    with client_for(library, access, pace) as client:
        run = FetchRun([_build_job(client, step, gaps) for step in STEPS] if gaps else [])
        yield AddStarted(file=NAME)
        yield from add_items(library, run.items(), run.fraction)


def plan_enrich(library: Library, access: Access, filters: Filters | None = None) -> tuple[PlannedRequest, ...]:
    """List whom ``enrich`` would ask first for each paper with a gap; nothing is asked."""
    client = client_for(library, access)
    plans = []
    for gap in (Gap(paper) for paper in library.papers(filters) if has_gap(paper)):
        steps = [(step, value) for step in STEPS if (value := gap.get_query(step.scheme))]
        for step, value in steps[:1]:
            url = client.build_address(step.provider, step.provider.build_lookup(step.scheme, [value]))
            plans.append(PlannedRequest(what=gap.paper.id, provider=step.provider.LABEL, url=url))
    return tuple(plans)


def has_gap(paper: Paper) -> bool:
    """Return whether a paper has no abstract, or no id that others know."""
    return not paper.abstract or not _list_ids(paper)


class Gap:
    """A paper that lacks something, and what was learned of it so far."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self._known = _list_ids(paper)
        self._abstract = bool(paper.abstract)

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to ask for."""
        return not self._abstract or not self._known

    def get_query(self, scheme: str) -> str:
        """Return what to ask by, "" for nothing."""
        if scheme != TITLE:
            return self._known.get(scheme, "")
        return "" if self._known or is_generic(self.paper.title) or not self.paper.authors else self.paper.title[:300]

    def matches(self, record: Paper) -> bool:
        """Return whether a record is of this paper beyond doubt."""
        return judge_records(self.paper, record).decision is MatchDecision.SAME

    def learn_from(self, record: Paper) -> bool:
        """Take what a record has and the paper lacks; return whether there was anything."""
        ids = _list_ids(record)
        new = bool(record.abstract and not self._abstract) or bool(ids.keys() - self._known.keys())
        self._known = ids | self._known
        self._abstract = self._abstract or bool(record.abstract)
        return new


def _list_ids(paper: Paper) -> dict[str, str]:
    """List a paper's ids by scheme, of each the first; arXiv's DOIs are arXiv ids, too."""
    ids: dict[str, str] = {}
    for scheme, _, value in (key.partition(":") for key in list_identifier_keys(paper)):
        if scheme in IDS:
            ids.setdefault(scheme, value)
    return ids


def _build_job(client: Client, step: Step, gaps: list[Gap]) -> FetchJob:
    progress = [0, 1]

    def items() -> Iterator[Item]:
        asking = [gap for gap in gaps if gap.is_open and gap.get_query(step.scheme)]
        progress[1] = len(asking) or 1
        for some in split_chunks(asking, step.provider.BATCH):
            try:
                yield from _fill_gaps(client, step, some)
            except ProviderUnavailable:
                raise
            except SourceError as fault:  # of these few; the others may be had
                yield Problem(file=some[0].paper.id, reason=str(fault), lost=False)
            progress[0] += len(some)

    return FetchJob(
        f"{step.provider.LABEL}, by {step.scheme}", 1, items, lambda: progress[0] / progress[1], lambda: progress[0] > 0
    )


def _fill_gaps(client: Client, step: Step, gaps: Iterable[Gap]) -> Iterator[Item]:
    by_value: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_value.setdefault(gap.get_query(step.scheme), []).append(gap)
    for value, item in IdLookup(client, step.provider, step.scheme, list(by_value)):
        matching = by_value.get(value, [])
        if isinstance(item, Problem) and item.lost:  # doubts are those of records that may not be of the paper
            yield item.model_copy(update={"file": matching[0].paper.id}) if matching else item
        for gap in matching:
            if isinstance(item, Paper) and gap.matches(item) and gap.learn_from(item):
                yield item
                break
