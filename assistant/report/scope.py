"""Which papers a report is about, and where those that it is not about went.

Where every paper of the scope went: each in exactly one bucket, or the report fails.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assistant.answer.sufficiency import relevant
from assistant.report.schema import Bucket, Entry, Section, claims_of
from assistant.verify.injection import evidence_end
from store.errors import ConspectusError, InputError
from store.filters import Filters
from store.library import Library
from store.paper import Paper

FOUND = 200
"""Papers that are looked at for a topic."""


class Scope(NamedTuple):
    """The papers to write about, each with an abstract, in a fixed order; ``left`` are the others of the scope."""

    papers: tuple[Paper, ...]
    left: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """How many papers the ledger has to account for."""
        return len(self.papers) + len(self.left)


def scope(library: Library, filters: Filters, topic: str = "") -> Scope:
    """The papers that the filters let through, and with a topic those of them that are about it.

    Raises:
        InputError: There is none.
        LibraryError: The library cannot be read.
    """
    every = list(library.papers(filters.model_copy(update={"retracted": filters.retracted or None})))
    gone = [paper for paper in every if paper.retraction and filters.retracted is False]
    if len(gone) == len(every):
        hint = f"{len(gone)} were retracted; --retracted lets them in. " if gone else ""
        raise InputError(
            "No paper is left to report on.", f"{hint}Widen the filters, or add papers with: conspectus add FILE"
        )
    kept = {paper.id for paper in gone}
    chosen = _chosen(library, [paper for paper in every if paper.id not in kept], filters, topic)
    left = [_entry(paper, Bucket.RETRACTED, f"it was {paper.retraction}") for paper in gone]
    return Scope(chosen.papers, (*chosen.left, *left))


def _chosen(library: Library, papers: Sequence[Paper], filters: Filters, topic: str) -> Scope:
    if not topic:
        return _with_abstracts(papers)
    view = library.view()
    hits = library.search(topic, FOUND, filters)
    about = {hit.paper.id for hit in relevant(view, topic, hits)} if view else set()
    if not about:
        raise InputError(f"No paper is about “{topic}”.", "Take other words, or leave the topic out.")
    found = {hit.paper.id for hit in hits}
    left = [_entry(paper, *_why(paper, found)) for paper in papers if paper.id not in about]
    chosen = _with_abstracts([paper for paper in papers if paper.id in about])
    return Scope(chosen.papers, (*chosen.left, *left))


def _with_abstracts(papers: Sequence[Paper]) -> Scope:
    silent = [_entry(paper, Bucket.NO_ABSTRACT, reason) for paper in papers if (reason := _silence(paper))]
    if len(silent) == len(papers):
        raise InputError("None of the papers has an abstract to report on.", "Widen the filters, or add abstracts.")
    return Scope(tuple(paper for paper in papers if not _silence(paper)), tuple(silent))


def _silence(paper: Paper) -> str:
    """Why a paper says nothing that may be quoted, "" where it does."""
    if paper.damage:
        return f"damaged: {paper.damage}"
    if not paper.abstract:
        return "the record has no abstract"
    return "" if evidence_end(paper.abstract) else "its abstract only gives orders to its reader"


def _why(paper: Paper, found: set[str]) -> tuple[Bucket, str]:
    if paper.id in found:
        return Bucket.IRRELEVANT, "found for the topic, but not close enough to it in words and meaning"
    return Bucket.NOT_RETRIEVED, f"not among the {FOUND} papers found for the topic"


def _entry(paper: Paper, bucket: Bucket, reason: str) -> Entry:
    return Entry(paper_id=paper.id, title=paper.marked_title, bucket=bucket, reason=reason)


NO_ROOM = "its section shows more central papers"
NOT_CALLED = "no sentence of it was called for"


def ledger(scope: Scope, sections: Sequence[Section]) -> tuple[Entry, ...]:
    """The ledger of a report, by bucket and in the order of the scope.

    Raises:
        ConspectusError: It does not add up: a paper stands twice, is missing, or is cited from outside the scope.
    """
    headings = {
        citation.paper_id: section.heading
        for section in reversed(sections)
        for claim in claims_of(section)
        for citation in claim.citations
    }
    inside = {paper_id for section in sections for paper_id in section.papers}
    told = [_ledger_entry(paper.id, paper.marked_title, headings, inside) for paper in scope.papers]
    cited = [entry for entry in told if entry.bucket is Bucket.CITED]
    entries = (*cited, *(entry for entry in told if entry.bucket is not Bucket.CITED), *scope.left)
    _check(entries, scope, headings)
    return entries


def _ledger_entry(paper_id: str, title: str, headings: dict[str, str], inside: set[str]) -> Entry:
    if paper_id in headings:
        where = f"cited under “{headings[paper_id]}”" if headings[paper_id] else "cited"
        return Entry(paper_id=paper_id, title=title, bucket=Bucket.CITED, reason=where)
    reason = NO_ROOM if paper_id in inside else NOT_CALLED
    return Entry(paper_id=paper_id, title=title, bucket=Bucket.UNUSED, reason=reason)


def _check(entries: Sequence[Entry], scope: Scope, cited: dict[str, str]) -> None:
    twice = [paper_id for paper_id, count in Counter(entry.paper_id for entry in entries).items() if count > 1]
    outside = cited.keys() - {paper.id for paper in scope.papers}
    if twice or outside or len(entries) != scope.size:
        raise ConspectusError(
            f"The ledger of the report does not add up: {len(entries)} entries for {scope.size} papers, "
            f"{len(twice)} twice, {len(outside)} cited from outside.",
            "The report was not written. Please report this with the library's `conspectus doctor`.",
        )
