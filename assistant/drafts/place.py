"""Where a library says something: the values that ``papers.where`` gives back. Every one serialises to JSON."""

from pydantic import computed_field

from assistant.types import Decision, Support
from store.paper import Frozen

NOWHERE = "no paper in the library says this"
_NOT_AMONG_THESE = "no paper that the filters let through says this"


class Place(Frozen):
    """A sentence of a paper, or several in a row, beside the text that was looked for.

    Attributes:
        paper_id: The paper.
        key: What the library would cite it by.
        title: Its title, with a mark where it was retracted.
        quote: ``abstract[start:end]``; "" where the title, the record or nothing is nearest.
        start: Where the quote begins in the abstract.
        end: Where it ends.
        support: How far the paper says it.
        decision: Who says so.
        reasons: What is wanting, or what it says instead; none where all is well.
        retraction: That the paper was taken back, "" where it stands.
        verbatim: Whether the text stands there word for word.
        chance: That the paper is one that the text comes from (0–1), by words and meaning.
    """

    paper_id: str
    key: str
    title: str
    quote: str
    start: int
    end: int
    support: Support
    decision: Decision = Decision()
    reasons: tuple[str, ...] = ()
    retraction: str = ""
    verbatim: bool = False
    chance: float = 1.0


class Places(Frozen):
    """Where a library says a text, each list the best first.

    Attributes:
        text: What was looked for.
        said: Where it is said.
        denied: Where the contrary is said.
        near: What comes nearest besides; it does not say it.
        narrowed: Whether filters left papers of the library out, which may say it.
    """

    text: str
    said: tuple[Place, ...] = ()
    denied: tuple[Place, ...] = ()
    near: tuple[Place, ...] = ()
    narrowed: bool = False

    @computed_field  # type: ignore[prop-decorator]
    @property
    def summary(self) -> str:
        """What it comes to, in a few words."""
        # What is only worded alike has the words: whether it says the same, nobody looked.
        says = [place for place in self.said if place.verbatim or place.support in (Support.QUOTED, Support.ENTAILED)]
        doubtful = sum(place.support is Support.DOUBTFUL for place in self.said)
        alike = len(self.said) - len(says) - doubtful
        verbatim = sum(place.verbatim for place in says)
        word_for_word = f", {verbatim} of them word for word" if verbatim else ""
        if says:
            parts = [f"{_count(len(says), 'say')} this{', word for word' if verbatim == len(says) else word_for_word}"]
        elif not alike:
            nowhere = _NOT_AMONG_THESE if self.narrowed else NOWHERE
            parts = [nowhere + (" without a doubt" if doubtful else "")]
        else:
            parts = []
        parts += [f"{_count(alike, 'use')} its words"] if alike else []
        parts += [f"{doubtful} may say it" if says or alike else f"{doubtful} may"] if doubtful else []
        parts += [f"{_count(len(self.denied), 'say')} otherwise"] if self.denied else []
        return "; ".join(parts)


def _count(papers: int, verb: str) -> str:
    return f"1 paper {verb}s" if papers == 1 else f"{papers} papers {verb}"
