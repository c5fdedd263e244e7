"""Where every paper of the scope went: each in exactly one bucket, or the report fails."""

from collections import Counter
from collections.abc import Sequence

from assistant.report.schema import Bucket, Entry, Section, claims_of
from assistant.report.scope import Scope
from store.errors import ConspectusError

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
    told = [_entry(paper.id, paper.marked_title, headings, inside) for paper in scope.papers]
    cited = [entry for entry in told if entry.bucket is Bucket.CITED]
    entries = (*cited, *(entry for entry in told if entry.bucket is not Bucket.CITED), *scope.left)
    _check(entries, scope, headings)
    return entries


def _entry(paper_id: str, title: str, headings: dict[str, str], inside: set[str]) -> Entry:
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
