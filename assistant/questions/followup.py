"""What "it" and "they" mean: a question that follows another takes the papers of the earlier answer with it."""

import re
from collections.abc import Sequence

from assistant.types import Turn
from store.paper import Frozen

_POINTS_BACK = re.compile(
    r"^\s*(?:and|but|so|also|then|what about|how about|what else|why|why not|how so|how come|in (?:which|what) way)\b"
    r"|\b(?:it|its|they|them|their|theirs|this|these|those|he|she|his|her|him)\b"
    r"|\bthat\s+(?:paper|work|study|method|approach|model|result|one|dataset|data|framework|algorithm|library|benchmark)\b"
    r"|\bthe\s+(?:paper|authors?|method|approach|study|same|former|latter|first one|second one|results?|work)\s*[?.!]*$"
    r"|\bthe\s+(?:same|former|latter)\b",
    re.I,
)
_EXPLETIVE = re.compile(r"\bis\s+it\s+(?:possible|true|known|clear)\b|\bthis\s+library\b", re.I)


class Context(Frozen):
    """What an earlier turn leaves for the next: its papers, best first, and what was searched for.

    ``pointed`` says that the question points back ("it", "those papers"); otherwise the papers are only where to
    look when the question finds nothing by itself ("How many experts helped?").
    """

    paper_ids: tuple[str, ...] = ()
    searched: str = ""
    pointed: bool = False


def context(question: str, history: Sequence[Turn]) -> Context:
    """What the session's earlier turns say of a question; empty at its beginning."""
    answers = [turn.answer for turn in history if turn.answer and turn.answer.references]
    if not answers:
        return Context()
    last = answers[-1]
    return Context(
        paper_ids=tuple(reference.paper_id for reference in last.references),
        searched=last.trace.searched,
        pointed=bool(_POINTS_BACK.search(_EXPLETIVE.sub(" ", question))),
    )
