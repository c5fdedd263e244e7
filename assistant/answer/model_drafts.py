"""What a model is given to read, and what it writes.

The evidence is abstracts by relevance, numbered, as many as fit into its context. A text is read as drafts of claims
(see ``assistant.answer.json_drafts`` and ``text_drafts``), also while it is growing. What cannot be read is a failure
of the model, never silence of the abstracts.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from assistant.answer.draft_claims import DraftClaim, ParsedAnswer
from assistant.answer.json_drafts import is_json, parse_json, read_growing_json, salvage_json
from assistant.answer.model import Completion, Model, OnText, OnThinking, SchemaRefused
from assistant.answer.text_drafts import begins_answer, parse_text
from assistant.escaping import escape_marks
from assistant.llm.model_limits import CHARACTERS_A_TOKEN, estimate_tokens
from assistant.llm.thinking import Thought, goes_on, split_thinking
from assistant.types import Usage
from assistant.verify.injection import strip_injections
from prompts import PromptRole, Prompts
from store.errors import NoAnswer, PromptTooLong
from store.paper import Paper
from store.text.clean import clean_characters

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
    def asked(self) -> str:
        """What is asked, without what is only a hint: a sentence that says no more than this says nothing."""
        return self._question

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


def pack_papers(papers: Sequence[Paper], room: int, most: int = MAX_PAPERS) -> list[Paper]:
    """Take the first papers that fit into so many tokens, and no more than ``most``.

    The order is that of relevance, so it is the least relevant that are left out. The first one is always taken,
    its abstract cut if it has to be (see ``format_evidence``).
    """
    packed: list[Paper] = []
    for paper in papers[:most]:
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
# Characters of what could not be read that its error shows.
_SHOWN = 200
# Characters at the end of a text that stand in it more often than so where a model goes round in a circle. By hand.
_ROUND, _ROUNDS = 40, 3
# Characters of a growing text in which its first sentence is looked for; chosen by hand.
_BEGINNING = 500
# The longest thing that changes how the next character is escaped is "https:/" or "www"; rounded up.
_BEFORE = 8
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")


class Generation:
    """One text being generated. After ``run`` ``drafts`` holds its sentences, ``usage`` and ``notes`` what it took.

    Args:
        model: Who writes.
        prompts: The form of the answer is taken from them.
        role: ``ANSWER``, ``REPAIR`` or ``REPORT``.
        values: The placeholders of that prompt, ``form`` aside.
    """

    def __init__(self, model: Model, prompts: Prompts, role: PromptRole, values: dict[str, str]) -> None:
        self._model = model
        self._prompts = prompts
        self._role = role
        self._values = values
        self.drafts: list[DraftClaim] = []
        self.usage = Usage()
        self.notes: list[str] = []

    async def run(
        self,
        config: "RunnableConfig | None" = None,
        show: OnText | None = None,
        show_thinking: OnThinking | None = None,
    ) -> None:
        """Generate the text.

        A text that is broken or empty is asked for once more. One that was cut off keeps its whole sentences.

        Args:
            config: Langchain's, for its callbacks.
            show: Told each piece of the sentences as it comes, as Markdown.
            show_thinking: Told how much has come of thinking.

        Raises:
            NoAnswer: What the model wrote cannot be read, twice, or was cut off before its first sentence was whole.
            ModelError: The model gives no answer.
        """
        for last in (False, True):
            try:
                finished = await self._generate_once(last, config, show, show_thinking)
            except SchemaRefused:  # Nothing of it was shown; in plain text this cannot happen again.
                finished = await self._generate_once(last, config, show, show_thinking)
            if finished:
                return

    async def _generate_once(
        self,
        last: bool,
        config: "RunnableConfig | None",
        show: OnText | None,
        show_thinking: OnThinking | None,
    ) -> bool:
        """Generate the text once; False asks for it once more."""
        emitted = ""
        thought, size = Thought("", ""), 0  # As the text was when it was split last: a long one takes a while.

        async def show_growth(text: str) -> None:
            nonlocal emitted, thought, size
            if thought.open and thought.thinking and goes_on(text, size):
                if show_thinking:
                    await show_thinking(_count_tokens(len(thought.thinking) + len(text) - size))
                return
            sentences = read_growing_text(text, begun=bool(emitted))
            thought, size = Thought("", "") if emitted or sentences else split_thinking(text), len(text)
            if show_thinking and thought.open:
                await show_thinking(_count_tokens(len(thought.thinking)))
            elif show and len(sentences) > len(emitted) and sentences.startswith(emitted):
                start, emitted = len(emitted), sentences
                await show(_as_markdown(sentences, start))

        form = self._prompts.render(PromptRole.FORM_JSON if self._model.writes_json else PromptRole.FORM_TEXT)
        prompt = self._prompts.render(self._role, **self._values, form=form)
        on_text = show_growth if show else None
        completion = await self._model.complete(prompt, config, form=True, on_text=on_text, on_thinking=show_thinking)
        text, cut = completion.text, completion.cut
        self.usage += completion.usage
        self.notes += [note for note in completion.notes if note not in self.notes]
        parsed = parse_answer(text)
        if parsed.broken and not cut and not last:
            return False
        if parsed.broken:
            self.drafts = salvage_json(text) if is_json(text) else []
        else:  # Of JSON that could be read every sentence is whole.
            self.drafts = parsed.drafts[:-1] if cut and not is_json(text) else parsed.drafts
        if not self.drafts and (parsed.broken or parsed.drafts):
            raise explain_unreadable(self._model.title, completion, self._model.max_output)
        self.notes += [CUT] if cut else [BROKEN] if parsed.broken else []
        return True


def _count_tokens(characters: int) -> int:
    return int(characters / CHARACTERS_A_TOKEN) + 1


def explain_unreadable(title: str, completion: Completion, max_output: int) -> NoAnswer:
    """Explain that what a model wrote could not be read as an answer, and what to set.

    Args:
        title: The model, at the beginning of a sentence.
        completion: What it wrote.
        max_output: Tokens that it might write.
    """
    thought = completion.usage.reasoning_tokens
    of_thinking = f", {thought} of its {completion.usage.output_tokens} tokens of reasoning," if thought else ""
    end = f" It ended with “{completion.finish_reason}”." if completion.finish_reason else ""
    came = clean_characters(completion.text)
    begins = f" It begins: “{came[:_SHOWN]}{'…' if len(came) > _SHOWN else ''}”"
    if completion.cut and _goes_round(completion.text):
        what = f"{title} wrote the same again and again until it was cut off, and no sentence with its sources."
        return NoAnswer(f"{what}{end}{begins}", "Name a larger model.")
    if completion.cut:
        what = f"{title} was cut off{of_thinking} before a sentence with its sources was whole."
        hint = f"Set max_output to more than {max_output}{', or reasoning to low or none' if thought else ''}."
        return NoAnswer(f"{what}{end}{begins}", hint)
    what = f"{title} wrote nothing{of_thinking} that can be read as an answer, twice."
    return NoAnswer(
        f"{what}{end}{begins}", "Set response_format, or name another model. Try: conspectus doctor --models."
    )


def _goes_round(text: str) -> bool:
    """Tell whether a text ends in what it has said several times before."""
    return len(text) > _ROUND and text.count(text[-_ROUND:]) > _ROUNDS


def _as_markdown(text: str, start: int) -> str:
    """What a text has from a place on, as Markdown that shows just this, on one line and without control characters."""
    text = text.translate(_CONTROLS)  # What they begin would be taken for no mark, and the rest of it for one.
    before = escape_marks(text[max(0, start - _BEFORE) : start])
    piece = escape_marks(text[max(0, start - _BEFORE) :])[len(before) :]
    edges = [" " if edge.isspace() else "" for edge in (piece[0], piece[-1])]
    return f"{edges[0]}{clean_characters(piece)}{edges[1]}" if piece.strip() else " "


def parse_answer(text: str) -> ParsedAnswer:
    """Parse a whole answer, in whichever of the two forms it is; an empty one is broken."""
    if not text.strip():
        return ParsedAnswer([], broken=True)
    return parse_json(text) if is_json(text) else parse_text(text)


def read_growing_text(text: str, begun: bool = False) -> str:
    """Read the sentences in an answer that is still being written, as they are; it only ever grows with the answer.

    Nothing is read before the answer begins: of thinking, and of plain text of which the first sentence is not yet
    whole or cites nothing, which may turn out to be talk or thinking. ``begun`` says that some was read before.
    """
    answer = split_thinking(text).rest
    before, _, json = answer.partition("{")
    if (begun and before.strip(" \n[`")) or (before.strip() and begins_answer(before[:_BEGINNING])):
        return before
    if json and is_json(answer):
        return read_growing_json(answer)
    return ""
