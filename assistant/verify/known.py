"""Whether a source knows a name."""

import re

from assistant.verify.names import forms_of, is_name
from assistant.verify.source import OPENING, Source
from assistant.verify.tokens import is_plain, stem

# Names of whole fields, which any paper of the field may be said to be of.
_FIELDS = frozenset("ai ml".split())
_LONGEST_ENDING = 4


def known(name: str, source: Source) -> bool:
    """Whether a source holds a name: as written, in pieces, as an acronym of its words, or with another ending."""
    if any(form in source.forms or form in _FIELDS for form in forms_of(name)[:2]):
        return True
    pieces = [piece for piece in re.split(r"[-./&+]", name) if piece]
    if len(pieces) > 1:
        return all(known(piece, source) or (not is_name(piece, False) and is_plain(piece.lower())) for piece in pieces)
    if _abbreviates(name, source) or _abbreviates(name[1:], source):
        return True
    bare = forms_of(name)[0]
    return stem(bare) in source.form_stems or any(_akin(bare, one) for one in source.openings.get(bare[:OPENING], ()))


def _abbreviates(name: str, source: Source) -> bool:
    """Whether the first letters of words of the source that follow each other give an acronym of three or more."""
    letters = name.removesuffix("s") if name[:-1].isupper() else name
    return len(letters) > 2 and letters.isupper() and letters.isalpha() and letters.lower() in source.initials


def _akin(one: str, other: str) -> bool:
    """Whether two names are one with another ending: Rawls and Rawlsian, Bayes and Bayesian."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and len(long) - len(short) <= _LONGEST_ENDING
