"""What each sentence of an abstract is for: background, aim, method, result, conclusion, limitation or availability.

A structured abstract says it by its labels ("RESULTS: …"); of any other a small classifier chooses the likeliest roles
by the words of the sentences and by their order. Nothing is embedded for it.
"""

from collections.abc import Sequence

from store.text.roles.chain import classify_sentences
from store.text.roles.labels import ALL, Label, Roles, cut_at_labels, find_labels
from store.text.roles.role import Role, RoledSentence, pack_roles, unpack_roles
from store.text.sentences import Span, sentence_spans

__all__ = ["Role", "RoledSentence", "assign_roles", "pack_roles", "unpack_roles"]


def assign_roles(abstract: str) -> tuple[RoledSentence, ...]:
    """Assign a role to each sentence of an abstract, in order.

    The sentences are those of ``sentence_spans``, cut before a label within them, and without their labels; one that is
    nothing but a label is left out.
    """
    spans = cut_at_labels(abstract, sentence_spans(abstract))
    labels = find_labels(abstract, spans)
    ends = {label.start: label.end for label in labels}
    allowed = _list_allowed(spans, labels)
    bodies = [
        (ends.get(start, start), end, roles)
        for (start, end), roles in zip(spans, allowed, strict=True)
        if abstract[ends.get(start, start) : end].strip()
    ]
    if all(len(roles) == 1 for _, _, roles in bodies):
        chosen = [role for _, _, (role,) in bodies]
    else:
        texts = [abstract[start:end] for start, end, _ in bodies]
        chosen = classify_sentences(texts, [roles for _, _, roles in bodies])
    return tuple(
        RoledSentence(start=start, end=end, role=role, labelled=len(roles) == 1)
        for (start, end, roles), role in zip(bodies, chosen, strict=True)
    )


def _list_allowed(spans: Sequence[Span], labels: Sequence[Label]) -> list[Roles]:
    """List the roles that each sentence may have: a label counts up to the next one, one that is alone here only."""
    labelled = {label.start: label.roles for label in labels}
    allowed: list[Roles] = []
    for start, _ in spans:
        before = allowed[-1] if allowed and len(labels) > 1 else ALL
        allowed.append(labelled.get(start, before))
    return allowed
