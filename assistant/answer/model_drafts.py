"""What a model is given to read, and what it writes.

The evidence is abstracts by relevance, numbered, as many as fit into its context. A text is read as drafts of claims:
from JSON that is still growing, or from sentences with ``[n]``.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic_core import from_json

from assistant.answer.model import Model, OnText, SchemaRefused
from assistant.escaping import escape_marks
from assistant.llm.model_limits import CHARACTERS_A_TOKEN, estimate_tokens
from assistant.types import Usage
from assistant.verify.injection import strip_injections
from prompts import Prompts, Role
from store.errors import PromptTooLong
from store.paper import Paper
from store.text.clean import clean_characters, clean_text
from store.text.sentences import sentence_spans

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

T = TypeVar("T")

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


def compute_token_budget(question: str, context: int, answer: int) -> int:
    """Compute the tokens for abstracts: what question and answer leave of the context, at least a quarter of it."""
    return max(context // 4, context - answer - FRAME - estimate_tokens(question))


def pack_papers(papers: Sequence[Paper], room: int) -> list[Paper]:
    """Take the first papers that fit into so many tokens.

    The order is that of relevance, so it is the least relevant that are left out. The first one is always taken,
    its abstract cut if it has to be (see ``format_evidence``).
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


CUT = "the model's answer was cut off; its last sentence is left out"
BROKEN = "the model's answer was not in the form asked for, twice; what could be read of it is shown"
# The longest thing that changes how the next character is escaped is "https:/" or "www"; rounded up.
_BEFORE = 8


class Generation:
    """One text being generated. After ``run`` ``drafts`` holds its sentences, ``usage`` and ``notes`` what it took.

    Args:
        model: Who writes.
        prompts: The form of the answer is taken from them.
        role: ``ANSWER``, ``REPAIR`` or ``REPORT``.
        values: The placeholders of that prompt, ``form`` aside.
    """

    def __init__(self, model: Model, prompts: Prompts, role: Role, values: dict[str, str]) -> None:
        self._model = model
        self._prompts = prompts
        self._role = role
        self._values = values
        self.drafts: list[DraftClaim] = []
        self.usage = Usage()
        self.notes: list[str] = []

    async def run(self, config: "RunnableConfig | None" = None, show: OnText | None = None) -> None:
        """Generate the text.

        A text that is broken or empty is asked for once more. One that was cut off keeps its whole sentences.

        Args:
            config: Langchain's, for its callbacks.
            show: Told each piece of the sentences as it comes, as Markdown.

        Raises:
            ModelError: The model gives no answer.
        """
        for last in (False, True):
            try:
                finished = await self._generate_once(last, config, show)
            except SchemaRefused:  # Nothing of it was shown; in plain text this cannot happen again.
                finished = await self._generate_once(last, config, show)
            if finished:
                return

    async def _generate_once(self, last: bool, config: "RunnableConfig | None", show: OnText | None) -> bool:
        """Generate the text once; False asks for it once more."""
        length = 0

        async def show_growth(text: str) -> None:
            nonlocal length
            sentences = read_growing_text(text)
            if show and len(sentences) > length:
                start, length = length, len(sentences)
                await show(_as_markdown(sentences, start))

        form = self._prompts.render(Role.FORM_JSON if self._model.writes_json else Role.FORM_TEXT)
        prompt = self._prompts.render(self._role, **self._values, form=form)
        on_text = show_growth if show else None
        text, cut, usage = await self._model.complete(prompt, config, form=True, on_text=on_text)
        self.usage += usage
        parsed = parse_answer(text)
        if parsed.broken and not cut and not last:
            return False
        self.notes += [CUT] if cut else [BROKEN] if parsed.broken else []
        if parsed.broken:
            self.drafts = salvage_json(text)
        else:  # Of JSON that could be read every sentence is whole.
            self.drafts = parsed.drafts[:-1] if cut and not is_json(text) else parsed.drafts
        return True


def _as_markdown(text: str, start: int) -> str:
    """What a text has from a place on, as Markdown that shows just this, on one line and without control characters."""
    before = escape_marks(text[max(0, start - _BEFORE) : start])
    piece = escape_marks(text[max(0, start - _BEFORE) :])[len(before) :]
    edges = [" " if edge.isspace() else "" for edge in (piece[0], piece[-1])]
    return f"{edges[0]}{clean_characters(piece)}{edges[1]}" if piece.strip() else " "


_MARKS = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_NOTHING = re.compile(r"^\W*not\s+stated\W*$", re.I)
# Where the answer begins in what a talkative model writes around it, and what it writes behind it.
_OPENING = re.compile(r'\{\s*"claims"')
_FENCE = re.compile(r"^\s*```(?:json)?\s*|\s*```[^`\"]*$")


class DraftClaim(NamedTuple):
    """A sentence as the model wrote it and the numbers that it cites; nothing of it is checked."""

    text: str
    sources: tuple[int, ...] = ()


class ParsedAnswer(NamedTuple):
    """Drafts in order; ``broken`` says that the text is not of the form asked for."""

    drafts: list[DraftClaim]
    broken: bool = False


def parse_answer(text: str) -> ParsedAnswer:
    """Parse a whole answer, in whichever of the two forms it is; an empty one is broken."""
    if not text.strip():
        return ParsedAnswer([], broken=True)
    return parse_json(text) if is_json(text) else parse_text(text)


def is_json(text: str) -> bool:
    """Whether an answer, perhaps only its beginning, is meant as JSON."""
    return text.lstrip().startswith(("{", "[{", "```")) or bool(_OPENING.search(text))


def parse_json(text: str) -> ParsedAnswer:
    """Parse drafts from JSON, whatever the model wrote around it."""
    try:
        claims = _find_claims(from_json(_find_body(text)))
    except ValueError:
        return ParsedAnswer([], broken=True)
    drafts = [_parse_draft(claim) for claim in claims or ()]
    readable = [draft for draft in drafts if draft is not None and draft.text]
    return ParsedAnswer(readable, broken=claims is None or len(readable) < len(claims))


def read_growing_text(text: str) -> str:
    """Read the sentences in an answer that is still being written, as they are; it only ever grows with the answer."""
    if not is_json(text):
        return text.partition("{")[0]
    try:
        claims = _find_claims(from_json(_find_body(text), allow_partial="trailing-strings"))
    except ValueError:
        return ""
    texts = (claim.get("text") for claim in claims or () if isinstance(claim, dict))
    return " ".join(text for text in texts if isinstance(text, str))


def salvage_json(text: str) -> list[DraftClaim]:
    """Read the whole claims of JSON that was cut off; a half sentence at the end is dropped."""
    try:
        claims = _find_claims(from_json(_find_body(text), allow_partial=True))
    except ValueError:
        return []
    drafts = [_parse_draft(claim) for claim in claims or ()]
    return [draft for draft in drafts if draft is not None and draft.text and draft.sources]


def parse_text(text: str) -> ParsedAnswer:
    """Parse drafts from sentences that end in ``[n]``; a number behind the stop belongs to the sentence before it."""
    if _NOTHING.match(text):
        return ParsedAnswer([])
    plain = clean_text(re.sub(r"([.!?])((?:\s*\[\d[\d\s,;–-]*\])+)", r"\2\1", text))
    drafts = []
    for start, end in sentence_spans(plain):
        sentence = plain[start:end]
        numbers = tuple(dict.fromkeys(n for match in _MARKS.finditer(sentence) for n in _parse_numbers(match.group(1))))
        bare = clean_text(_MARKS.sub("", sentence).strip(" -*•"))
        if any(character.isalnum() for character in bare):
            drafts.append(DraftClaim(bare, numbers))
    return ParsedAnswer(drafts)


def _find_body(text: str) -> str:
    opening = _OPENING.search(text)
    return _FENCE.sub("", text[opening.start() :] if opening else text)


def _find_claims(value: Any) -> list[Any] | None:
    claims = value.get("claims") if isinstance(value, dict) else value
    return claims if isinstance(claims, list) else None


def _parse_draft(claim: Any) -> DraftClaim | None:
    if not isinstance(claim, dict) or not isinstance(claim.get("text"), str):
        return None
    sources = claim.get("sources", [])
    numbers = [n for n in sources if isinstance(n, int)] if isinstance(sources, list) else []
    return DraftClaim(clean_text(_MARKS.sub("", claim["text"])), tuple(dict.fromkeys(numbers)))


def _parse_numbers(mark: str) -> list[int]:
    """Parse the numbers of ``1, 3`` or ``2-4``."""
    numbers: list[int] = []
    for part in re.split(r"[,;]", mark):
        ends = [int(end) for end in re.findall(r"\d+", part)]
        # "1-900" is no list of sources: what ends far behind its beginning is cut; 20 chosen by hand.
        numbers += range(ends[0], min(ends[-1], ends[0] + 20) + 1) if len(ends) == 2 else ends
    return numbers
