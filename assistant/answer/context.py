"""The evidence as a model reads it: abstracts by relevance, numbered, as many as fit.

The evidence as it is given to the model.
"""

from collections.abc import Sequence

from assistant.verify.injection import trusted
from store.paper import Paper

# A rough measure that needs no tokenizer of the model: English has 4 to 5 characters a token, formulas fewer.
CHARACTERS_A_TOKEN = 3.5
MAX_PAPERS = 12
# The instructions around the evidence and the question, in tokens.
FRAME = 400


def tokens(text: str) -> int:
    """About how many tokens a text takes; rather too many than too few."""
    return int(len(text) / CHARACTERS_A_TOKEN) + 1


def budget(question: str, context: int, answer: int) -> int:
    """Tokens for abstracts: what the question and the answer leave of the context, and at least a quarter of it."""
    return max(context // 4, context - answer - FRAME - tokens(question))


def pack(papers: Sequence[Paper], room: int) -> list[Paper]:
    """The first papers that fit into so many tokens.

    The order is that of relevance, so it is the least relevant that are left out. The first one is always taken,
    its abstract cut if it has to be (see ``evidence``).
    """
    packed: list[Paper] = []
    for paper in papers[:MAX_PAPERS]:
        room -= tokens(block(len(packed) + 1, paper))
        if packed and room < 0:
            break
        packed.append(paper)
    return packed


def evidence(papers: Sequence[Paper], room: int) -> str:
    """The abstracts as one text, numbered from 1 as the claims cite them; cut where even one is too long."""
    text = "\n\n".join(block(n, paper) for n, paper in enumerate(papers, 1))
    return text[: max(1, int(room * CHARACTERS_A_TOKEN))]


def block(n: int, paper: Paper) -> str:
    """One abstract. Angle brackets become others, so that no abstract can close the block it stands in."""
    abstract = paper.abstract or "(no abstract)"
    year = f" ({paper.year})" if paper.year else ""
    return f"[{n}] {paper.marked_title or '(no title)'}{year}\n{abstract}".replace("<", "‹").replace(">", "›")


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
