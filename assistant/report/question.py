"""``question``: a long answer: the sentences that answer best, then what each theme of the papers says to it."""

import re

from assistant.report.grouping import themes
from assistant.report.outline import NUMBERS, OPEN, Role
from assistant.report.report_outline import Outline, Part, Plan
from assistant.report.request import Request
from assistant.report.scope import Scope
from store.errors import InputError
from store.index.schema import terms
from store.library import Library

SENTENCES = 6
SHOWN = 12


def outline(library: Library, scope: Scope, request: Request) -> Outline:
    """A short answer, a section a theme, and what is open.

    Raises:
        InputError: There is no question.
    """
    if not request.topic:
        raise InputError("There is no question to answer.", "Say it: conspectus report question QUESTION")
    answers = answering(request.topic)
    found = themes(library, scope.papers, request.seed)
    parts = [
        Plan(
            theme.heading,
            theme.papers,
            [Part(answers, theme.papers[:SHOWN], SHOWN, each=True)],
        )
        for theme in found
    ]
    rest = [Part(role, scope.papers, SENTENCES) for role in (NUMBERS, OPEN)]
    return Outline(
        request.topic,
        [
            Plan("In short", scope.papers, [Part(answers, scope.papers[:SHOWN], SENTENCES)]),
            *parts,
            Plan("Numbers and open questions", scope.papers, rest),
        ],
        themes=found,
    )


def answering(question: str) -> Role:
    """The role of a sentence that speaks to a question: it holds its words."""
    words = [re.escape(word) for word in terms(question)]
    cue = re.compile(r"\b(?:" + "|".join(words) + ")", re.IGNORECASE) if words else re.compile(r"(?!)")
    return Role("", f"what answers the question: {question}", cue)
