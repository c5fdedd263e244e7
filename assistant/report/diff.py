"""What became of the claims between two reports, and why."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from assistant.report.schema import Manifest, Report
from assistant.types import Claim
from store.paper import Frozen

ALIKE = 0.6
"""How alike the words of two claims about the same paper are at the least, to be the same in other words."""


class Became(StrEnum):
    """What became of a claim."""

    ADDED = "added"
    DROPPED = "dropped"
    REWORDED = "reworded"
    SUPPORT = "support changed"


class Change(Frozen):
    """A claim that is not in both reports as it is; ``reasons`` say why, as far as the manifests tell."""

    became: Became
    before: Claim | None = None
    after: Claim | None = None
    reasons: tuple[str, ...] = ()


class ReportDiff(Frozen):
    """The changes from one report to another: how many claims stayed, the others, and what made the difference."""

    same: int
    changes: tuple[Change, ...]
    reasons: tuple[str, ...]


def diff(before: Report, after: Report) -> ReportDiff:
    """Compare two reports, claim by claim; a claim that stands twice, as in an overview, counts once."""
    old, new = ({claim.text: claim for claim in report.claims} for report in (before, after))
    both = [(claim, new[text]) for text, claim in old.items() if text in new]
    changed = [pair for pair in both if pair[0].support is not pair[1].support]
    gone = [claim for text, claim in old.items() if text not in new]
    come = [claim for text, claim in new.items() if text not in old]
    reworded = list(_reworded(gone, come))
    paired = {claim.text for pair in reworded for claim in pair}
    made = _Why(before.manifest, after.manifest)
    changes = [
        *(made.change(Became.ADDED, None, claim) for claim in come if claim.text not in paired),
        *(made.change(Became.DROPPED, claim, None) for claim in gone if claim.text not in paired),
        *(made.change(Became.REWORDED, *pair) for pair in reworded),
        *(made.change(Became.SUPPORT, *pair) for pair in changed),
    ]
    return ReportDiff(same=len(both) - len(changed), changes=tuple(changes), reasons=made.general)


def _reworded(gone: Sequence[Claim], come: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """The pairs that say the same of the same papers, the most alike first; each claim is in one of them."""
    pairs = [
        (-likeness, here, there)
        for here, one in enumerate(gone)
        for there, other in enumerate(come)
        if _papers(one) & _papers(other) and (likeness := _likeness(one, other)) >= ALIKE
    ]
    taken: set[tuple[str, int]] = set()
    for _, here, there in sorted(pairs):
        if not {("gone", here), ("come", there)} & taken:
            taken |= {("gone", here), ("come", there)}
            yield gone[here], come[there]


def _likeness(one: Claim, other: Claim) -> float:
    """1 where both rest on the same sentence, else how alike their words are."""
    if _spans(one) & _spans(other):
        return 1.0
    return SequenceMatcher(None, one.text.lower().split(), other.text.lower().split(), autojunk=False).ratio()


def _papers(claim: Claim) -> set[str]:
    return {citation.paper_id for citation in claim.citations}


def _spans(claim: Claim) -> set[tuple[str, str]]:
    return {(citation.paper_id, citation.quote) for citation in claim.citations if citation.quote}


class _Why:
    """What differs between two manifests, in general and for a claim."""

    def __init__(self, before: Manifest, after: Manifest) -> None:
        self._before, self._after = before, after
        self._new = after.papers.keys() - before.papers.keys()
        self._gone = before.papers.keys() - after.papers.keys()
        self._changed = {
            paper_id
            for paper_id in before.papers.keys() & after.papers.keys()
            if before.papers[paper_id] != after.papers[paper_id]
        }
        self._made = tuple(_making(before, after))
        self.general = (*self._made, *self._papers())

    def change(self, became: Became, before: Claim | None, after: Claim | None) -> Change:
        """A change with its reasons: those of the papers that it cites, else what differs in general."""
        cited = {paper_id for claim in (before, after) if claim for paper_id in _papers(claim)}
        own = [
            f"{what}: {paper_id}"
            for what, ids in (("new paper", self._new), ("paper gone", self._gone), ("paper changed", self._changed))
            for paper_id in sorted(cited & ids)
        ]
        return Change(became=became, before=before, after=after, reasons=tuple(own) or self.general)

    def _papers(self) -> Iterator[str]:
        counts = (("new", self._new), ("gone", self._gone), ("changed", self._changed))
        told = [f"{len(ids)} {what}" for what, ids in counts if ids]
        if told:
            yield f"other papers ({', '.join(told)})"


def _making(before: Manifest, after: Manifest) -> Iterator[str]:
    """What was set otherwise."""
    for name in ("model", "prompts", "seed"):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            yield f"{name}: {_told(one)} → {_told(other)}"
    if before.model == after.model and before.identity != after.identity:
        yield "the model's endpoint or settings"
    if before.failed.keys() != after.failed.keys():
        yield f"requests that the model failed at: {len(before.failed)} → {len(after.failed)}"
    for name in sorted(before.settings.keys() | after.settings.keys()):
        one, other = before.settings.get(name, ""), after.settings.get(name, "")
        if one != other:
            yield f"{name}: {_told(one)} → {_told(other)}"
    then, now = ({"conspectus": one.version} | one.versions for one in (before, after))
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            yield f"{name}: {then.get(name, 'none')} → {now.get(name, 'none')}"


def _told(value: object) -> str:
    return "none" if value == "" else str(value)
