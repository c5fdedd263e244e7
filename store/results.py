"""What searching and adding give back, and the events of an import while it runs."""

from typing import Literal

from store.paper import Frozen, Paper, Problem, Source


class ScoredSentence(Frozen):
    """A sentence of an abstract: ``text == abstract[start:end]``; ``score`` is 0–1 against the question."""

    text: str
    start: int
    end: int
    score: float = 0.0


class Hit(Frozen):
    """A paper found, its fused ``score`` (0–1 within one search) and its sentences, best first.

    ``cosine`` is the similarity of question and abstract (−1 to 1), ``stands_out`` by how many standard deviations it
    is above that of an average paper of the library, ``bm25`` the lexical score (≥ 0). ``relevance`` is the probability
    that the paper is about what was searched for, which can be compared between searches; 0 where it was not estimated.
    """

    paper: Paper
    score: float
    cosine: float = 0.0
    bm25: float = 0.0
    relevance: float = 0.0
    stands_out: float = 0.0
    sentences: tuple[ScoredSentence, ...] = ()


class NamedPaper(Frozen):
    """A paper that was called by a name; ``by_title`` where a part of its title said which, perhaps with a typo."""

    paper: Paper
    by_title: bool = False


class Match(Frozen):
    """A record that would be joined with a paper: which one, where it stands, with which paper, and why."""

    title: str
    source: Source
    paper_id: str
    reason: str


class Duplicate(Frozen):
    """Two papers that may be one, and what speaks for it; ``same`` where the rule itself would join them."""

    first: Paper
    second: Paper
    reason: str
    same: bool = False


class AddReport(Frozen):
    """How an import went: counts of records, and what could not be taken as it stood.

    ``records == added + updated + merged + unchanged`` + the problems that are ``lost``.
    """

    records: int = 0
    """Records that were read, those that could not be taken among them."""
    with_abstract: int = 0
    """Records that have an abstract."""
    added: int = 0
    """Records that became a paper of their own."""
    updated: int = 0
    """Records that took the place of an older state of themselves."""
    merged: int = 0
    """Records that were joined with others of their paper."""
    unchanged: int = 0
    """Records that were there already."""
    left_out: int = 0
    """Papers that a condition of the import (category, year) left out."""
    problems: tuple[Problem, ...] = ()
    matches: tuple[Match, ...] = ()
    """What would be merged; of a dry run only."""
    pending: int = 0
    """Papers of the library that words alone find, until they are embedded."""


class AddStarted(Frozen):
    """Reading begins; ``total_bytes`` is the size of the file, 0 where it is unknown."""

    event: Literal["add_started"] = "add_started"
    file: str
    total_bytes: int = 0


class BatchStored(Frozen):
    """A batch is on disk and will survive a crash: counts of records so far, ``fraction`` of the file (0–1)."""

    event: Literal["batch_stored"] = "batch_stored"
    added: int
    updated: int
    merged: int = 0
    unchanged: int
    fraction: float


class VectorsStored(Frozen):
    """So many papers that words alone found got their vectors, of so many that are to get them."""

    event: Literal["vectors_stored"] = "vectors_stored"
    done: int
    total: int


class ProblemFound(Frozen):
    """A record could not be taken as it stood."""

    event: Literal["problem_found"] = "problem_found"
    problem: Problem


class AddDone(Frozen):
    """The last event: the whole report."""

    event: Literal["add_done"] = "add_done"
    report: AddReport


AddEvent = AddStarted | BatchStored | ProblemFound | VectorsStored | AddDone
