"""Columns that ask for a sentence by its role: problem, aim, method, data, result, conclusion, limitation."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.abstracts.passages import Passage, PassageValue
from assistant.report.outline import DATA, METHODS, OPEN, RESULT, RhetoricalRole
from assistant.report.sentence_choice import Telling, rate_sentences
from assistant.table.columns import Column, load_words
from assistant.verify.injection import find_injection_start
from store.paper import Paper
from store.text.roles import Role, RoledSentence, assign_roles


class _Wanted(NamedTuple):
    """Which sentences may fill a column, those of the first roles before others, and by which cue one is chosen.

    Attributes:
        roles: The roles, the best first.
        cue: What the sentence tells; None takes the first.
        needs_cue: Whether a sentence without the cue does not count.
        last: Whether of equals the last is taken.
        telling: By which wording a sentence is found where none has the role; None for by none.
    """

    roles: tuple[Role, ...]
    cue: RhetoricalRole | None = None
    needs_cue: bool = False
    last: bool = False
    telling: Telling | None = None


_WANTED = {
    "problem": _Wanted((Role.BACKGROUND, Role.AIM), OPEN, last=True),
    "aim": _Wanted((Role.AIM,)),
    "method": _Wanted((Role.METHOD, Role.AIM), METHODS),
    "data": _Wanted((Role.METHOD, Role.RESULT, Role.AIM), DATA, needs_cue=True),
    "result": _Wanted((Role.RESULT, Role.CONCLUSION), RESULT),
    "conclusion": _Wanted((Role.CONCLUSION,), last=True),
    "limitation": _Wanted((Role.LIMITATION,), telling=Telling.LIMITATION),
    "availability": _Wanted((Role.AVAILABILITY,)),
}


def find_wanted_role(column: Column) -> str:
    """Find which role a column asks for ("limitation"); "" where its name is none."""
    words = re.findall(r"[^\W_]+", column.name.casefold())
    names = {word: role for role, line in load_words()["roles"].items() for word in line.split()}
    return names.get(words[-1], "") if len(words) <= 2 else ""  # "main result", but not a question.


def find_by_role(column: Column, paper: Paper, used: Sequence[tuple[int, int]] = ()) -> PassageValue | None:
    """Find the sentence of a paper that has the role that a column asks for, and tells it best.

    Args:
        column: The column.
        paper: The paper.
        used: Places of sentences that stand in other cells of the row; they are taken only where nothing else is left.
    """
    role_rule = _WANTED[find_wanted_role(column)]
    end = find_injection_start(paper.abstract)
    sentences = [sentence for sentence in assign_roles(paper.abstract) if sentence.end <= end]
    for role in role_rule.roles:
        for fresh in (True, False):
            fitting = [
                sentence
                for sentence in sentences
                if sentence.role is role and ((sentence.start, sentence.end) not in used) is fresh
            ]
            if chosen := _choose_sentence(role_rule, paper, fitting):
                return _make_value(paper, chosen.start, chosen.end)
    if role_rule.telling:  # The role is rarely assigned where no label says it; reports go by the wording, too.
        rated = [sentence for sentence in rate_sentences(role_rule.telling, paper.abstract, end) if sentence.score > 0]
        if best := max(rated, key=lambda sentence: sentence.score, default=None):
            return _make_value(paper, best.start, best.end)
    return None


def _make_value(paper: Paper, start: int, end: int) -> PassageValue:
    text = paper.abstract[start:end]
    return PassageValue(Passage(text, start), ((0, len(text)),), text=" ".join(text.split()))


def _choose_sentence(role_rule: _Wanted, paper: Paper, sentences: Sequence[RoledSentence]) -> RoledSentence | None:
    cue = role_rule.cue
    scored = [
        (cue.score_sentence(paper.abstract[sentence.start : sentence.end]) if cue else 0.0, sentence)
        for sentence in (reversed(sentences) if role_rule.last else sentences)
    ]
    if role_rule.needs_cue:
        scored = [pair for pair in scored if pair[0] > 0]
    return max(scored, key=lambda pair: pair[0], default=(0.0, None))[1]
