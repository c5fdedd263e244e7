"""Results of the check of a draft. Every value is frozen and serialises to JSON."""

from enum import StrEnum

from pydantic import computed_field

from assistant.drafts.place import Place
from assistant.phrases import describe_support
from assistant.types import Claim, Decision, Support, Usage
from store.paper import Frozen


class Relation(StrEnum):
    """What one paper says of a sentence, as far as its words tell."""

    SUPPORTS = "supports"
    PARTLY = "supports partly"
    CONTRADICTS = "contradicts"
    SILENT = "does not say this"
    UNKNOWN = "unknown key"


class SentenceOutcome(StrEnum):
    """What became of a sentence: a ``Support`` or an unknown key where it cites, the next four where it does not."""

    QUOTED = "quoted"
    ENTAILED = "entailed"
    WORDED = "worded"
    DOUBTFUL = "doubtful"
    ABSENT = "absent"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown key"
    CITABLE = "could cite"
    NEAR = "near in doubt"
    DISPUTED = "disputed"
    NOTHING = "nothing found"
    SKIPPED = "skipped"

    @classmethod
    def _missing_(cls, value: object) -> "SentenceOutcome | None":
        """Read a value that was written before there were six supports."""
        try:
            return cls(Support(value).value)  # type: ignore[arg-type]
        except ValueError:
            return None


# For what was written before papers had a support of their own.
_FORMER = {
    Relation.SUPPORTS: Support.WORDED,
    Relation.PARTLY: Support.DOUBTFUL,
    Relation.CONTRADICTS: Support.CONTRADICTED,
    Relation.SILENT: Support.ABSENT,
}


class CitedPaper(Frozen):
    """One paper beside a sentence.

    ``key`` is the key as the draft writes it, or, for a paper that was found, the one that the library would cite it
    by. ``support`` is what comparing the sentence with it came to, None for an unknown key; ``decision`` who said so.
    ``quote`` is the sentence of the abstract that comes nearest, "" where none does; ``reasons`` say what is
    wanting; ``retraction`` says that the paper was taken back, "" where it stands.
    """

    key: str
    relation: Relation
    paper_id: str = ""
    title: str = ""
    quote: str = ""
    retraction: str = ""
    reasons: tuple[str, ...] = ()
    support: Support | None = None
    decision: Decision = Decision()

    @property
    def words(self) -> str:
        """What its sign says, in words."""
        support = self.support or _FORMER.get(self.relation)
        return describe_support(support, self.decision.by) if support else self.relation.value


class CheckedSentence(Frozen):
    """A sentence of a draft and what was found.

    ``line`` counts from 1; ``text`` is the sentence as the draft has it, on one line. ``claim`` is what was compared
    (its text without marks and citations), None where nothing was. ``papers`` are those that it cites, each by
    itself, or, where it cites none, those of the library that are worded so or contradict it. ``elsewhere`` are places
    in other papers that say what those cited do not. Sentences are looked at together by a second stage: ``usage`` and
    ``notes`` of the first of them say what it took for all, and what failed.
    """

    line: int
    text: str
    outcome: SentenceOutcome
    contradicted: bool = False
    claim: Claim | None = None
    papers: tuple[CitedPaper, ...] = ()
    elsewhere: tuple[Place, ...] = ()
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fine(self) -> bool:
        """Whether nothing that it cites is wrong: no unknown key, and it was found there and not contradicted."""
        unknown = any(paper.relation is Relation.UNKNOWN for paper in self.papers)
        wrong = (SentenceOutcome.ABSENT, SentenceOutcome.CONTRADICTED, SentenceOutcome.UNKNOWN)
        return self.outcome not in wrong and not unknown
