"""What searching and adding give back."""

from store.paper import Frozen, Paper, Problem


class ScoredSentence(Frozen):
    """A sentence of an abstract: ``text == abstract[start:end]``; ``score`` is 0–1 against the question."""

    text: str
    start: int
    end: int
    score: float = 0.0


class Hit(Frozen):
    """A paper found, its fused ``score`` (0–1 within one search) and its sentences, best first.

    ``cosine`` is the similarity of question and abstract (−1 to 1), ``bm25`` the lexical score (≥ 0).
    """

    paper: Paper
    score: float
    cosine: float = 0.0
    bm25: float = 0.0
    sentences: tuple[ScoredSentence, ...] = ()


class AddReport(Frozen):
    """How an import went: counts of papers, and what could not be taken as it stood."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
