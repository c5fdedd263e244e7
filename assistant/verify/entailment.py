"""The second stage of the check: whether the sentences that carry a claim also say it.

The rules of ``assistant.verify`` compare words. A second stage (a small model that was trained for it, or a chat model)
looks at the sense of a few sentences. ``combine_stages`` is the one place where the two meet: a stage raises only what
the rules found nothing against, and it fails closed, for where it gives no answer no sign is raised.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from assistant.concurrency import in_thread
from assistant.types import Citation, Decision, Support, Usage
from assistant.verify.verdict import Finding, FindingKind, Verdict
from store.errors import EmbedderError
from store.paper import Paper
from store.text.sentences import sentence_spans

# Sentences of one paper that a stage is shown: those that are cited (three at the most, see ``alignment``), and what
# stands beside them, for "it" and "the others" point there. Chosen by hand, not measured.
MOST_SENTENCES = 5
# Requests in a row that may fail before a stage is not asked any more in the same run; chosen by hand, not measured.
PATIENCE = 2
# Probabilities may have been rounded to two digits each.
_ROUNDING = 0.02


class Statement(NamedTuple):
    """A claim and the sentences that carry it, the best first."""

    claim: str
    evidence: tuple[str, ...]


class Probabilities(NamedTuple):
    """Whether the evidence says a claim, is silent on it, or says otherwise; they add up to 1.

    ``measured`` is False where a stage only chose one of the three and gave no probability.
    """

    says: float
    silent: float
    opposes: float
    measured: bool = True

    @property
    def is_sound(self) -> bool:
        """Whether these are probabilities: NaN is none, and what does not add up answers another question."""
        values = (self.says, self.silent, self.opposes)
        return all(0.0 <= value <= 1.0 for value in values) and abs(sum(values) - 1.0) < _ROUNDING


class SecondStage(Protocol):
    """Looks at the sense of claims; ``name`` is that of its model."""

    @property
    def name(self) -> str:
        """The name of the model, as readers are told it."""

    @property
    def stage(self) -> Literal["learned", "model"]:
        """Whether it is a model trained for this, or a chat model."""

    async def rate(self, statements: Sequence[Statement]) -> list[Probabilities | None]:
        """Rate statements, in their order; None where the stage gives no answer."""


@runtime_checkable
class WeighingStage(Protocol):
    """A stage without a model of its own, which weighs anew what the rules found and may move a sign by one step."""

    def weigh(self, verdict: Verdict, papers: Sequence[Paper]) -> Verdict:
        """Weigh a verdict that may change (see ``can_change``); any other stays as it is."""


class Ratings(NamedTuple):
    """What a stage answered, what that took, requests that were answered and that failed, and why they failed."""

    rated: list[Probabilities | None]
    usage: Usage = Usage()
    answered: int = 0
    failed: int = 0
    notes: tuple[str, ...] = ()


@runtime_checkable
class CountingStage(SecondStage, Protocol):
    """A stage that takes tokens, and may fail."""

    @property
    def identity(self) -> str:
        """What its answers depend on, for caches."""

    async def rate_and_count(self, statements: Sequence[Statement]) -> Ratings:
        """Rate statements, and tell what it took and what went wrong."""


class Thresholds(NamedTuple):
    """From which probability on a stage is believed.

    ``says`` holds where the rules found nothing against a claim, ``sure`` where they missed words of it, ``opposes``
    for a contradiction.
    """

    says: float
    sure: float
    opposes: float


# Chosen by hand: more likely than not; and where the rules missed words, nine to one. A model that chooses without a
# probability gives 1 and 0, so for it they make no difference.
THRESHOLDS: Mapping[str, Thresholds] = MappingProxyType(
    {"model": Thresholds(0.5, 0.9, 0.5), "learned": Thresholds(0.5, 0.9, 0.5)}
)


def can_change(verdict: Verdict) -> bool:
    """Tell whether a second stage may change a verdict: nothing was found against it, or only words are missing.

    Findings about numbers, names, negation, direction and hedges are never overruled.
    """
    if verdict.support is Support.WORDED:
        return True
    return verdict.support is Support.DOUBTFUL and all(
        finding.kind is FindingKind.WORDS and finding.support is Support.DOUBTFUL for finding in verdict.findings
    )


def combine_stages(verdict: Verdict, statement: Statement, rating: Probabilities | None, stage: SecondStage) -> Verdict:
    """Combine what the rules found with what a second stage answered, None where it gave no answer.

    A verdict that no stage may change (see ``can_change``) stays as it is. Else it is noted that the stage was asked:
    without an answer the support stays what the rules gave, and does not hold.
    """
    if not can_change(verdict):
        return verdict
    if rating is None or not rating.is_sound:
        return verdict.model_copy(update={"decision": verdict.decision.model_copy(update={"asked": True})})
    least = THRESHOLDS[stage.stage]
    decision = Decision(
        stage=stage.stage, by=stage.name, probability=rating.says if rating.measured else None, asked=True
    )
    if rating.opposes >= least.opposes and rating.opposes > rating.says:
        nearest = f": “{statement.evidence[0]}”" if statement.evidence else ""
        return _lower(verdict, decision, f"its source says otherwise, by {stage.name}{nearest}", Support.CONTRADICTED)
    if verdict.support is Support.WORDED and rating.says < least.says:
        return _lower(verdict, decision, f"its source does not say this, by {stage.name}", Support.DOUBTFUL)
    if verdict.support is Support.DOUBTFUL and rating.says < least.sure:
        return verdict.model_copy(update={"decision": decision})
    remarks = tuple(finding for finding in verdict.findings if finding.support.rank <= Support.WORDED.rank)
    return verdict.model_copy(update={"support": Support.ENTAILED, "findings": remarks, "decision": decision})


def _lower(verdict: Verdict, decision: Decision, reason: str, support: Support) -> Verdict:
    finding = Finding(kind=FindingKind.SENSE, reason=reason, support=support)
    return verdict.model_copy(
        update={"support": support, "decision": decision, "findings": (*verdict.findings, finding)}
    )


def select_evidence(citations: Sequence[Citation], papers: Sequence[Paper]) -> tuple[str, ...]:
    """Select the sentences of papers that a stage is shown: those that are cited, then those beside them.

    Args:
        citations: Where a claim rests; one without a quote rests on the title.
        papers: The papers without what gives orders (see ``assistant.verify.injection``): only what they still hold is
            shown.
    """
    rows = [_rank_sentences(paper, citations) for paper in papers]
    cited = [text for row in rows for text, is_cited in row if is_cited]
    beside = [text for row in rows for text, is_cited in row if not is_cited]
    return tuple(dict.fromkeys([*cited, *beside]))


def _rank_sentences(paper: Paper, citations: Sequence[Citation]) -> list[tuple[str, bool]]:
    """List sentences of one paper, the cited ones first, and whether each is cited."""
    spans = sentence_spans(paper.abstract)
    places = list(
        dict.fromkeys(place for here in citations if here.paper_id == paper.id for place in _find(here, spans))
    )
    beside = dict.fromkeys(near for place in places for near in (place - 1, place + 1) if 0 <= near < len(spans))
    on_title = any(here.paper_id == paper.id and not here.quote for here in citations)
    rows = [(paper.title, True)] if on_title and paper.title else []
    rows += [(_cut(paper.abstract, spans[place]), True) for place in places]
    rows += [(_cut(paper.abstract, spans[place]), False) for place in beside if place not in places]
    return rows[:MOST_SENTENCES]


def _find(citation: Citation, spans: Sequence[tuple[int, int]]) -> Iterator[int]:
    return (place for place, (start, end) in enumerate(spans) if start < citation.end and citation.start < end)


def _cut(text: str, span: tuple[int, int]) -> str:
    return " ".join(text[slice(*span)].split())


class Patience:
    """How often a stage failed in a row; several runs may share one."""

    def __init__(self) -> None:
        self._failures = 0

    @property
    def is_lost(self) -> bool:
        """Whether the stage is not to be asked any more."""
        return self._failures >= PATIENCE

    def count(self, answered: int, failed: int) -> None:
        """Count requests that were answered and that failed."""
        self._failures = 0 if answered else self._failures + failed


class StageRun:
    """The checks of one answer or draft by a second stage; without a stage nothing changes.

    Args:
        stage: Who looks at the sense; None for nobody.
        patience: Shared with other runs that give a failing stage up together; None for one of its own.

    Attributes:
        usage: What the stage took so far.
        notes: What went wrong, in words.
    """

    def __init__(self, stage: SecondStage | WeighingStage | None, patience: Patience | None = None) -> None:
        self.usage = Usage()
        self.notes: tuple[str, ...] = ()
        self._stage = stage
        self._patience = patience or Patience()

    @property
    def has_stage(self) -> bool:
        """Whether anybody is asked."""
        return self._stage is not None

    async def judge(self, verdicts: Sequence[Verdict], papers: Sequence[Sequence[Paper]]) -> list[Verdict]:
        """Have the verdicts that may change looked at, all of them together.

        Args:
            verdicts: What the rules found.
            papers: Of each verdict the papers that its citations point into, without what gives orders.
        """
        if self._stage is None:
            return [*verdicts]
        if isinstance(self._stage, WeighingStage):
            weigh = self._stage.weigh
            try:
                return await in_thread(lambda: [weigh(*row) for row in zip(verdicts, papers, strict=True)])
            except EmbedderError as error:  # What the rules found needs no weights, and holds.
                self._note(f"the words were not weighed: {error.what}")
                return [*verdicts]
        places = [place for place, verdict in enumerate(verdicts) if can_change(verdict)]
        make = partial(_make_statements, [(verdicts[place], papers[place]) for place in places])
        statements = await in_thread(make)
        distinct = list(dict.fromkeys(statement for statement in statements if statement.evidence))
        rated = dict(zip(distinct, await self._rate(self._stage, distinct), strict=True))
        judged = [*verdicts]
        for place, statement in zip(places, statements, strict=True):
            judged[place] = combine_stages(verdicts[place], statement, rated.get(statement), self._stage)
        return judged

    async def _rate(self, stage: SecondStage, statements: Sequence[Statement]) -> Sequence[Probabilities | None]:
        nothing = [None] * len(statements)
        if not statements:
            return nothing
        if self._patience.is_lost:
            self._note(f"{stage.name} was not asked any more for it failed {PATIENCE} times in a row")
            return nothing
        if not isinstance(stage, CountingStage):
            ratings = Ratings(await stage.rate(statements))
        else:
            ratings = await stage.rate_and_count(statements)
        self.usage += ratings.usage
        self._patience.count(ratings.answered, ratings.failed)
        missing = sum(rating is None for rating in ratings.rated)
        if missing:
            why = f": {ratings.notes[0]}" if ratings.notes else ""
            self._note(f"{stage.name} gave no answer on {missing} of {len(statements)} claims{why}")
        return ratings.rated if len(ratings.rated) == len(statements) else nothing

    def _note(self, note: str) -> None:
        self.notes = tuple(dict.fromkeys((*self.notes, note)))


def _make_statements(rows: Sequence[tuple[Verdict, Sequence[Paper]]]) -> list[Statement]:
    return [Statement(verdict.text, select_evidence(verdict.citations, papers)) for verdict, papers in rows]
