"""Results of the check of a draft. Every value is frozen and serialises to JSON."""

from enum import StrEnum

from pydantic import computed_field

from assistant.types import Claim, Usage
from store.paper import Frozen


class Relation(StrEnum):
    """What one paper says of a sentence, as far as its words tell."""

    SUPPORTS = "supports"
    PARTLY = "supports partly"
    CONTRADICTS = "contradicts"
    SILENT = "does not say this"
    UNKNOWN = "unknown key"


class SentenceOutcome(StrEnum):
    """What became of a sentence: the first four where it cites, the next three where it does not."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown key"
    CITABLE = "could cite"
    DISPUTED = "disputed"
    NOTHING = "nothing found"
    SKIPPED = "skipped"


class CitedPaper(Frozen):
    """One paper beside a sentence.

    ``key`` is the key as the draft writes it, or, for a paper that was found, the one that the library would cite it
    by. ``quote`` is the sentence of the abstract that comes nearest, "" where none does; ``reasons`` say what is
    wanting; ``retraction`` says that the paper was taken back, "" where it stands.
    """

    key: str
    relation: Relation
    paper_id: str = ""
    title: str = ""
    quote: str = ""
    retraction: str = ""
    reasons: tuple[str, ...] = ()


class Opinion(Frozen):
    """What a model thinks of a sentence; it changes nothing of what the check found.

    ``says`` is ``yes``, ``partly``, ``no`` or, where its reply is none of these, ``unclear``; "" where it gave none,
    and ``error`` then says why.
    """

    model: str
    says: str = ""
    error: str = ""
    usage: Usage = Usage()


class CheckedSentence(Frozen):
    """A sentence of a draft and what was found.

    ``line`` counts from 1; ``text`` is the sentence as the draft has it, on one line. ``claim`` is what was compared
    (its text without marks and citations), None where nothing was. ``papers`` are those that it cites, each by
    itself, or, where it cites none, those of the library that are worded so or contradict it.
    """

    line: int
    text: str
    outcome: SentenceOutcome
    contradicted: bool = False
    claim: Claim | None = None
    papers: tuple[CitedPaper, ...] = ()
    opinion: Opinion | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def fine(self) -> bool:
        """Whether nothing that it cites is wrong: no unknown key, and papers that are worded so at least partly."""
        unknown = any(paper.relation is Relation.UNKNOWN for paper in self.papers)
        return self.outcome not in (SentenceOutcome.UNSUPPORTED, SentenceOutcome.UNKNOWN) and not unknown
