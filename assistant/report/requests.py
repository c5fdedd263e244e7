"""What a model is asked for a report: to tell something of some abstracts, part by part, and to name its themes.

A name that the papers of a theme do not carry is not taken: the label made of their words stays.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from assistant.answer.model_drafts import MAX_PAPERS, PromptContext, compute_token_budget
from assistant.report.extractive import CLOSING, MISSING, OPENING, quote_papers
from assistant.report.outline import ParagraphPlan, SectionPlan
from assistant.report.schema import Cell, Section, Table
from assistant.report.themes import Theme
from assistant.verify.injection import is_instruction, strip_injections
from prompts import PromptRole
from store.index.index_schema import extract_terms
from store.paper import Paper
from store.text.clean import clean_text


class TokenBudget(NamedTuple):
    """Tokens that a model reads and writes in all, and those that it writes at the most."""

    context: int
    max_output: int


class GenerationRequest(NamedTuple):
    """One request: a part among those asked for, the abstracts with what to tell, and how much.

    Attributes:
        part: The place of its part.
        context: The papers, and what to tell of them.
        most: Sentences at the most.
        across: Each sentence is over several papers.
        role: Of the prompt; ``SYNTHESIS`` writes from facts.
    """

    part: int
    context: PromptContext
    most: int
    across: bool = False
    role: PromptRole = PromptRole.REPORT


def list_requests(plan: SectionPlan, topic: str, room: TokenBudget) -> list[GenerationRequest]:
    """List what to ask for a section, part by part.

    Parts over the same papers are given the same text, so a server that keeps what it has read reads it once.

    Args:
        plan: The section.
        topic: What the report is about, "" for nothing in particular.
        room: Of the model.
    """
    return [ask for n, part in enumerate(plan.requested_parts) for ask in _split_part(n, part, topic, room)]


def _split_part(n: int, part: ParagraphPlan, topic: str, room: TokenBudget) -> Iterator[GenerationRequest]:
    """Ask for a part as often as it takes until each paper that needs a sentence was shown."""
    question = part.role.ask
    if topic and topic not in question:
        question = f"{question} (the report is about: {topic})"
    tokens = compute_token_budget(question, *room)
    papers = part.papers[: part.most] if part.each else _choose_papers(part)
    while papers:
        context = PromptContext(papers, question, tokens)
        yield GenerationRequest(n, context, len(context.papers) if part.each else part.most)
        papers = papers[len(context.papers) :] if part.each else ()


def _choose_papers(part: ParagraphPlan) -> Sequence[Paper]:
    """Choose the papers of a part: where a model cannot be shown all, those with the sentences that tell it best."""
    if len(part.papers) <= MAX_PAPERS:
        return part.papers[:MAX_PAPERS]
    return [quote.paper for quote in quote_papers(part.role, part.papers, set(), MAX_PAPERS)]


LONGEST = 60
"""Characters of a name: what the head of a column has room for; chosen by hand, not measured."""
SHARED = 2
"""Papers that each word of a name has to stand in: what a single one says, or orders, names nothing."""
UNNAMED = "the model failed to name this theme; its label is made of the words of its papers"
_AROUND = re.compile(r"^(?:(?:name|heading|title|theme)\s*:)?[\s\"'“”‘’*_#`]+|[\s\"'“”‘’*_#`.]+$", re.IGNORECASE)
_PLAIN = re.compile(r"[^\W_][\w \-–&,/'’().:+]*")


def read_name(reply: str, papers: Sequence[Paper]) -> str:
    """Read the name that a model replied; "" where it is none that these papers carry.

    It is one line of at most ``LONGEST`` characters without marks of any language, gives no orders, and each of its
    words, stop words aside, stands in ``SHARED`` of the papers.
    """
    lines = [line for line in reply.splitlines() if line.strip()]
    name = clean_text(_AROUND.sub("", lines[0])) if lines else ""
    name = _AROUND.sub("", name)
    if not 0 < len(name) <= LONGEST or not _PLAIN.fullmatch(name) or is_instruction(name):
        return ""
    words, counts = set(extract_terms(name)), Counter(chain.from_iterable(_list_words(paper) for paper in papers))
    is_carried = bool(words) and all(counts[word] >= min(SHARED, len(papers)) for word in words)
    return name[:1].upper() + name[1:] if is_carried else ""


def choose_names(themes: Sequence[Theme], replies: Mapping[int, str], headings: Collection[str]) -> dict[str, str]:
    """Choose names for themes, no two alike.

    Args:
        themes: The themes.
        replies: What a model replied, by the places of the themes.
        headings: Those of other sections, which no theme may have.

    Returns:
        The names by the labels that they replace.
    """
    used = {heading.casefold() for heading in (*headings, OPENING, CLOSING, MISSING)}
    names: dict[str, str] = {}
    for n, theme in enumerate(themes):
        name = read_name(replies.get(n, ""), theme.papers)
        if name and name.casefold() not in used:
            used.add(name.casefold())
            names[theme.label] = name
    return names


def rename_themes(
    section: Section, themes: Sequence[Theme], names: Mapping[str, str], failed: Collection[str]
) -> Section:
    """Put the names of themes into the heading of a section and the head of its table.

    Args:
        section: The section.
        themes: The themes of the report.
        names: By the labels that they replace.
        failed: Labels for which the model gave no name; the section's note says so.
    """
    labels = {theme.heading: theme.label for theme in themes}
    label = labels.get(section.heading, "")
    notes = [section.note, UNNAMED if label in failed else ""]
    changed: dict[str, object] = {
        "heading": names.get(label, section.heading),
        "note": "; ".join(note for note in notes if note),
    }
    if section.table and any(theme.label in section.table.head for theme in themes):
        changed["table"] = Table(
            head=tuple(names.get(cell, cell) for cell in section.table.head), rows=section.table.rows
        )
    elif section.table and "Theme" in section.table.head:
        column = section.table.head.index("Theme")
        rows = (
            tuple(
                Cell(text=names.get(cell.text, cell.text)) if place == column else cell
                for place, cell in enumerate(row)
            )
            for row in section.table.rows
        )
        changed["table"] = Table(head=section.table.head, rows=tuple(rows))
    if section.lead:
        lead = section.lead
        for old, new in names.items():
            lead = lead.replace(f"“{old}”", f"“{new}”")
        changed["lead"] = lead
    return section.model_copy(update=changed)


def _list_words(paper: Paper) -> set[str]:
    safe = strip_injections(paper)
    return {*extract_terms(safe.title), *extract_terms(safe.abstract)}
