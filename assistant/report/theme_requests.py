"""What a model is asked for a report on themes, from facts: what papers share, how they differ, what is open.

What relates the themes is asked in the same way, over the papers that stand for each.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.answer.model_drafts import PromptContext, compute_token_budget, format_evidence, pack_papers
from assistant.report.facts import UNDONE, FactKind, PaperFacts
from assistant.report.outline import SectionPlan
from assistant.report.requests import GenerationRequest, TokenBudget
from assistant.report.theme_names import SharedPhrase, find_shared_phrases
from assistant.verify.injection import strip_injections
from prompts import PromptRole
from store.paper import Paper

MOST_PAPERS = 20
"""Papers of one request: facts are short, so more fit than abstracts. Chosen by hand, not measured."""
# Phrases that a request hints at, and papers that it names for each; chosen by hand.
_PHRASES, _NAMED = 6, 6


class ThemeAspect(NamedTuple):
    """One thing to tell of a theme.

    Attributes:
        label: Heads the paragraph.
        ask: What a model is asked for.
        kinds: Facts that it is given.
        most: Sentences at the most.
        across: Each sentence is over several papers.
        least: Papers with such facts from which on it is asked for.
    """

    label: str
    ask: str
    kinds: tuple[FactKind, ...]
    most: int
    across: bool
    least: int = 2


_DONE = (FactKind.AIM, FactKind.METHOD, FactKind.DATA, FactKind.RESULT)
WHOLE = ThemeAspect(
    "", "one sentence that is true of most of these papers: what they all study or propose.", _DONE, 1, across=True
)
AGREE = ThemeAspect(
    "",
    "what several of these papers state alike: shared methods, aims, data and findings, each in one short sentence that"
    " is true of every paper it cites; two citations or more for each.",
    _DONE,
    5,
    across=True,
)
DIFFER = ThemeAspect(
    "How they differ",
    "what sets these papers apart: a sentence each on another method, other data, another scale or another finding than"
    " that of the others.",
    _DONE,
    5,
    across=False,
)
UNDONE_SAID = ThemeAspect(
    "Open questions",
    "which limits of their own work these papers name, and what they say in their own words is still to be found out.",
    UNDONE,
    4,
    across=False,
)
ASPECTS = (WHOLE, AGREE, DIFFER, UNDONE_SAID)
"""What is told of a theme, in order."""
COMPARED = ThemeAspect("", "", _DONE, 1, across=True)
"""What two papers share; of a comparison, which has a prompt of its own (see ``assistant.report.joint_sentences``)."""
RELATED = ThemeAspect(
    "What relates the themes",
    "what papers of different themes have in common: shared methods, aims, data and findings, each in one short"
    " sentence that is true of every paper it cites, with citations of two themes or more.",
    _DONE,
    5,
    across=True,
)
"""What is told of all themes together."""


class FactContext(PromptContext):
    """Papers with some of their facts in place of their abstracts, as many as fit into ``room`` tokens.

    Args:
        papers: The papers, the most central first; each has facts.
        question: What is asked about them.
        room: Tokens that they may take.
        texts: The facts in words, by the papers' ids.
        hint: Words of the papers that may help to answer.
    """

    def __init__(
        self, papers: Sequence[Paper], question: str, room: int, texts: Mapping[str, Sequence[str]], hint: str = ""
    ) -> None:
        self._question = question
        self._hint = hint
        self._room = room
        self._texts = texts
        fact_lists = [_show_facts(paper, texts[paper.id]) for paper in papers]
        packed = pack_papers(fact_lists, room, MOST_PAPERS)
        self.papers = [*papers[: len(packed)]]
        self.evidence = format_evidence([strip_injections(paper) for paper in packed], room)

    @property
    def values(self) -> dict[str, str]:
        """The placeholders of a prompt."""
        return {"evidence": self.evidence, "question": " ".join(filter(None, (self._question, self._hint)))}

    def halved(self) -> "FactContext":
        """Half as much of it."""
        papers = self.papers[: max(1, len(self.papers) // 2)]
        return FactContext(papers, self._question, self._room // 2, self._texts, self._hint)


def _show_facts(paper: Paper, texts: Sequence[str]) -> Paper:
    lines = [text if text.rstrip().endswith((".", "?", "!")) else f"{text}." for text in texts]
    return paper.model_copy(update={"abstract": " ".join(lines)})


def list_theme_requests(
    plan: SectionPlan, topic: str, facts: Mapping[str, PaperFacts], room: TokenBudget
) -> list[tuple[ThemeAspect, GenerationRequest]]:
    """List what to ask for a section that is written from facts; what too few papers state is not asked for.

    Args:
        plan: The section.
        topic: What the report is about, "" for nothing in particular.
        facts: Of its papers, by their ids.
        room: Of the model.
    """
    aspects = (RELATED,) if plan.related else ASPECTS
    requests = []
    for place, aspect in enumerate(aspects):
        texts = {paper.id: facts[paper.id].list_texts(aspect.kinds) for paper in plan.sources if paper.id in facts}
        papers = [paper for paper in plan.sources if texts.get(paper.id)]
        if len(papers) < aspect.least:
            continue
        question = f"{aspect.ask} The report is about: {topic}." if topic else aspect.ask
        hint = _phrase_hint(aspect, plan, papers)
        context = FactContext(papers, question, compute_token_budget(f"{question} {hint}", *room), texts, hint)
        requests.append((aspect, GenerationRequest(place, context, aspect.most, aspect.across, PromptRole.SYNTHESIS)))
    return requests


Turn = list[tuple[ThemeAspect, GenerationRequest]]


def list_turns(
    plan: SectionPlan, topic: str, facts: Mapping[str, PaperFacts], room: TokenBudget
) -> tuple[Turn, Turn, Turn]:
    """List the same by turns: what is asked of several papers, how they differ where that is not told yet, the rest."""
    requests = list_theme_requests(plan, topic, facts, room)
    return (
        [one for one in requests if one[0].across],
        [one for one in requests if one[0] is DIFFER],
        [one for one in requests if one[0] is UNDONE_SAID],
    )


def _phrase_hint(aspect: ThemeAspect, plan: SectionPlan, papers: Sequence[Paper]) -> str:
    """Phrase what may help: the names of the themes, and for sentences over several papers phrases that these share."""
    hints = [f"The themes: {'; '.join(plan.related)}."] if plan.related else []
    shared = find_shared_phrases(papers[:MOST_PAPERS])[:_PHRASES] if aspect.across else []
    hints += [f"Phrases that several of them use: {'; '.join(map(_show_phrase, shared))}."] if shared else []
    return " ".join(hints)


def _show_phrase(phrase: SharedPhrase) -> str:
    return f"{phrase.text} {''.join(f'[{place + 1}]' for place in phrase.places[:_NAMED])}"
