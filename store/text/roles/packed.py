"""Roles as they are stored beside a paper: derived, so that those of another version are assigned again."""

import re
from collections.abc import Sequence

from store.text.roles.role import Role, RoledSentence

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
