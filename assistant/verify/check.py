"""The check of one sentence against the papers that it cites."""

from collections.abc import Iterator, Sequence

from assistant.types import Citation, Support
from assistant.verify.alignment import SPECIFIC, Alignment, Anchor, Anchoring, anchored
from assistant.verify.comparison import swapped
from assistant.verify.hedges import hedges
from assistant.verify.misattribution import misplaced, swaps
from assistant.verify.negation import contradictions
from assistant.verify.numbers import Quantity, alike
from assistant.verify.source import Source, known, sentence, source_of
from assistant.verify.verdict import Finding, Kind, Verdict
from store.paper import Paper

CLOSE, CARRIED = 0.35, 0.6
_NEAR_BEST = 0.8
_LAID = 3
_LEAST = 1.0
_ORDER = (Support.UNSUPPORTED, Support.PARTIAL, Support.SUPPORTED)


def verify(text: str, papers: Sequence[Paper], cited: Sequence[Citation] = ()) -> Verdict:
    """Check one sentence of an answer against the papers that it cites; any text is taken, nothing raises.

    Args:
        text: The sentence; marks such as ``[1]`` are read past.
        papers: The papers that it cites.
        cited: The model's own citations. Only their numbers are taken, never their quotes.

    Returns:
        How far titles, abstracts and records of the papers carry the sentence, and why no further.
    """
    claim = sentence(text)
    sources = [source_of(paper) for paper in papers]
    found = anchored(claim, sources)
    laid = _laid(found)
    findings = tuple(dict.fromkeys(_findings(found, laid, sources)))
    support = min((finding.support for finding in findings), key=_ORDER.index, default=Support.SUPPORTED)
    used = {papers[one.source].id for one in found.chosen}
    return Verdict(
        text=text,
        support=support,
        findings=findings,
        citations=tuple(_citations(found.chosen, papers, cited)),
        unused=tuple(dict.fromkeys(paper.id for paper in papers if paper.id not in used)),
    )


def _laid(found: Anchoring) -> list[Alignment]:
    """The claim beside the sentences that are nearest to it: what contradicts it is among them."""
    best = found.ranked[0].score if found.ranked else 0.0
    near = [one for one in found.ranked[:_LAID] if one.score and one.score >= _NEAR_BEST * best]
    return [one.laid for one in near]


def _findings(found: Anchoring, laid: Sequence[Alignment], sources: Sequence[Source]) -> Iterator[Finding]:
    if any(one.sentence.folded.strip() == found.claim.folded.strip() for one in found.ranked[:_LAID] if one.score):
        return  # word for word
    if not sources:
        yield _finding(Kind.SOURCE, "it cites no source", Support.UNSUPPORTED)
        return
    if sum(found.weight) < _LEAST and not found.claim.quantities:
        yield _finding(Kind.SOURCE, "this says too little to be checked", Support.UNSUPPORTED)
        return
    if not found.chosen or found.carried() < CLOSE:
        yield _finding(Kind.SOURCE, "no sentence of the source is close to this", Support.UNSUPPORTED)
        return
    used = [sources[at] for at in sorted({one.source for one in found.chosen})]
    unknown = [name for name in found.claim.names if not any(known(name.text, one) for one in used)]
    for name in unknown:
        yield _finding(Kind.NAME, f"the source does not name {name.text}", Support.UNSUPPORTED)
    yield from _numbers(found, laid, used)
    for swap in swaps(found, sources):
        support = Support.PARTIAL if swap.kind is Kind.WORDS else Support.UNSUPPORTED
        yield _finding(swap.kind, f"the source says this of {swap.source}, not of {swap.claim}", support)
    yield from _words(found, {name.start for name in unknown}, {name.start for name in found.claim.names})
    yield from _contradicted(laid)
    beside = [*laid[:1], *(one.laid for one in found.chosen)]
    yield from (_finding(Kind.HEDGE, hedge.told(), Support.PARTIAL) for hedge in hedges(beside))


def _numbers(found: Anchoring, laid: Sequence[Alignment], sources: Sequence[Source]) -> Iterator[Finding]:
    given = [
        one
        for source in sources
        for part in (*source.sentences, source.title, source.record)
        for one in part.quantities
    ]
    for number in found.claim.quantities:
        if any(name.start < number.start and name.has(number.start) for name in found.claim.names):
            continue  # a part of a name, which is looked up as a whole
        if not any(alike(number, one) for one in given):
            yield _missing(number, laid)
    for wrong in dict.fromkeys(wrong for one in laid for wrong in misplaced(one)):
        yield _finding(Kind.NUMBER, f"the source has {wrong.source} where this has {wrong.claim}", Support.UNSUPPORTED)


def _missing(number: Quantity, laid: Sequence[Alignment]) -> Finding:
    same_value = [one for part in laid for one in part.sentence.quantities if one.face == number.face]
    if same_value:
        reason = f"the source says {same_value[0].told()}, not {number.told()}"
        points = {same_value[0].kind, number.kind} == {"percent", "points"}
        return _finding(Kind.NUMBER, reason, Support.PARTIAL if points else Support.UNSUPPORTED)
    return _finding(Kind.NUMBER, f"the number {number.text} is not in the source", Support.UNSUPPORTED)


def _words(found: Anchoring, unknown: set[int], named: set[int]) -> Iterator[Finding]:
    telling = [at for at, value in enumerate(found.weight) if value == SPECIFIC]
    words = found.claim.words
    missing = [at for at in telling if not found.levels[at] and words[at].start not in named]
    if missing:
        listed = ", ".join(f"“{words[at].text}”" for at in missing[:3])
        support = Support.UNSUPPORTED if 2 * len(missing) > len(telling) else Support.PARTIAL
        yield _finding(Kind.WORDS, f"the source does not speak of {listed}", support)
    elif not unknown and found.carried() < CARRIED:
        yield _finding(Kind.WORDS, "the source says only a part of this", Support.PARTIAL)


def _contradicted(laid: Sequence[Alignment]) -> Iterator[Finding]:
    for one in contradictions(laid)[:1]:
        reason = f"the source says “{one.source}”, this says “{one.claim}”"
        yield _finding(Kind.NEGATION, reason, Support.UNSUPPORTED)
    if any(swapped(one) for one in laid):
        yield _finding(Kind.DIRECTION, "the source compares the two the other way round", Support.UNSUPPORTED)


def _finding(kind: Kind, reason: str, support: Support) -> Finding:
    return Finding(kind=kind, reason=reason, support=support)


def _citations(chosen: Sequence[Anchor], papers: Sequence[Paper], cited: Sequence[Citation]) -> Iterator[Citation]:
    """The chosen sentences as spans; titles and records have none, and are cited once where nothing else is."""
    numbers = {one.paper_id: one.n for one in reversed(cited)}
    for one in chosen:
        paper, start, end = papers[one.source], one.sentence.start, one.sentence.end
        if end or all(other.source != one.source or not other.sentence.end for other in chosen):
            n = numbers.get(paper.id, one.source + 1)
            quote = paper.abstract[start:end]
            yield Citation(n=n, paper_id=paper.id, title=paper.marked_title, quote=quote, start=start, end=end)
