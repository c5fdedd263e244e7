"""What became of the claims between two reports, and why."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from assistant.report.schema import Manifest, Report
from assistant.types import Claim
from store.paper import Frozen

ALIKE = 0.6
"""How alike the words of two claims about the same paper are at the least, to be the same in other words.

The bar at which difflib's documentation calls two sequences close matches; not measured here.
"""


class ChangeKind(StrEnum):
    """What became of a claim."""

    ADDED = "added"
    DROPPED = "dropped"
    REWORDED = "reworded"
    SUPPORT = "support changed"


class ClaimChange(Frozen):
    """A claim that is not in both reports as it is; ``reasons`` say why, as far as the manifests tell."""

    became: ChangeKind
    before: Claim | None = None
    after: Claim | None = None
    reasons: tuple[str, ...] = ()


class ReportDiff(Frozen):
    """The changes from one report to another: how many claims stayed, the others, and what made the difference."""

    same: int
    changes: tuple[ClaimChange, ...]
    reasons: tuple[str, ...]


def compare_reports(before: Report, after: Report) -> ReportDiff:
    """Compare two reports, claim by claim; a claim that stands twice, as in an overview, counts once."""
    old, new = ({claim.text: claim for claim in report.claims} for report in (before, after))
    both = [(claim, new[text]) for text, claim in old.items() if text in new]
    changed = [pair for pair in both if pair[0].support is not pair[1].support]
    gone = [claim for text, claim in old.items() if text not in new]
    come = [claim for text, claim in new.items() if text not in old]
    reworded = list(_pair_reworded(gone, come))
    paired = {claim.text for pair in reworded for claim in pair}
    reasons = _Reasons(before.manifest, after.manifest)
    changes = [
        *(reasons.explain(ChangeKind.ADDED, None, claim) for claim in come if claim.text not in paired),
        *(reasons.explain(ChangeKind.DROPPED, claim, None) for claim in gone if claim.text not in paired),
        *(reasons.explain(ChangeKind.REWORDED, *pair) for pair in reworded),
        *(reasons.explain(ChangeKind.SUPPORT, *pair) for pair in changed),
    ]
    return ReportDiff(same=len(both) - len(changed), changes=tuple(changes), reasons=reasons.general)


def _pair_reworded(gone: Sequence[Claim], come: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Pair claims that say the same of the same papers, the most alike first; each claim is in one pair at most."""
    pairs = [
        (-similarity, here, there)
        for here, old in enumerate(gone)
        for there, new in enumerate(come)
        if _papers_of(old) & _papers_of(new) and (similarity := _measure_similarity(old, new)) >= ALIKE
    ]
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, here, there in sorted(pairs):
        if here not in used_old and there not in used_new:
            used_old.add(here)
            used_new.add(there)
            yield gone[here], come[there]


def _measure_similarity(old: Claim, new: Claim) -> float:
    """Measure how alike two claims are: 1 where both rest on the same sentence, else by their words."""
    if _sentences_of(old) & _sentences_of(new):
        return 1.0
    return SequenceMatcher(None, old.text.lower().split(), new.text.lower().split(), autojunk=False).ratio()


def _papers_of(claim: Claim) -> set[str]:
    return {citation.paper_id for citation in claim.citations}


def _sentences_of(claim: Claim) -> set[tuple[str, str]]:
    return {(citation.paper_id, citation.quote) for citation in claim.citations if citation.quote}


class _Reasons:
    """What differs between two manifests, in general and for a claim."""

    def __init__(self, before: Manifest, after: Manifest) -> None:
        shared = before.papers.keys() & after.papers.keys()
        self._papers = {
            "new": after.papers.keys() - before.papers.keys(),
            "gone": before.papers.keys() - after.papers.keys(),
            "changed": {paper_id for paper_id in shared if before.papers[paper_id] != after.papers[paper_id]},
        }
        counts = ", ".join(f"{len(ids)} {what}" for what, ids in self._papers.items() if ids)
        self.general = (*_compare_settings(before, after), *([f"other papers ({counts})"] if counts else []))

    def explain(self, became: ChangeKind, before: Claim | None, after: Claim | None) -> ClaimChange:
        """Make a change with its reasons: those of the papers that it cites, else what differs in general."""
        cited = {paper_id for claim in (before, after) if claim for paper_id in _papers_of(claim)}
        words = {"new": "new paper", "gone": "paper gone", "changed": "paper changed"}
        own = [f"{words[what]}: {paper_id}" for what, ids in self._papers.items() for paper_id in sorted(cited & ids)]
        return ClaimChange(became=became, before=before, after=after, reasons=tuple(own) or self.general)


def _compare_settings(before: Manifest, after: Manifest) -> Iterator[str]:
    """Yield what was set differently, in words."""
    for name in ("model", "prompts", "seed"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{name}: {_or_none(old)} → {_or_none(new)}"
    if before.model == after.model and before.identity != after.identity:
        yield "the model's endpoint or settings"
    if before.failed.keys() != after.failed.keys():
        yield f"requests that the model failed at: {len(before.failed)} → {len(after.failed)}"
    for name in sorted(before.settings.keys() | after.settings.keys()):
        old, new = before.settings.get(name, ""), after.settings.get(name, "")
        if old != new:
            yield f"{name}: {_or_none(old)} → {_or_none(new)}"
    then, now = ({"conspectus": manifest.version} | manifest.versions for manifest in (before, after))
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            yield f"{name}: {then.get(name, 'none')} → {now.get(name, 'none')}"


def _or_none(value: object) -> str:
    return "none" if value == "" else str(value)
