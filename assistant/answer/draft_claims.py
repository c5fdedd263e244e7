"""What a reading of a model's answer gives, whichever form the answer has."""

from typing import NamedTuple


class DraftClaim(NamedTuple):
    """A sentence as the model wrote it and the numbers that it cites; nothing of it is checked."""

    text: str
    sources: tuple[int, ...] = ()


class ParsedAnswer(NamedTuple):
    """Drafts in order; ``broken`` says that the text is not of the form asked for.

    Without drafts and not broken the model says that the abstracts do not answer.
    """

    drafts: list[DraftClaim]
    broken: bool = False
