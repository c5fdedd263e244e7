"""The papers of a report: which ones it is written from, and the ledger of where every paper of the scope went.

Each paper of the scope is in exactly one bucket of the ledger, or the report fails.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from assistant.report.schema import Bucket, LedgerEntry, Section, list_claims
from assistant.report.topic import DEPTH, RatedPaper, choose_cut, rate_papers
from assistant.sound_texts import is_sound_abstract
from assistant.verify.injection import GIVES_ORDERS, gives_orders, is_instruction
from store.errors import ConspectusError, InputError, TooLittle
from store.filters import Filters
from store.library import Library
from store.paper import Paper
from store.text.sentences import sentence_spans

WARNED = 1000
"""Papers up to which the ledger says of each whether it gives orders; of more, of those cited, for looking at ten
thousand abstracts takes 50 s of CPU. Chosen by hand: what ``find_injection_start`` keeps."""
NO_ROOM = "its section shows more central papers"
NOT_CALLED = "no sentence of it was called for"


class Judgement(NamedTuple):
    """What was judged of a paper near the cut: whether it belongs to the topic, and in words by whom and why."""

    belongs: bool
    reason: str


NO_JUDGEMENTS: Mapping[str, Judgement] = MappingProxyType({})


class ReportScope(NamedTuple):
    """The papers to write about, each with an abstract, in a fixed order; ``left`` are the others of the scope.

    ``relevance`` tells of those papers how likely each is about the topic, 0 to 1; empty without a topic. ``judged``
    tells of those that were judged who says that they belong, and why.
    """

    papers: tuple[Paper, ...]
    left: tuple[LedgerEntry, ...]
    relevance: Mapping[str, float] = MappingProxyType({})
    judged: Mapping[str, str] = MappingProxyType({})

    @property
    def size(self) -> int:
        """How many papers the ledger has to account for."""
        return len(self.papers) + len(self.left)


def choose_papers(
    library: Library,
    filters: Filters,
    topic: str = "",
    least: float | None = None,
    most: int | None = None,
    judgements: Mapping[str, Judgement] = NO_JUDGEMENTS,
) -> ReportScope:
    """Choose the papers that the filters let through, and with a topic those of them that are about it.

    Args:
        library: Where the papers are.
        filters: Papers that the report may draw on; without retracted ones these are left, and the ledger says so.
        topic: What the papers have to be about, "" for anything; then the surest come first.
        least: The relevance that a paper has at the least, 0 to 1; None for the cut of reports.
        most: How many papers are taken at the most; None for all above the cut.
        judgements: Of papers near the cut, by their ids; they go before it.

    Raises:
        TooLittle: The library holds too little about the topic.
        InputError: There is none.
        LibraryError: The library cannot be read.
    """
    papers = list(library.papers(filters.model_copy(update={"retracted": filters.retracted or None})))
    retracted = [paper for paper in papers if paper.retraction and filters.retracted is False]
    if len(retracted) == len(papers):
        hint = f"{len(retracted)} were retracted; the setting retracted lets them in. " if retracted else ""
        raise InputError(
            "No paper is left to report on.", f"{hint}Widen the filters, or add papers with: conspectus add FILE"
        )
    retracted_ids = {paper.id for paper in retracted}
    allowed = [paper for paper in papers if paper.id not in retracted_ids]
    left = [_entry_of(paper, Bucket.RETRACTED, f"it was {paper.retraction}") for paper in retracted]
    if not topic:
        chosen = _leave_out_silent(allowed)
        return ReportScope(chosen.papers, (*chosen.left, *left))
    rated = rate_papers(library, topic, filters)
    chosen = _cut_rated(allowed, rated, topic, choose_cut(rated) if least is None else least, most, judgements)
    return chosen._replace(left=(*chosen.left, *left))


def _cut_rated(
    papers: Sequence[Paper],
    rated: Sequence[RatedPaper],
    topic: str,
    least: float,
    most: int | None,
    judgements: Mapping[str, Judgement],
) -> ReportScope:
    """Take of the rated papers those judged to belong, and of the others those above the cut, the surest first.

    The ledger has the relevance of each.
    """
    relevance = {rated_paper.paper.id: round(rated_paper.relevance, 2) for rated_paper in rated}
    by_id = {paper.id: paper for paper in papers}
    above = [
        by_id[rated_paper.paper.id]
        for rated_paper in rated
        if rated_paper.paper.id in by_id
        and _is_taken(judgements.get(rated_paper.paper.id), relevance[rated_paper.paper.id], least)
    ]
    if not above and (judgements and max(relevance.values(), default=0.0) >= least):
        raise TooLittle(
            f"No paper was judged to be about “{topic[:80]}”.", "Give --min to go by relevance, or take other words."
        )
    if not above:
        nearest = max(relevance.values(), default=0.0)
        raise TooLittle(
            f"No paper is about “{topic[:80]}” with a relevance of {least:.2f} or more; the highest is {nearest:.2f}.",
            "Lower --min, take other words, or leave the topic out.",
        )
    chosen_ids = {paper.id for paper in above[:most]}
    left = _group_entries(
        _entry_of(paper, *_explain_absence(relevance.get(paper.id), least, len(chosen_ids), judgements.get(paper.id)))
        for paper in sorted(papers, key=lambda paper: -relevance.get(paper.id, 0.0))
        if paper.id not in chosen_ids
    )
    chosen = _leave_out_silent(above[:most])
    return ReportScope(
        chosen.papers,
        (*chosen.left, *left),
        {paper.id: relevance[paper.id] for paper in chosen.papers},
        {paper.id: judgements[paper.id].reason for paper in chosen.papers if paper.id in judgements},
    )


def _group_entries(entries: Iterable[LedgerEntry]) -> list[LedgerEntry]:
    """Group entries by bucket and reason, as a manifest keeps them."""
    groups: dict[Bucket, dict[str, list[LedgerEntry]]] = {}
    for entry in entries:
        groups.setdefault(entry.bucket, {}).setdefault(entry.reason, []).append(entry)
    return [entry for reasons in groups.values() for group in reasons.values() for entry in group]


def _is_taken(judgement: Judgement | None, relevance: float, least: float) -> bool:
    return judgement.belongs if judgement else relevance >= least


def _explain_absence(
    relevance: float | None, least: float, chosen_count: int, judgement: Judgement | None
) -> tuple[Bucket, str]:
    if judgement and not judgement.belongs and relevance is not None:
        return Bucket.IRRELEVANT, f"{judgement.reason}; relevance {relevance:.2f}; --min {relevance:.2f} lets it in"
    if relevance is None:
        return Bucket.NOT_RETRIEVED, f"not among the {DEPTH} papers nearest to the topic"
    if relevance < least:
        return Bucket.BELOW, f"relevance {relevance:.2f}, below {least:.2f}; --min {relevance:.2f} lets it in"
    return Bucket.BELOW, f"relevance {relevance:.2f}, behind the {chosen_count} surest; a higher --top lets it in"


def _leave_out_silent(papers: Sequence[Paper]) -> ReportScope:
    reasons = [_explain_silence(paper) for paper in papers]
    if all(reasons):
        raise InputError("None of the papers has an abstract to report on.", "Widen the filters, or add abstracts.")
    speaking = tuple(paper for paper, reason in zip(papers, reasons, strict=True) if not reason)
    pairs = zip(papers, reasons, strict=True)
    return ReportScope(
        speaking, tuple(_entry_of(paper, Bucket.NO_ABSTRACT, reason) for paper, reason in pairs if reason)
    )


def _explain_silence(paper: Paper) -> str:
    """Say why nothing of a paper may be quoted, "" where something may."""
    if paper.damage:
        return f"damaged: {paper.damage}"
    if not paper.abstract:
        return "the record has no abstract"
    return "its abstract only gives orders to its reader" if _begins_with_orders(paper.abstract) else ""


def _begins_with_orders(abstract: str) -> bool:
    """Whether nothing of an abstract may be quoted; only its first sentence is looked at: that takes long."""
    if is_sound_abstract(abstract):  # It was looked at when it was added.
        return False
    start, end = next(iter(sentence_spans(abstract)), (0, 0))
    return start == 0 and is_instruction(abstract[:end])


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
    written = [
        _close_entry(paper, headings, in_sections, scope, len(scope.papers) <= WARNED or paper.id in headings)
        for paper in scope.papers
    ]
    # Sorting is stable: cited ones first, each group in the order of the scope.
    entries = (*sorted(written, key=lambda entry: entry.bucket is not Bucket.CITED), *scope.left)
    _check_ledger(entries, scope, headings)
    return entries


def _close_entry(
    paper: Paper, headings: dict[str, str], in_sections: set[str], scope: ReportScope, looks: bool
) -> LedgerEntry:
    warning = f"; relevance {scope.relevance[paper.id]:.2f}" if paper.id in scope.relevance else ""
    warning += f"; judged to belong by {scope.judged[paper.id]}" if paper.id in scope.judged else ""
    warning += f"; it {GIVES_ORDERS}" if looks and gives_orders(paper) else ""
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
