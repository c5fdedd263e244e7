"""The evidence as it is given to the model."""

from collections.abc import Sequence

from assistant.answer.context import evidence, pack, tokens
from assistant.verify.injection import trusted
from store.paper import Paper


class Given:
    """The papers that fit into ``room`` tokens, and their text without what gives orders to its reader.

    Args:
        papers: What was found, best first.
        question: What is asked about them.
        room: Tokens that they may take.
    """

    def __init__(self, papers: Sequence[Paper], question: str, room: int) -> None:
        self._question = question
        self._room = room
        self.papers = pack(papers, room)
        self.evidence = evidence([trusted(paper) for paper in self.papers], room)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the papers."""
        return tuple(paper.id for paper in self.papers)

    @property
    def values(self) -> dict[str, str]:
        """The placeholders of a prompt."""
        return {"evidence": self.evidence, "question": self._question}

    def halved(self) -> "Given":
        """Half as much of it."""
        return Given(self.papers, self._question, min(self._room, tokens(self.evidence)) // 2)
