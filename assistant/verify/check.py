"""The check of one sentence against the papers that it cites."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from threading import Lock
from typing import NamedTuple

from assistant.types import Citation, Decision, Support
from assistant.verify.alignment import SPECIFIC, Alignment, ClaimEvidence, SentenceMatch, find_evidence
from assistant.verify.arguments import find_moved_partners, find_swapped_arguments, read_causes
from assistant.verify.cohesion import (
    find_early_subject,
    find_foreign_subject,
    find_next_sentence,
    find_strewn_words,
    find_unshared_words,
)
from assistant.verify.comparison import find_unanswered_comparison, is_mirrored, is_reversed, read_stands
from assistant.verify.frames import find_unframed
from assistant.verify.hedges import find_hedges
from assistant.verify.injection import describe_orders, gives_orders, strip_injections
from assistant.verify.misattribution import find_swaps, find_wrong_numbers
from assistant.verify.negation import find_contradictions, find_doubts
from assistant.verify.number_binding import find_unbound_numbers
from assistant.verify.numbers import Quantity, is_same_quantity
from assistant.verify.pooling import (
    find_counterparts,
    find_denied_elsewhere,
    find_pooled_numbers,
    find_unanswered_denial,
    sets_other_side_apart,
)
from assistant.verify.source import Sentence, SourcePaper, SourceText, mentions_name, parse_sentence, read_source
from assistant.verify.tokens import Word, is_cue_stem
from assistant.verify.verdict import Finding, FindingKind, Verdict, combine_findings
from assistant.verify.wording import compare_wording
from assistant.verify.wording_gaps import Difference
from store.paper import Paper

# All chosen by hand while the errors on part dev of benchmarks/claims.jsonl were read; none was swept.
# The share of a claim that has to be carried so that it speaks of the source at all, and so that nothing is wanting.
_CLOSE, _COVERED = 0.35, 0.6
# What may contradict a claim: at most so many sentences, each with this share of the best score.
_MOST_ALIGNED, _NEAR_BEST = 3, 0.8
# The weight of a claim that can be checked: one specific word, or three of plain prose.
_LEAST_WEIGHT = 1.0
_MOST_LISTED = 3
# What the order of the words does not tell: how far a thing is claimed, and of what.
_BESIDE_WORDING = (FindingKind.HEDGE, FindingKind.NAME)
# What can be wrong with who, when and where: a record is no sentence, so none of the rules about sentences applies.
_OF_A_RECORD = (FindingKind.SOURCE, FindingKind.WORDS, FindingKind.NUMBER, FindingKind.NAME, FindingKind.NEGATION)
_BEFORE_STOP = re.compile(r"\s+(?=[.,;:!?)])")
# Words of one of these kinds stand in for each other.
_CUE_KINDS = ("causes", "leads", "results", "forbids")
# Sentences in which a claim may have its own word where a near one has the opposite.
_MOST_OTHERS = 8
# Claims whose evidence is remembered, and up to how many characters of claim times abstracts: 40 kB for a sentence
# beside three abstracts, 150 kB at the most.
_MOST_KNOWN, _LARGEST_KNOWN = 64, 2_000_000
_known: OrderedDict[tuple[str, tuple[SourcePaper, ...]], ClaimEvidence] = OrderedDict()
_known_lock = Lock()
NOT_CLOSE = Finding(
    kind=FindingKind.SOURCE, reason="no sentence of the source is close to this", support=Support.ABSENT
)
"""What is found of a claim of which the source has too little to compare."""
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
    if len(marked) < len(papers) and others.support.rank <= verdict.support.rank:
        return others
    if verdict.support.fails:
        if _compare(text, papers, cited).support.fails:
            return verdict
        reason = _make_finding(FindingKind.SOURCE, ORDERED, Support.ABSENT)
        return verdict.model_copy(update={"findings": (*verdict.findings, reason)})
    used = {citation.paper_id for citation in verdict.citations}
    reasons = [
        _make_finding(FindingKind.SOURCE, describe_orders(paper), Support.DOUBTFUL)
        for paper in marked
        if paper.id in used
    ]
    findings = (*verdict.findings, *reasons)
    support, decision = combine_findings(findings)
    return verdict.model_copy(update={"support": support, "decision": decision, "findings": findings})


def _silence(paper: Paper) -> Paper:
    """Leave nothing of a paper but its id, so that the numbers of the others stay."""
    return Paper(id=paper.id, title="")


def _compare(text: str, papers: Sequence[Paper], cited: Sequence[Citation]) -> Verdict:
    """Compare a sentence with the words of papers."""
    sources = [read_source(paper) for paper in papers]
    evidence = _find_evidence(text, papers)
    findings, settled = _Findings((), False)
    if _is_quoted(evidence):
        support, decision = Support.QUOTED, Decision(stage="quote")
    else:
        findings, settled = _find_findings(evidence, sources)
        support, decision = combine_findings(findings)
    used = {papers[match.source].id for match in evidence.chosen}
    return Verdict(
        text=text,
        support=support,
        findings=findings,
        citations=tuple(_build_citations(evidence.chosen, papers, cited)),
        unused=tuple(dict.fromkeys(paper.id for paper in papers if paper.id not in used)),
        settled=settled,
        decision=decision,
    )


def find_claim_evidence(text: str, papers: Sequence[Paper]) -> ClaimEvidence:
    """Find where a sentence rests in papers; of those that were compared last it is remembered."""
    with _known_lock:
        known = _known.get((text, tuple(map(SourcePaper, papers))))
    return known or _find_evidence(text, papers)


def _find_evidence(text: str, papers: Sequence[Paper]) -> ClaimEvidence:
    """Find where a sentence rests, and remember it for whoever weighs the verdict, who asks again."""
    evidence = find_evidence(parse_sentence(text), [read_source(paper) for paper in papers])
    if len(text) * sum(len(paper.abstract) for paper in papers) <= _LARGEST_KNOWN:
        with _known_lock:
            _known[text, tuple(map(SourcePaper, papers))] = evidence
            if len(_known) > _MOST_KNOWN:
                _known.popitem(last=False)
    return evidence


def _is_quoted(evidence: ClaimEvidence) -> bool:
    """Whether a claim is a whole sentence of the source, or its title, word for word.

    A part of a sentence is not enough: what stands before it may deny it, or say who claims it.
    """
    words = _spell_plainly(evidence.claim)
    return any(match.score and _spell_plainly(match.sentence) == words for match in evidence.ranked[:_MOST_ALIGNED])


def _spell_plainly(sentence: Sentence) -> str:
    """Spell a sentence without citation marks, the kind of its dashes and spaces, its stop, its first letter's case."""
    plain = _BEFORE_STOP.sub("", " ".join(sentence.folded.split())).removesuffix(".")
    return plain[:1].lower() + plain[1:]


class _Findings(NamedTuple):
    """What speaks against a claim, and whether nothing is left to read of it (see ``Verdict.settled``)."""

    findings: tuple[Finding, ...]
    settled: bool


def _find_findings(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> _Findings:
    """Find what speaks against a claim; of one that repeats a sentence, what its order hides."""
    alignments = _select_alignments(evidence)
    wording = compare_wording(evidence.claim, _list_rows(evidence, sources))
    findings = list(_list_findings(evidence, alignments, sources))
    if evidence.chosen and all(match.sentence is sources[match.source].record for match in evidence.chosen):
        return _join_findings([finding for finding in findings if finding.kind in _OF_A_RECORD], True)
    if wording and wording.explained:
        beside = [finding for finding in findings if finding.kind in _BESIDE_WORDING]
        return _join_findings([*beside, *_find_foreign_statements(evidence, sources)], True)
    if wording and not any(finding.support.fails for finding in findings):
        differences = [difference for difference in wording.differences if difference.sure or not findings]
        findings += map(_describe_difference, differences)
    return _join_findings(findings, False)


def _join_findings(findings: Sequence[Finding], settled: bool) -> _Findings:
    return _Findings(tuple(dict.fromkeys(findings)), settled)


def _select_alignments(evidence: ClaimEvidence) -> list[Alignment]:
    """Lay the claim beside the sentences that are nearest to it: what contradicts it is among them."""
    nearest = evidence.ranked[:_MOST_ALIGNED]
    return [match.alignment for match in nearest if match.score and match.score >= _NEAR_BEST * nearest[0].score]


def _describe_difference(difference: Difference) -> Finding:
    support = Support.CONTRADICTED if difference.sure else Support.DOUBTFUL
    return _make_finding(difference.kind, difference.describe(), support)


def _list_findings(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    if not sources:
        yield _make_finding(FindingKind.SOURCE, "it cites no source", Support.ABSENT)
        return
    little = sum(evidence.weight) < _LEAST_WEIGHT and not evidence.claim.quantities
    if little and not read_stands(evidence.claim.words):
        yield _make_finding(FindingKind.SOURCE, "this says too little to be checked", Support.ABSENT)
        return
    if evidence.measure_coverage() < _CLOSE:
        yield NOT_CLOSE
        return
    contents = list(_check_contents(evidence, alignments, sources))
    yield from contents
    refused = any(finding.support.fails for finding in contents)
    for change in _find_changes_of_sense(evidence, alignments, sources):
        if change.support is Support.CONTRADICTED or not refused:  # A doubt adds nothing to what is not there.
            yield change


def _check_contents(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    """Check whether the names, numbers and words of a claim are in its sources, and of the same thing."""
    used = [sources[source] for source in sorted({match.source for match in evidence.chosen})]
    unknown = [name for name in evidence.claim.names if not any(mentions_name(name.text, source) for source in used)]
    for name in unknown:
        yield _make_finding(FindingKind.NAME, f"the source does not name {name.text}", Support.ABSENT)
    yield from _check_numbers(evidence, alignments, used)
    for swap in find_swaps(evidence, sources):
        support = Support.DOUBTFUL if swap.kind is FindingKind.WORDS else Support.CONTRADICTED
        yield _make_finding(swap.kind, f"the source says this of {swap.source}, not of {swap.claim}", support)
    yield from _check_words(evidence, {name.start for name in unknown}, {name.start for name in evidence.claim.names})


def _list_rows(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> list[list[Sentence]]:
    """List the nearest sentences, and those two of them that stand side by side."""
    nearest = [match for match in evidence.ranked[:_MOST_ALIGNED] if match.score]
    rows = [[match.sentence] for match in nearest]
    for first, second in combinations(nearest, 2):
        order = sorted((first, second), key=lambda match: match.sentence.start)
        if first.source == second.source and _are_adjacent(sources[first.source], *order):
            rows.append([match.sentence for match in order])
    return rows


def _are_adjacent(source: SourceText, first: SentenceMatch, second: SentenceMatch) -> bool:
    return any(
        sentence.start == first.sentence.start and following.start == second.sentence.start and second.sentence.end
        for sentence, following in pairwise(source.sentences)
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
            yield _describe_missing_number(number, evidence.claim.quantities, alignments)
    wrong_numbers = [wrong for alignment in alignments for wrong in find_wrong_numbers(alignment)]
    if not wrong_numbers:
        holders = [match.sentence for match in evidence.chosen if any(match.numbers)]
        sentences = [*(alignment.sentence for alignment in alignments), *holders]
        wrong_numbers = list(find_unbound_numbers(evidence.claim, sentences))
    for wrong in dict.fromkeys(wrong_numbers):
        yield _make_finding(
            FindingKind.NUMBER, f"the source has {wrong.source} where this has {wrong.claim}", Support.CONTRADICTED
        )


def _describe_missing_number(number: Quantity, claimed: Sequence[Quantity], alignments: Sequence[Alignment]) -> Finding:
    same_value = [
        quantity
        for alignment in alignments
        for quantity in alignment.sentence.quantities
        if quantity.face == number.face
    ]
    if same_value:
        reason = f"the source says {same_value[0].with_unit()}, not {number.with_unit()}"
        points = {same_value[0].kind, number.kind} == {"percent", "points"}
        return _make_finding(FindingKind.NUMBER, reason, Support.DOUBTFUL if points else Support.CONTRADICTED)
    missing = f"the number {number.text} is not in the source"
    rival = next(
        (
            quantity
            for alignment in alignments[:1]
            for quantity in alignment.sentence.quantities
            if (quantity.kind, quantity.unit) == (number.kind, number.unit)
            and not any(is_same_quantity(ours, quantity) for ours in claimed)
        ),
        None,
    )
    if rival is None:
        return _make_finding(FindingKind.NUMBER, missing, Support.ABSENT)
    return _make_finding(FindingKind.NUMBER, f"{missing}, which has {rival.with_unit()}", Support.CONTRADICTED)


def _check_words(evidence: ClaimEvidence, unknown: set[int], named: set[int]) -> Iterator[Finding]:
    telling = [place for place, value in enumerate(evidence.weight) if value == SPECIFIC]
    words = evidence.claim.words
    missing = [
        place
        for place in telling
        if not evidence.levels[place] and words[place].start not in named and not _has_like(evidence, words[place])
    ]
    if missing:
        listed = ", ".join(f"“{words[place].text}”" for place in missing[:_MOST_LISTED])
        support = Support.ABSENT if 2 * len(missing) > len(telling) else Support.DOUBTFUL
        yield _make_finding(FindingKind.WORDS, f"the source does not speak of {listed}", support)
    elif not unknown and evidence.measure_coverage() < _COVERED:
        yield _make_finding(FindingKind.WORDS, "the source says only a part of this", Support.DOUBTFUL)


# What a claim changes of its source beyond the words: denied or not, which way round, of what, how far, how framed.


def _find_changes_of_sense(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    """Find what a claim changes of the sense of its source though the words are there.

    Args:
        evidence: Where the claim rests.
        alignments: The claim beside the sentences that are nearest to it, the nearest first.
        sources: The sources that it cites, one at least.

    Yields:
        What the source says otherwise, then what is in doubt.
    """
    chosen = [match.alignment for match in evidence.chosen]
    yield from _check_denials(evidence, alignments, sources)
    yield from _check_sides(alignments, [*chosen, *alignments])
    yield from _check_cohesion(evidence, sources)
    yield from _find_changes_of_frame(alignments)
    for hedge in find_hedges([*alignments[:1], *chosen]):
        yield _doubt(FindingKind.HEDGE, hedge.describe_difference())


def _find_changes_of_frame(alignments: Sequence[Alignment]) -> Iterator[Finding]:
    """Find what the nearest sentence only aims at, asks, supposes or tells of others, and the claim asserts."""
    for alignment in alignments[:1]:
        for reason in find_unframed(alignment):
            yield _doubt(FindingKind.HEDGE, reason)


def _has_like(evidence: ClaimEvidence, word: Word) -> bool:
    """Tell whether a sentence that carries the claim has a cue of one kind with a word: "due to" for "caused"."""
    kinds = [kind for kind in _CUE_KINDS if is_cue_stem(kind, word.stem)]
    if not kinds:
        return False
    if "forbids" not in kinds and any(read_causes(match.sentence.words) for match in evidence.chosen):
        return True
    return any(
        is_cue_stem(kind, source_word.stem)
        for kind in kinds
        for match in evidence.chosen
        for source_word in match.sentence.words
    )


def _check_denials(
    evidence: ClaimEvidence, alignments: Sequence[Alignment], sources: Sequence[SourceText]
) -> Iterator[Finding]:
    if any(is_mirrored(alignment) for alignment in alignments):
        return  # "A is faster than B", "B is slower than A": the opposites say one thing.
    others = [match.alignment for match in (*evidence.chosen, *evidence.ranked[:_MOST_OTHERS])]
    contradictions = find_contradictions(alignments, others)[:1]
    for contradiction in contradictions:
        reason = f"the source says “{contradiction.source}”, this says “{contradiction.claim}”"
        yield _make_finding(FindingKind.NEGATION, reason, Support.CONTRADICTED)
    if not contradictions:
        following = find_next_sentence(evidence, sources)
        carriers = [*evidence.chosen, following] if following else evidence.chosen
        doubts = list(find_doubts([match.alignment for match in carriers]))
        for doubt in doubts:
            yield _doubt(FindingKind.NEGATION, doubt)
        if not doubts and (denial := find_unanswered_denial(evidence)):
            yield _doubt(FindingKind.NEGATION, f"the source denies nothing of this where it says “{denial}”")


def _check_sides(alignments: Sequence[Alignment], beside: Sequence[Alignment]) -> Iterator[Finding]:
    reasons = ["the source compares the two the other way round"] if any(map(is_reversed, alignments)) else []
    for alignment in alignments:
        if not is_mirrored(alignment):
            reasons += find_swapped_arguments(alignment)
    for reason in reasons[:1]:
        yield _make_finding(FindingKind.DIRECTION, reason, Support.CONTRADICTED)
    if not reasons and alignments and sets_other_side_apart(alignments[0]):
        yield _doubt(FindingKind.DIRECTION, "the source sets apart what this speaks of, and speaks of the other")
    for moved in find_moved_partners(alignments):
        yield _doubt(FindingKind.DIRECTION, moved)
    for unanswered in find_unanswered_comparison(alignments[0].claim.words if alignments else (), beside):
        support = Support.CONTRADICTED if unanswered.contrary else Support.DOUBTFUL
        yield _make_finding(FindingKind.DIRECTION, unanswered.reason, support)


def _check_cohesion(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> Iterator[Finding]:
    for strewn in find_strewn_words(evidence, sources):
        yield _doubt(FindingKind.WORDS, f"the source says {_list_words(strewn)} apart from the rest of this")
    yield from _find_foreign_statements(evidence, sources)
    for number, counted in find_pooled_numbers(evidence):
        yield _doubt(FindingKind.NUMBER, f"no sentence of the source has {number} of “{counted}”")
    for ours, theirs in find_counterparts(evidence):
        yield _doubt(FindingKind.NAME, f"the source says this of “{theirs}”, not of “{ours}”")
    for theirs, ours in find_denied_elsewhere(evidence):
        yield _doubt(FindingKind.NEGATION, f"the source says “{theirs}”, this says “{ours}”")
    if early := find_early_subject(evidence, sources):
        yield _doubt(FindingKind.NAME, f"the source says this before it comes to {early}")


def _find_foreign_statements(evidence: ClaimEvidence, sources: Sequence[SourceText]) -> Iterator[Finding]:
    """Find what a claim says of several sources or of a subject, and not all of them, or not of that, say."""
    if unshared := find_unshared_words(evidence, sources):
        yield _doubt(FindingKind.WORDS, f"not all of the sources speak of {_list_words(unshared)}")
    if foreign := find_foreign_subject(evidence):
        yield _doubt(FindingKind.WORDS, f"the source does not say this of “{foreign}”")


def _list_words(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:_MOST_LISTED])


def _doubt(kind: FindingKind, reason: str) -> Finding:
    return _make_finding(kind, reason, Support.DOUBTFUL)


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
        rivals = [rival for rival in chosen if rival.source == match.source]
        bare = [rival for rival in rivals if not rival.sentence.end]
        best = max(bare, key=lambda rival: rival.score, default=None)
        if end or (match is best and all(rival.score <= match.score for rival in rivals)):
            n = numbers.get(paper.id, match.source + 1)
            quote = paper.abstract[start:end]
            yield Citation(n=n, paper_id=paper.id, title=paper.marked_title, quote=quote, start=start, end=end)
