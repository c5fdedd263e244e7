"""What a sentence says and what it denies, word by word."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.verify.text import Word
from assistant.verify.tokens import cue, cue_stem, is_telling

_REACH = 4


class Sign(NamedTuple):
    """1 for what is said, -1 for what is denied, 0 for neither; ``rank`` counts from the denying word at ``by``."""

    sign: int
    rank: int
    by: int = -1


SAID = Sign(1, 0)


def signs(words: Sequence[Word]) -> list[Sign]:
    """Whether each word is said or denied: what denies reaches over the next few words of its clause."""
    found = [SAID] * len(words)
    for at in range(len(words)):
        denies = denial(words, at)
        if denies is not None:
            for rank, there in enumerate(_reached(words, at, denies[1]), 1):
                found[there] = Sign(denies[0], 0 if words[at].low == "non" else rank, at)
    return found


def _reached(words: Sequence[Word], at: int, most: int) -> Iterator[int]:
    """The telling words after a denying one, up to the end of its clause or the next denial."""
    left = 1 if words[at].low == "non" else most
    for there in range(at + 1, len(words)):
        other = words[there]
        next_one = denial(words, there)
        if not left or other.clause != words[at].clause or cue("bars", other.low) or (next_one and next_one[0] < 0):
            return
        if is_telling(other.low):
            left -= 1
            yield there


def denial(words: Sequence[Word], at: int) -> tuple[int, int] | None:
    """The sign that a word gives to those after it, and how many it reaches; None for most."""
    word = words[at]
    after = words[at + 1].low if at + 1 < len(words) else ""
    if word.low == "not" and after in ("only", "just", "necessarily", "merely"):
        return None
    if word.stem == "lack" and (word.low == "lacking" or after == "of" or (at and words[at - 1].low == "that")):
        return 0, _REACH
    if word.low in ("neither", "nor") and any(cue("denies", other.low) for other in words[:at]):
        return 0, _REACH  # more of the denial before
    if cue("denies", word.low) or word.low.endswith("n't") or cue_stem("denies", word.stem):
        return -1, _REACH
    if cue("spoils", word.low):
        return -1, 1
    if cue_stem("denies_doing", word.stem) and (after == "to" or after.endswith("ing")):
        return -1, _REACH
    if cue("sets_aside", word.low):
        return 0, len(words)
    return (0, _REACH) if cue_stem("softens", word.stem) or cue("softens", word.low) else None
