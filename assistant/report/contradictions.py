"""Sentences of different papers about the same matter of which one says what the other denies.

Two papers rarely speak of the very same, so this has to be told apart from what is merely worded otherwise: only a
negation or a direction counts, for other numbers are other experiments; each sentence has to contradict the other; and
one at least has to speak of nothing that the other does not. What a paper says of earlier work, or of what it is going
to do, contradicts nobody.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant.answer.replies import Quote
from assistant.drafts.checked_sentence import Relation
from assistant.drafts.support import classify_verdict
from assistant.report.extractive import list_sentences
from assistant.report.word_vectors import WordRows, weigh_terms
from assistant.verify import FindingKind, verify
from assistant.verify.alignment import SPECIFIC, align_words, weigh_words
from assistant.verify.numbers import is_same_quantity
from assistant.verify.source import parse_sentence
from store.index.index_schema import extract_terms
from store.paper import Paper

# This bar and the rules below were chosen on the pairs of ``benchmarks.contradictions``, whose figures flatter them.
ALIKE = 0.45
"""How alike the words of two sentences are at the least (cosine of tf-idf)."""
SENTENCES = 40_000
"""Sentences that are compared; those of further papers are left out. Bounds the time; not measured."""
PAIRS = 3000
"""Pairs that are checked, the most alike first. Bounds the time; not measured."""
_AGAINST = {FindingKind.NEGATION, FindingKind.DIRECTION}


# Earlier work, plans, and what a setting does without.
_ASIDE = re.compile(
    r"\b(?:without|existing|previous|prior|traditional|conventional|standard|current|typical|however|yet"
    r"|we (?:propose|introduce|study|develop|present|consider))\b",
    re.IGNORECASE,
)


# "pain-free", "both pain- and side effect-free": a lack that is written as one word is the lack of it all the same.
_FREE = re.compile(r"\b([^\W\d_]+(?:- (?:and|or) (?:[^\W_]+ )?[^\W\d_]+)?)-free\b", re.IGNORECASE)


class Contrast(NamedTuple):
    """How a sentence contradicts another, in words, and whether it speaks of all that the other does."""

    reason: str
    covers_all: bool


class Contradiction(NamedTuple):
    """Two sentences and what stands between them in words; ``sure`` where both speak of just the same."""

    first: Quote
    second: Quote
    reason: str
    sure: bool


def find_contradictions(papers: Sequence[Paper]) -> list[Contradiction]:
    """Find the contradictions between papers, the most alike sentences first; a pair of papers stands there once."""
    quotes = [quote for paper in papers for quote in list_sentences(paper)][:SENTENCES]
    opposed_pairs: dict[frozenset[str], Contradiction] = {}
    for here, there in _find_similar(quotes):
        left, right = quotes[here], quotes[there]
        pair = frozenset((left.paper.id, right.paper.id))
        if pair not in opposed_pairs and (clash := _compare_sentences(left, right)):
            opposed_pairs[pair] = clash
    return list(opposed_pairs.values())


def find_opposed(claims: Sequence[Quote], papers: Sequence[Paper]) -> list[Contradiction]:
    """Find what other papers say against claims, the most alike sentences first.

    Args:
        claims: The sentences that the claims rest on.
        papers: The other papers.

    Returns:
        Contradictions with the claim first; a claim and a paper stand there once.
    """
    if not claims:
        return []
    quotes = [quote for paper in papers for quote in list_sentences(paper)][:SENTENCES]
    opposed: dict[tuple[int, str], Contradiction] = {}
    for here, there in _find_similar([*claims, *quotes], first=len(claims)):
        claim, quote = claims[here], quotes[there - len(claims)]
        pair = (here, quote.paper.id)
        if pair not in opposed and (clash := _compare_sentences(claim, quote)):
            opposed[pair] = clash
    return list(opposed.values())


def _compare_sentences(left: Quote, right: Quote) -> Contradiction | None:
    """Tell what stands between two sentences, None where nothing does."""
    if any(_ASIDE.search(_text_of(quote)) for quote in (left, right)):
        return None
    ways = _find_both_ways(left, right, _text_of(left), _text_of(right))
    if len(ways) < 2 or not any(clash.covers_all for clash in ways):
        return None
    plain = _write_lack(_text_of(left)), _write_lack(_text_of(right))
    # What stands between them has to stand there however a lack is written.
    if plain != (_text_of(left), _text_of(right)) and len(_find_both_ways(left, right, *plain)) < 2:
        return None
    return Contradiction(left, right, _tell_sides(ways[0].reason), all(clash.covers_all for clash in ways))


def _find_both_ways(left: Quote, right: Quote, left_text: str, right_text: str) -> list[Contrast]:
    """Tell how each of two texts contradicts the other; the first way is that of the left one as the claim."""
    ways = _find_clash(left_text, right, right_text), _find_clash(right_text, left, left_text)
    return [clash for clash in ways if clash]


def _write_lack(text: str) -> str:
    """Write "pain- and side effect-free" as "free of pain and side effect"."""
    return _FREE.sub(lambda match: "free of " + match[1].replace("- ", " "), text)


def _tell_sides(reason: str) -> str:
    """Write a reason of the check for two papers of which neither is the other's source."""
    return re.sub(r"^the source says (“.+”), this says (“.+”)$", r"one says \2, the other \1", reason).replace(
        "the source compares", "the other compares"
    )


def _find_clash(claim_text: str, source: Quote, source_text: str) -> Contrast | None:
    """Tell how a sentence contradicts a claim, None where it does not."""
    alone = source.paper.model_copy(update={"title": "", "abstract": source_text})
    verdict = verify(claim_text, [alone])
    reason = next((finding.reason for finding in verdict.findings if finding.kind in _AGAINST), "")
    if classify_verdict(verdict) is not Relation.CONTRADICTS or not reason:
        return None
    return Contrast(reason, _is_within(claim_text, source_text))


def _is_within(claim_text: str, source_text: str) -> bool:
    """Whether a claim speaks of nothing that its source does not: each telling word has its like or its opposite."""
    claim, source = parse_sentence(claim_text), parse_sentence(source_text)
    alignment = align_words(claim, source)
    if not all(
        any(is_same_quantity(quantity, theirs) for theirs in source.quantities) for quantity in claim.quantities
    ):
        return False
    telling = [place for place, weight in enumerate(weigh_words(claim)) if weight == SPECIFIC]
    return all(alignment.matches[place].level or alignment.opposites_of(place) for place in telling)


def _text_of(quote: Quote) -> str:
    return quote.sentence.text if quote.sentence else ""


def _find_similar(quotes: Sequence[Quote], first: int = 0) -> Iterator[tuple[int, int]]:
    """Places of sentences of different papers that are alike, the most alike first.

    With ``first`` each pair is one of so many that stand first, and one of the others.
    """
    rows = weigh_terms([extract_terms(_text_of(quote)) for quote in quotes])
    similar = _list_similar(rows, [quote.paper.id for quote in quotes], first or len(quotes), first)
    pairs = sorted(similar, key=lambda pair: (-pair[0], pair[1:]))
    yield from ((here, there) for _, here, there in pairs[:PAIRS])


def _list_similar(rows: WordRows, ids: Sequence[str], end: int, least: int) -> Iterable[tuple[float, int, int]]:
    for here, cosines in enumerate(rows.compare_each(end)):
        for there in (cosines >= ALIKE).nonzero()[0].tolist():
            if here < there >= least and ids[here] != ids[there]:
                yield round(float(cosines[there]), 9), here, there
