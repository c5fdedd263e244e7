"""The check of one sentence against the papers that it cites."""

from collections.abc import Iterator, Sequence

from assistant.types import Citation, Support
from assistant.verify.alignment import SPECIFIC, Alignment, ClaimEvidence, SentenceMatch, find_evidence
from assistant.verify.comparison import is_reversed
from assistant.verify.hedges import find_hedges
from assistant.verify.injection import describe_orders, gives_orders, strip_injections
from assistant.verify.misattribution import find_swaps, find_wrong_numbers
from assistant.verify.negation import find_contradictions
from assistant.verify.numbers import Quantity, is_same_quantity
from assistant.verify.source import SourceText, mentions_name, parse_sentence, read_source
from assistant.verify.verdict import Finding, FindingKind, Verdict
from store.paper import Paper

# All chosen by hand while the errors on part dev of benchmarks/claims.jsonl were read; none was swept.
# The share of a claim that has to be carried so that it speaks of the source at all, and so that nothing is wanting.
_CLOSE, _COVERED = 0.35, 0.6
# What may contradict a claim: at most so many sentences, each with this share of the best score.
_MOST_ALIGNED, _NEAR_BEST = 3, 0.8
# The weight of a claim that can be checked: one specific word, or three of plain prose.
_LEAST_WEIGHT = 1.0
_MOST_LISTED = 3
_ORDER = (Support.UNSUPPORTED, Support.PARTIAL, Support.SUPPORTED)
ORDERED = "the source says this only where it gives orders to whoever reads it, and orders are no evidence"


def verify(text: str, papers: Sequence[Paper], cited: Sequence[Citation] = ()) -> Verdict:
    """Check one sentence of an answer against the papers that it cites; any text is taken, nothing raises.

    Args:
        text: The sentence; marks such as ``[1]`` are read past.
        papers: The papers that it cites.
        cited: The model's own citations. Only their numbers are taken, never their quotes.

    What a paper orders its reader to say is no evidence, and nothing that rests on such a paper gets the top sign.

    Returns:
        How far titles, abstracts and records of the papers carry the sentence, and why no further.
    """
    marked = [paper for paper in papers if gives_orders(paper)]
    if not marked:
        return _compare(text, papers, cited)
    verdict = _compare(text, [strip_injections(paper) for paper in papers], cited)
    # What the others carry by themselves no marked paper changes.
    others = _compare(text, [_silence(paper) if paper in marked else paper for paper in papers], cited)
    if len(marked) < len(papers) and _ORDER.index(others.support) >= _ORDER.index(verdict.support):
        return others
    if verdict.support is Support.UNSUPPORTED:
        if _compare(text, papers, cited).support is Support.UNSUPPORTED:
            return verdict
        reason = _make_finding(FindingKind.SOURCE, ORDERED, Support.UNSUPPORTED)
        return verdict.model_copy(update={"findings": (*verdict.findings, reason)})
    used = {citation.paper_id for citation in verdict.citations}
    reasons = [
        _make_finding(FindingKind.SOURCE, describe_orders(paper), Support.PARTIAL)
        for paper in marked
        if paper.id in used
    ]
    return verdict.model_copy(update={"support": Support.PARTIAL, "findings": (*verdict.findings, *reasons)})


def _silence(paper: Paper) -> Paper:
    """Leave nothing of a paper but its id, so that the numbers of the others stay."""
    return Paper(id=paper.id, title="")


def _compare(text: str, papers: Sequence[Paper], cited: Sequence[Citation]) -> Verdict:
    """Compare a sentence with the words of papers."""
    claim = parse_sentence(text)
    sources = [read_source(paper) for paper in papers]
    evidence = find_evidence(claim, sources)
    alignments = _select_alignments(evidence)
    findings = tuple(dict.fromkeys(_list_findings(evidence, alignments, sources)))
    support = min((finding.support for finding in findings), key=_ORDER.index, default=Support.SUPPORTED)
    used = {papers[match.source].id for match in evidence.chosen}
    return Verdict(
        text=text,
        support=support,
        findings=findings,
        citations=tuple(_build_citations(evidence.chosen, papers, cited)),
        unused=tuple(dict.fromkeys(paper.id for paper in papers if paper.id not in used)),
    )


def _select_alignments(evidence: ClaimEvidence) -> list[Alignment]:
    """Lay the claim beside the sentences that are nearest to it: what contradicts it is among them."""
    nearest = evidence.ranked[:_MOST_ALIGNED]
    return [match.alignment for match in nearest if match.score and match.score >= _NEAR_BEST * nearest[0].score]


def _list_findings(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    nearest = evidence.ranked[:_MOST_ALIGNED]
    if any(match.score and match.sentence.folded.strip() == evidence.claim.folded.strip() for match in nearest):
        return  # Word for word: no rule holds anything against it.
    if not sources:
        yield _make_finding(FindingKind.SOURCE, "it cites no source", Support.UNSUPPORTED)
        return
    if sum(evidence.weight) < _LEAST_WEIGHT and not evidence.claim.quantities:
        yield _make_finding(FindingKind.SOURCE, "this says too little to be checked", Support.UNSUPPORTED)
        return
    if evidence.measure_coverage() < _CLOSE:
        yield _make_finding(FindingKind.SOURCE, "no sentence of the source is close to this", Support.UNSUPPORTED)
        return
    used = [sources[source] for source in sorted({match.source for match in evidence.chosen})]
    unknown = [name for name in evidence.claim.names if not any(mentions_name(name.text, source) for source in used)]
    for name in unknown:
        yield _make_finding(FindingKind.NAME, f"the source does not name {name.text}", Support.UNSUPPORTED)
    yield from _check_numbers(evidence, alignments, used)
    for swap in find_swaps(evidence, sources):
        support = Support.PARTIAL if swap.kind is FindingKind.WORDS else Support.UNSUPPORTED
        yield _make_finding(swap.kind, f"the source says this of {swap.source}, not of {swap.claim}", support)
    yield from _check_words(evidence, {name.start for name in unknown}, {name.start for name in evidence.claim.names})
    yield from _check_contradictions(alignments)
    beside = [*alignments[:1], *(match.alignment for match in evidence.chosen)]
    yield from (
        _make_finding(FindingKind.HEDGE, hedge.describe_difference(), Support.PARTIAL) for hedge in find_hedges(beside)
    )


def _check_numbers(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    known_numbers = [
        number
        for source in sources
        for part in (*source.sentences, source.title, source.record)
        for number in part.quantities
    ]
    for number in evidence.claim.quantities:
        if any(name.start < number.start and name.covers_character(number.start) for name in evidence.claim.names):
            continue  # A part of a name, which is looked up as a whole.
        if not any(is_same_quantity(number, known_number) for known_number in known_numbers):
            yield _describe_missing_number(number, alignments)
    for wrong in dict.fromkeys(wrong for alignment in alignments for wrong in find_wrong_numbers(alignment)):
        yield _make_finding(
            FindingKind.NUMBER, f"the source has {wrong.source} where this has {wrong.claim}", Support.UNSUPPORTED
        )


def _describe_missing_number(number: Quantity, alignments: Sequence[Alignment]) -> Finding:
    same_value = [
        quantity
        for alignment in alignments
        for quantity in alignment.sentence.quantities
        if quantity.face == number.face
    ]
    if same_value:
        reason = f"the source says {same_value[0].with_unit()}, not {number.with_unit()}"
        points = {same_value[0].kind, number.kind} == {"percent", "points"}
        return _make_finding(FindingKind.NUMBER, reason, Support.PARTIAL if points else Support.UNSUPPORTED)
    return _make_finding(FindingKind.NUMBER, f"the number {number.text} is not in the source", Support.UNSUPPORTED)


def _check_words(evidence: ClaimEvidence, unknown: set[int], named: set[int]) -> Iterator[Finding]:
    telling = [place for place, value in enumerate(evidence.weight) if value == SPECIFIC]
    words = evidence.claim.words
    missing = [place for place in telling if not evidence.levels[place] and words[place].start not in named]
    if missing:
        listed = ", ".join(f"“{words[place].text}”" for place in missing[:_MOST_LISTED])
        support = Support.UNSUPPORTED if 2 * len(missing) > len(telling) else Support.PARTIAL
        yield _make_finding(FindingKind.WORDS, f"the source does not speak of {listed}", support)
    elif not unknown and evidence.measure_coverage() < _COVERED:
        yield _make_finding(FindingKind.WORDS, "the source says only a part of this", Support.PARTIAL)


def _check_contradictions(alignments: Sequence[Alignment]) -> Iterator[Finding]:
    for contradiction in find_contradictions(alignments)[:1]:
        reason = f"the source says “{contradiction.source}”, this says “{contradiction.claim}”"
        yield _make_finding(FindingKind.NEGATION, reason, Support.UNSUPPORTED)
    if any(is_reversed(alignment) for alignment in alignments):
        yield _make_finding(
            FindingKind.DIRECTION, "the source compares the two the other way round", Support.UNSUPPORTED
        )


def _make_finding(kind: FindingKind, reason: str, support: Support) -> Finding:
    return Finding(kind=kind, reason=reason, support=support)


def _build_citations(
    chosen: Sequence[SentenceMatch], papers: Sequence[Paper], cited: Sequence[Citation]
) -> Iterator[Citation]:
    """Cite the chosen sentences by their spans; titles and records have none, and count where they say most."""
    numbers = {citation.paper_id: citation.n for citation in reversed(cited)}
    for match in chosen:
        paper, start, end = papers[match.source], match.sentence.start, match.sentence.end
        # The sign belongs to what is shown: where the title says most, no other sentence stands in for it.
        is_best = all(rival.score <= match.score for rival in chosen if rival.source == match.source)
        if end or is_best:
            n = numbers.get(paper.id, match.source + 1)
            quote = paper.abstract[start:end]
            yield Citation(n=n, paper_id=paper.id, title=paper.marked_title, quote=quote, start=start, end=end)
