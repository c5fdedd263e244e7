"""What the engine tells while it works. Interfaces match on the class; nothing in the engine prints."""

from typing import Literal

from assistant.types import Answer, Claim
from store.paper import Frozen


class Searching(Frozen):
    """The question as it is searched, after what it refers to was filled in."""

    event: Literal["searching"] = "searching"
    query: str


class EvidenceFound(Frozen):
    """Ids of the papers that the answer may rest on, best first."""

    event: Literal["evidence_found"] = "evidence_found"
    paper_ids: tuple[str, ...]


class TextDelta(Frozen):
    """A further piece of the answer as it is written; a model's words are a draft until ``ClaimChecked`` has them."""

    event: Literal["text_delta"] = "text_delta"
    text: str


class Repairing(Frozen):
    """So many sentences were not worded as in their sources; the model is shown them once and writes them again."""

    event: Literal["repairing"] = "repairing"
    claims: int


class ClaimChecked(Frozen):
    """A sentence of the answer was compared with the words of its source."""

    event: Literal["claim_checked"] = "claim_checked"
    claim: Claim


class AnswerDone(Frozen):
    """The last event: the whole answer."""

    event: Literal["answer_done"] = "answer_done"
    answer: Answer


AskEvent = Searching | EvidenceFound | TextDelta | ClaimChecked | Repairing | AnswerDone
