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
    evidence = anchored(claim, sources)
    alignments = _laid(evidence)
    findings = tuple(dict.fromkeys(_findings(evidence, alignments, sources)))
    support = min((finding.support for finding in findings), key=_ORDER.index, default=Support.SUPPORTED)
    used = {papers[match.source].id for match in evidence.chosen}
    return Verdict(
        text=text,
        support=support,
        findings=findings,
        citations=tuple(_citations(evidence.chosen, papers, cited)),
        unused=tuple(dict.fromkeys(paper.id for paper in papers if paper.id not in used)),
    )


def _laid(evidence: Anchoring) -> list[Alignment]:
    """The claim beside the sentences that are nearest to it: what contradicts it is among them."""
    best = evidence.ranked[0].score if evidence.ranked else 0.0
    nearest = [match for match in evidence.ranked[:_LAID] if match.score and match.score >= _NEAR_BEST * best]
    return [match.laid for match in nearest]


def _findings(evidence: Anchoring, alignments: Sequence[Alignment], sources: Sequence[Source]) -> Iterator[Finding]:
    if any(
        match.sentence.folded.strip() == evidence.claim.folded.strip()
        for match in evidence.ranked[:_LAID]
        if match.score
    ):
        return  # word for word
    if not sources:
        yield _finding(Kind.SOURCE, "it cites no source", Support.UNSUPPORTED)
        return
    if sum(evidence.weight) < _LEAST and not evidence.claim.quantities:
        yield _finding(Kind.SOURCE, "this says too little to be checked", Support.UNSUPPORTED)
        return
    if not evidence.chosen or evidence.carried() < CLOSE:
        yield _finding(Kind.SOURCE, "no sentence of the source is close to this", Support.UNSUPPORTED)
        return
    used = [sources[source] for source in sorted({match.source for match in evidence.chosen})]
    unknown = [name for name in evidence.claim.names if not any(known(name.text, source) for source in used)]
    for name in unknown:
        yield _finding(Kind.NAME, f"the source does not name {name.text}", Support.UNSUPPORTED)
    yield from _numbers(evidence, alignments, used)
    for swap in swaps(evidence, sources):
        support = Support.PARTIAL if swap.kind is Kind.WORDS else Support.UNSUPPORTED
        yield _finding(swap.kind, f"the source says this of {swap.source}, not of {swap.claim}", support)
    yield from _words(evidence, {name.start for name in unknown}, {name.start for name in evidence.claim.names})
    yield from _contradicted(alignments)
    beside = [*alignments[:1], *(match.laid for match in evidence.chosen)]
    yield from (_finding(Kind.HEDGE, hedge.told(), Support.PARTIAL) for hedge in hedges(beside))


def _numbers(evidence: Anchoring, alignments: Sequence[Alignment], sources: Sequence[Source]) -> Iterator[Finding]:
    known_numbers = [
        number
        for source in sources
        for part in (*source.sentences, source.title, source.record)
        for number in part.quantities
    ]
    for number in evidence.claim.quantities:
        if any(name.start < number.start and name.has(number.start) for name in evidence.claim.names):
            continue  # a part of a name, which is looked up as a whole
        if not any(alike(number, known_number) for known_number in known_numbers):
            yield _missing(number, alignments)
    for wrong in dict.fromkeys(wrong for alignment in alignments for wrong in misplaced(alignment)):
        yield _finding(Kind.NUMBER, f"the source has {wrong.source} where this has {wrong.claim}", Support.UNSUPPORTED)


def _missing(number: Quantity, alignments: Sequence[Alignment]) -> Finding:
    same_value = [
        quantity
        for alignment in alignments
        for quantity in alignment.sentence.quantities
        if quantity.face == number.face
    ]
    if same_value:
        reason = f"the source says {same_value[0].told()}, not {number.told()}"
        points = {same_value[0].kind, number.kind} == {"percent", "points"}
        return _finding(Kind.NUMBER, reason, Support.PARTIAL if points else Support.UNSUPPORTED)
    return _finding(Kind.NUMBER, f"the number {number.text} is not in the source", Support.UNSUPPORTED)


def _words(evidence: Anchoring, unknown: set[int], named: set[int]) -> Iterator[Finding]:
    telling = [place for place, value in enumerate(evidence.weight) if value == SPECIFIC]
    words = evidence.claim.words
    missing = [place for place in telling if not evidence.levels[place] and words[place].start not in named]
    if missing:
        listed = ", ".join(f"“{words[place].text}”" for place in missing[:3])
        support = Support.UNSUPPORTED if 2 * len(missing) > len(telling) else Support.PARTIAL
        yield _finding(Kind.WORDS, f"the source does not speak of {listed}", support)
    elif not unknown and evidence.carried() < CARRIED:
        yield _finding(Kind.WORDS, "the source says only a part of this", Support.PARTIAL)


def _contradicted(alignments: Sequence[Alignment]) -> Iterator[Finding]:
    for contradiction in contradictions(alignments)[:1]:
        reason = f"the source says “{contradiction.source}”, this says “{contradiction.claim}”"
        yield _finding(Kind.NEGATION, reason, Support.UNSUPPORTED)
    if any(swapped(alignment) for alignment in alignments):
        yield _finding(Kind.DIRECTION, "the source compares the two the other way round", Support.UNSUPPORTED)


def _finding(kind: Kind, reason: str, support: Support) -> Finding:
    return Finding(kind=kind, reason=reason, support=support)


def _citations(chosen: Sequence[Anchor], papers: Sequence[Paper], cited: Sequence[Citation]) -> Iterator[Citation]:
    """The chosen sentences as spans; titles and records have none, and are cited once where nothing else is."""
    numbers = {citation.paper_id: citation.n for citation in reversed(cited)}
    for match in chosen:
        paper, start, end = papers[match.source], match.sentence.start, match.sentence.end
        if end or all(rival.source != match.source or not rival.sentence.end for rival in chosen):
            n = numbers.get(paper.id, match.source + 1)
            quote = paper.abstract[start:end]
            yield Citation(n=n, paper_id=paper.id, title=paper.marked_title, quote=quote, start=start, end=end)
