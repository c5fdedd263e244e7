"""What is said of sentences that were compared with their sources: their words were looked at, not their sense.

Words, numbers, names and plain negation are compared. That is no check of the sense, so nothing here says that a
sentence is checked, verified or supported.
"""

WORDED = "worded as in its source"
PARTLY = "partly worded as in its source"
NOT_SO = "not worded so in its source"
COMPARED = "every sentence is compared with the words of its source"
STRICT = "leave out what is not worded as in its source"
SENSE = "words, numbers, names and plain negation are compared, not the sense"


def count_worded(number: int, total: int) -> str:
    """Count the sentences that are worded so: ``5 of 7 worded as in their sources``."""
    return f"{number:,} of {total:,} {inflect_worded(total)}"


def inflect_worded(total: int) -> str:
    """Say ``WORDED`` of one sentence or of several."""
    return WORDED if total == 1 else "worded as in their sources"
