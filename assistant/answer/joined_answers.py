"""Two answers as one: the second behind the first, its papers numbered on from those of the first."""

import re

from assistant.escaping import escape_markdown
from assistant.types import Answer

# A number of ours; a bracket of a title has a backslash before it.
_MARK = re.compile(r"(?<!\\)\[(\d+)\]")


def join_facts(question: str, first: Answer, second: Answer, asked: str) -> Answer:
    """Join the answers to two questions of facts; what the second repeats is left out, and said is what finds none.

    Args:
        question: Both questions.
        first: The answer to the first.
        second: The answer to the second, or that there is none.
        asked: The second question.
    """
    if second.abstained:
        second = second.model_copy(update={"text": f"“{escape_markdown(asked)}”: {second.text}"})
    shown = {claim.text for claim in first.shown}
    if not second.abstained and shown.issuperset(claim.text for claim in second.shown):
        return first.model_copy(update={"question": question})
    joined = join_answers(question, first, second)
    shown |= {claim.text for claim in second.shown}
    further = {claim.text: claim for claim in joined.further if claim.text not in shown}
    return joined.model_copy(update={"claims": (*joined.shown, *further.values()), "abstained": False, "reason": ""})


def join_answers(question: str, first: Answer, second: Answer) -> Answer:
    """Join the answers to the two parts of a question; a paper of both keeps the number that it has in the first."""
    numbers = {reference.paper_id: reference.n for reference in first.references}
    for reference in second.references:
        numbers.setdefault(reference.paper_id, len(numbers) + 1)
    renumbered = {reference.n: numbers[reference.paper_id] for reference in second.references}
    text = _MARK.sub(lambda mark: f"[{renumbered.get(int(mark[1]), mark[1])}]", second.text)
    claims = tuple(
        claim.model_copy(
            update={
                "citations": tuple(
                    citation.model_copy(update={"n": numbers[citation.paper_id]}) for citation in claim.citations
                )
            }
        )
        for claim in second.claims
    )
    added = tuple(
        reference.model_copy(update={"n": numbers[reference.paper_id]})
        for reference in second.references
        if numbers[reference.paper_id] > len(first.references)
    )
    notes = tuple(dict.fromkeys((*first.trace.notes, *second.trace.notes)))
    update = {"notes": notes, "seconds": first.trace.seconds + second.trace.seconds}
    return first.model_copy(
        update={
            "question": question,
            "text": f"{first.text}\n\n{text}",
            "claims": first.claims + claims,
            "references": first.references + added,
            "abstained": first.abstained and second.abstained,
            "reason": " ".join(filter(None, (first.reason, second.reason))) if first.abstained else "",
            "mode": second.mode,
            "usage": first.usage + second.usage,
            "trace": first.trace.model_copy(update=update),
        }
    )
