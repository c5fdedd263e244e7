"""The values that the public API gives back. Every one is frozen and serialises to JSON."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Self

from store.paper import Frozen


class Support(StrEnum):
    """Whether the cited sentences carry a claim, as checked against the source."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"


class Citation(Frozen):
    """A sentence span that a claim rests on: ``quote == paper.abstract[start:end]``.

    ``n`` is the number of the reference. A claim about the catalogue itself (a year, an author) rests on
    the record; where that paper has no abstract, ``quote`` is empty and ``start == end == 0``.
    """

    n: int
    paper_id: str
    title: str
    quote: str
    start: int
    end: int


class Claim(Frozen):
    """One sentence of an answer with its citations and the outcome of the check."""

    text: str
    support: Support
    citations: tuple[Citation, ...] = ()


class Reference(Frozen):
    """A paper that an answer cites, numbered from 1 in order of first use.

    ``authors`` holds names in order; ``authors_truncated`` says that the source hid some.
    """

    n: int
    paper_id: str
    title: str
    authors: tuple[str, ...] = ()
    authors_truncated: bool = False
    year: int | None = None
    venue: str | None = None
    urls: tuple[str, ...] = ()


class Usage(Frozen):
    """Tokens that a model took; all 0 without one."""

    input_tokens: int = 0
    output_tokens: int = 0


class Trace(Frozen):
    """How an answer came about: the question as searched, its kind, filters in words, time in seconds."""

    searched: str = ""
    kind: str = ""
    filters: str = ""
    papers_considered: int = 0
    seconds: float = 0.0


class Answer(Frozen):
    """A checked answer. ``text`` is Markdown in which ``[n]`` points into ``references``.

    ``abstained`` with its ``reason`` says that the library does not hold enough to answer.
    ``mode`` names what wrote it: ``extractive`` (quoted sentences) or a model's name.
    """

    question: str
    text: str
    claims: tuple[Claim, ...] = ()
    references: tuple[Reference, ...] = ()
    abstained: bool = False
    reason: str = ""
    mode: str = "extractive"
    usage: Usage = Usage()
    trace: Trace = Trace()


class Turn(Frozen):
    """One question of a session, its answer (None when it failed) and the error it failed with."""

    asked_at: datetime
    question: str
    answer: Answer | None = None
    error: str = ""

    @classmethod
    def now(cls, question: str, answer: Answer | None = None, error: str = "") -> Self:
        """A turn that ends at this moment."""
        return cls(asked_at=datetime.now(UTC), question=question, answer=answer, error=error)


class Session(Frozen):
    """A saved conversation: turns in the order they were asked."""

    id: str
    title: str
    created_at: datetime
    turns: tuple[Turn, ...] = ()


class SessionInfo(Frozen):
    """A session as a list shows it."""

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    turns: int
