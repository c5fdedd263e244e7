"""Words that were meant to be another one."""

from collections.abc import Iterable

# Letters up to which two slips would make any other word of a word.
_SHORT = 4
# Letters that are looked at: more are no word.
_LONG = 40


def find_meant(word: str, words: Iterable[str]) -> str:
    """Find the word that one with up to two slips is meant to be, "" where there is none.

    A slip is a letter too many, too few, another, or two in the wrong order; of a short word one is all that is taken.
    """
    distances = {meant: count_slips(word.lower()[:_LONG], meant) for meant in words}
    near = min(distances, key=lambda meant: distances[meant])
    return near if distances[near] <= (1 if len(near) <= _SHORT else 2) else ""


def count_slips(written: str, meant: str) -> int:
    """Count the slips between two words (Damerau 1964: the restricted edit distance)."""
    rows = [list(range(len(meant) + 1))]
    for i, letter in enumerate(written, 1):
        row = [i]
        for j, meant_letter in enumerate(meant, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != meant_letter))
            if i > 1 and j > 1 and letter == meant[j - 2] and written[i - 2] == meant_letter:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
