"""What a model is given to read: abstracts by relevance, numbered, as many as fit into its context."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from assistant.verify.injection import strip_injections
from store.errors import PromptTooLong
from store.paper import Paper

T = TypeVar("T")

# A rough measure that needs no tokenizer of the model: English has 4 to 5 characters a token, formulas fewer.
CHARACTERS_A_TOKEN = 3.5
# As many as a question about a field is given (see ``assistant.answer.retrieval``); chosen by hand, not measured.
MAX_PAPERS = 12
# The instructions around the evidence and the question, in tokens; report.md, the longest prompt, takes about 300.
FRAME = 400
# How often the evidence is halved where a model takes less than it is said to; chosen by hand, not measured.
HALVINGS = 2


class PromptContext:
    """The papers that fit into ``room`` tokens, and their text without what gives orders to its reader.

    Args:
        papers: What was retrieved, best first.
        question: What is asked about them.
        room: Tokens that they may take.
    """

    def __init__(self, papers: Sequence[Paper], question: str, room: int) -> None:
        self._question = question
        self._room = room
        self.papers = pack_papers(papers, room)
        self.evidence = format_evidence([strip_injections(paper) for paper in self.papers], room)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the papers."""
        return tuple(paper.id for paper in self.papers)

    @property
    def values(self) -> dict[str, str]:
        """The placeholders of a prompt."""
        return {"evidence": self.evidence, "question": self._question}

    def halved(self) -> "PromptContext":
        """Half as much of it."""
        return PromptContext(self.papers, self._question, min(self._room, estimate_tokens(self.evidence)) // 2)


async def shrink_until_it_fits(context: PromptContext, write: Callable[[PromptContext], Awaitable[T]]) -> T:
    """Have something written from a context, or from half or a quarter of it where the model cannot take more.

    Args:
        context: All that there is.
        write: Called with as much as may fit.

    Raises:
        PromptTooLong: A quarter is still too long.
    """
    for _ in range(HALVINGS):
        try:
            return await write(context)
        except PromptTooLong:
            context = context.halved()
    return await write(context)


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a text takes; rather too many than too few."""
    return int(len(text) / CHARACTERS_A_TOKEN) + 1


def compute_token_budget(question: str, context: int, answer: int) -> int:
    """Compute the tokens for abstracts: what question and answer leave of the context, at least a quarter of it."""
    return max(context // 4, context - answer - FRAME - estimate_tokens(question))


def pack_papers(papers: Sequence[Paper], room: int) -> list[Paper]:
    """Take the first papers that fit into so many tokens.

    The order is that of relevance, so it is the least relevant that are left out. The first one is always taken,
    its abstract cut if it has to be (see ``evidence``).
    """
    packed: list[Paper] = []
    for paper in papers[:MAX_PAPERS]:
        room -= estimate_tokens(_format_abstract(len(packed) + 1, paper))
        if packed and room < 0:
            break
        packed.append(paper)
    return packed


def format_evidence(papers: Sequence[Paper], room: int) -> str:
    """Format abstracts as one text, numbered from 1 as the claims cite them; cut where even one is too long."""
    text = "\n\n".join(_format_abstract(n, paper) for n, paper in enumerate(papers, 1))
    return text[: max(1, int(room * CHARACTERS_A_TOKEN))]


def _format_abstract(n: int, paper: Paper) -> str:
    """Number an abstract. Angle brackets become others, so that no abstract can close the block it stands in."""
    abstract = paper.abstract or "(no abstract)"
    year = f" ({paper.year})" if paper.year else ""
    return f"[{n}] {paper.marked_title or '(no title)'}{year}\n{abstract}".replace("<", "‹").replace(">", "›")
