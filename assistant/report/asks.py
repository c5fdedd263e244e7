"""What a model is asked for the parts of a section: each time some abstracts, and what to tell of them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.answer.context import MAX_PAPERS, budget
from assistant.answer.given import Given
from assistant.report.extractive import best
from assistant.report.report_outline import Part, Plan
from store.paper import Paper


class Room(NamedTuple):
    """Tokens that a model reads and writes in all, and those that it writes at the most."""

    context: int
    max_output: int


class Ask(NamedTuple):
    """One request: the place of its part among those asked for, the abstracts with what to tell, and how much."""

    part: int
    given: Given
    most: int


def asks(plan: Plan, topic: str, room: Room) -> list[Ask]:
    """What to ask for a section, part by part.

    Parts over the same papers are given the same text, so a server that keeps what it has read reads it once.

    Args:
        plan: The section.
        topic: What the report is about, "" for nothing in particular.
        room: Of the model.
    """
    return [ask for n, part in enumerate(plan.asked) for ask in _of_part(n, part, topic, room)]


def wanted(part: Part, topic: str) -> str:
    """What to tell, in words."""
    return f"{part.role.ask} (the report is about: {topic})" if topic and topic not in part.role.ask else part.role.ask


def _of_part(n: int, part: Part, topic: str, room: Room) -> Iterator[Ask]:
    question = wanted(part, topic)
    tokens = budget(question, *room)
    papers = part.papers[: part.most] if part.each else _telling(part)
    while papers:
        given = Given(papers, question, tokens)
        yield Ask(n, given, len(given.papers) if part.each else part.most)
        papers = papers[len(given.papers) :] if part.each else ()


def _telling(part: Part) -> Sequence[Paper]:
    """The papers of a part; where they are many, those with the sentences that tell it best."""
    if len(part.papers) <= MAX_PAPERS:
        return part.papers
    return [quote.paper for quote in best(part.role, part.papers, set(), MAX_PAPERS)]
