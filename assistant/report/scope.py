"""The papers of a report: which ones it is written from, and the ledger of where every paper of the scope went.

Each paper of the scope is in exactly one bucket of the ledger, or the report fails.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from assistant.answer.sufficiency import select_relevant
from assistant.report.schema import Bucket, LedgerEntry, Section, list_claims
from assistant.verify.injection import GIVES_ORDERS, find_injection_start, gives_orders
from store.errors import ConspectusError, InputError
from store.filters import Filters
from store.library import Library
from store.paper import Paper

FOUND = 200
"""Papers that are retrieved for a topic; chosen by hand, not measured."""
NO_ROOM = "its section shows more central papers"
NOT_CALLED = "no sentence of it was called for"


class ReportScope(NamedTuple):
    """The papers to write about, each with an abstract, in a fixed order; ``left`` are the others of the scope."""

    papers: tuple[Paper, ...]
    left: tuple[LedgerEntry, ...]

    @property
    def size(self) -> int:
        """How many papers the ledger has to account for."""
        return len(self.papers) + len(self.left)


def choose_papers(library: Library, filters: Filters, topic: str = "") -> ReportScope:
    """Choose the papers that the filters let through, and with a topic those of them that are about it.

    Args:
        library: Where the papers are.
        filters: Papers that the report may draw on; without retracted ones these are left, and the ledger says so.
        topic: What the papers have to be about, "" for anything.

    Raises:
        InputError: There is none.
        LibraryError: The library cannot be read.
    """
    papers = list(library.papers(filters.model_copy(update={"retracted": filters.retracted or None})))
    retracted = [paper for paper in papers if paper.retraction and filters.retracted is False]
    if len(retracted) == len(papers):
        hint = f"{len(retracted)} were retracted; --retracted lets them in. " if retracted else ""
        raise InputError(
            "No paper is left to report on.", f"{hint}Widen the filters, or add papers with: conspectus add FILE"
        )
    retracted_ids = {paper.id for paper in retracted}
    allowed = [paper for paper in papers if paper.id not in retracted_ids]
    chosen = _choose_relevant(library, allowed, filters, topic) if topic else _leave_out_silent(allowed)
    left = [_entry_of(paper, Bucket.RETRACTED, f"it was {paper.retraction}") for paper in retracted]
    return ReportScope(chosen.papers, (*chosen.left, *left))


def _choose_relevant(library: Library, papers: Sequence[Paper], filters: Filters, topic: str) -> ReportScope:
    view = library.view()
    hits = library.search(topic, FOUND, filters)
    about = {hit.paper.id for hit in select_relevant(view, topic, hits)} if view else set()
    if not about:
        raise InputError(f"No paper is about “{topic}”.", "Take other words, or leave the topic out.")
    retrieved = {hit.paper.id for hit in hits}
    left = [_entry_of(paper, *_explain_absence(paper, retrieved)) for paper in papers if paper.id not in about]
    chosen = _leave_out_silent([paper for paper in papers if paper.id in about])
    return ReportScope(chosen.papers, (*chosen.left, *left))


def _explain_absence(paper: Paper, retrieved: set[str]) -> tuple[Bucket, str]:
    if paper.id in retrieved:
        return Bucket.IRRELEVANT, "found for the topic, but not close enough to it in words and meaning"
    return Bucket.NOT_RETRIEVED, f"not among the {FOUND} papers found for the topic"


def _leave_out_silent(papers: Sequence[Paper]) -> ReportScope:
    silent = [_entry_of(paper, Bucket.NO_ABSTRACT, reason) for paper in papers if (reason := _explain_silence(paper))]
    if len(silent) == len(papers):
        raise InputError("None of the papers has an abstract to report on.", "Widen the filters, or add abstracts.")
    return ReportScope(tuple(paper for paper in papers if not _explain_silence(paper)), tuple(silent))


def _explain_silence(paper: Paper) -> str:
    """Say why nothing of a paper may be quoted, "" where something may."""
    if paper.damage:
        return f"damaged: {paper.damage}"
    if not paper.abstract:
        return "the record has no abstract"
    return "" if find_injection_start(paper.abstract) else "its abstract only gives orders to its reader"


def close_ledger(scope: ReportScope, sections: Sequence[Section]) -> tuple[LedgerEntry, ...]:
    """Close the ledger of a report: an entry a paper, those cited first, else in the order of the scope.

    A paper that is cited in several sections is cited under the first of them.

    Raises:
        ConspectusError: It does not add up: a paper stands twice, is missing, or is cited from outside the scope.
    """
    headings = {
        citation.paper_id: section.heading
        for section in reversed(sections)
        for claim in list_claims(section)
        for citation in claim.citations
    }
    in_sections = {paper_id for section in sections for paper_id in section.papers}
    written = [_close_entry(paper, headings, in_sections) for paper in scope.papers]
    # Sorting is stable: cited ones first, each group in the order of the scope.
    entries = (*sorted(written, key=lambda entry: entry.bucket is not Bucket.CITED), *scope.left)
    _check_ledger(entries, scope, headings)
    return entries


def _close_entry(paper: Paper, headings: dict[str, str], in_sections: set[str]) -> LedgerEntry:
    warning = f"; it {GIVES_ORDERS}" if gives_orders(paper) else ""
    if paper.id not in headings:
        return _entry_of(paper, Bucket.UNUSED, (NO_ROOM if paper.id in in_sections else NOT_CALLED) + warning)
    heading = headings[paper.id]
    return _entry_of(paper, Bucket.CITED, (f"cited under “{heading}”" if heading else "cited") + warning)


def _check_ledger(entries: Sequence[LedgerEntry], scope: ReportScope, cited: Collection[str]) -> None:
    twice = [paper_id for paper_id, count in Counter(entry.paper_id for entry in entries).items() if count > 1]
    outside = set(cited) - {paper.id for paper in scope.papers}
    if twice or outside or len(entries) != scope.size:
        raise ConspectusError(
            f"The ledger of the report does not add up: {len(entries)} entries for {scope.size} papers, "
            f"{len(twice)} twice, {len(outside)} cited from outside.",
            "The report was not written. Please report this with the library's `conspectus doctor`.",
        )


def _entry_of(paper: Paper, bucket: Bucket, reason: str) -> LedgerEntry:
    return LedgerEntry(paper_id=paper.id, title=paper.marked_title, bucket=bucket, reason=reason)
