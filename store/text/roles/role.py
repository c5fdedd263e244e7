"""What a sentence of an abstract is for, and how that is stored beside a paper.

Roles are derived: those of another version are assigned again.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from store.paper import Frozen


class Role(StrEnum):
    """What a sentence is for.

    Attributes:
        BACKGROUND: What was the case before: the field, a problem, earlier work.
        AIM: What the paper sets out to do, its question or hypothesis.
        METHOD: What was done, made or proposed, with whom and with what.
        RESULT: What was found.
        CONCLUSION: What follows from it.
        LIMITATION: What the paper says that it does not show.
        AVAILABILITY: Where code, data or the registration of a study are.
    """

    BACKGROUND = "background"
    AIM = "aim"
    METHOD = "method"
    RESULT = "result"
    CONCLUSION = "conclusion"
    LIMITATION = "limitation"
    AVAILABILITY = "availability"


class RoledSentence(Frozen):
    """A sentence without its label, ``abstract[start:end]``, and its role.

    ``labelled`` says that the abstract itself names the role ("RESULTS: …"); else a classifier chose it.
    """

    start: int
    end: int
    role: Role
    labelled: bool = False


# Of labels, features and weights: raise it when one of them changes, and what was stored counts no more.
VERSION = 3
_LETTERS = dict(zip(Role, "bamrclv", strict=True))
_ROLES = {letter: role for role, letter in _LETTERS.items()}
_SENTENCE = re.compile(r"(\d+)-(\d+)([a-z])", re.I)


def pack_roles(sentences: Sequence[RoledSentence]) -> str:
    """Write roles as text: ``1 0-120b 121-300R``, the version first; a capital letter is a role by a label."""
    parts = [str(VERSION)]
    for start, end, role, labelled in ((s.start, s.end, s.role, s.labelled) for s in sentences):
        letter = _LETTERS[role]
        parts.append(f"{start}-{end}{letter.upper() if labelled else letter}")
    return " ".join(parts)


def unpack_roles(text: str) -> tuple[RoledSentence, ...] | None:
    """Read what ``pack_roles`` wrote; None where it is of another version, or nothing."""
    version, _, packed = text.partition(" ")
    if version != str(VERSION):
        return None
    return tuple(
        RoledSentence(start=int(start), end=int(end), role=_ROLES[letter.lower()], labelled=letter.isupper())
        for start, end, letter in _SENTENCE.findall(packed)
    )
