"""What a sentence of an abstract is for."""

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
