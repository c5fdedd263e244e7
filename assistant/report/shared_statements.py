"""Sentences over several papers that are true by the way they are made: how many work on or with the same thing.

What papers share is a noun phrase of a title, and it stands in a sentence of each that has the same role, or in its own
title: no model puts it in words. Where a paper sets the thing aside ("unlike", "without", "beyond"), it is not counted.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.answer.replies import Quote, cite_quote
from assistant.report.extractive import list_sentences
from assistant.report.sentence_choice import Telling, rate_sentences
from assistant.report.theme_names import find_shared_phrases
from assistant.types import Claim, Decision, Support
from assistant.verify.injection import find_injection_start, gives_orders
from store.index.index_schema import extract_terms
from store.paper import Paper
from store.results import ScoredSentence

COUNTED = "counted"
"""Who decides on them: each of their papers has the phrase in a sentence of that role."""
# Sentences of each kind that a section has; papers that each is over at the least, and which share of those quoted.
# Chosen by hand, reading them on the 45 papers of the sample and on 400 abstracts of medicine.
_MOST, _LEAST, _SHARE = 3, 2, 0.15
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
# What stands before a thing that a paper sets aside, or that others did.
_SET_ASIDE = re.compile(
    r"\b(?:without|no|not|nor|beyond|than|despite|avoid\w*|lack\w*|existing|prior|previous|traditional|standard"
    r"|conventional|alternatives?\s+to)\s+(?:[\w-]+\s+){0,2}$"
    r"|\b(?:unlike|instead\s+of|in\s+contrast\s+to|compared\s+(?:to|with)|outperform\w*)\b[^;]{0,40}$",
    re.IGNORECASE,
)
# Letters of a word from which on its last one may differ ("study", "studies"); chosen by hand.
_SHORT = 5
# A single word names a thing where it is an acronym; of others most are of how papers are written ("a framework").
_ACRONYM = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Z][A-Za-z0-9]{1,5}\b(?!-\d)")


class _Facet(NamedTuple):
    """A kind of such sentences: which of a paper's sentences count, and how one is put."""

    telling: Telling
    least: float
    verbs: str
    titled: bool


_FACETS = (
    # An aim or a method has 2 as a gist, and 1 where a word ties it to the sentence before (see sentence_choice); what
    # stands in its title is studied or used, wherever its abstract speaks of it.
    _Facet(Telling.GIST, 2.0, "work on or with", titled=True),
    _Facet(Telling.RESULT, 1.0, "report results on", titled=False),
)


def state_shared(papers: Sequence[Paper]) -> tuple[Claim, ...]:
    """State what several of some papers study, use or report results on; each thing once."""
    sound = [paper for paper in papers if not gives_orders(paper)]
    least = max(_LEAST, _SHARE * len(sound))
    stated: list[tuple[str, frozenset[str]]] = []
    claims: list[Claim] = []
    for facet in _FACETS:
        fresh = 0
        for phrase, quotes in _list_shared(facet, sound, least):
            ids = frozenset(quote.paper.id for quote in quotes)
            if fresh < _MOST and not any(_repeats(phrase, ids, *other) for other in stated):
                stated.append((phrase, ids))
                claims.append(_state(f"{_count(len(quotes), len(papers))} {facet.verbs} {phrase}.", quotes))
                fresh += 1
    return tuple(claims)


def state_related(themes: Sequence[Sequence[Paper]]) -> tuple[Claim, ...]:
    """State how many of the papers that stand for themes work on or with a thing, where that is so in several."""
    theme_of = {paper.id: place for place, papers in enumerate(themes) for paper in papers}
    sound = [paper for papers in themes for paper in papers if not gives_orders(paper)]
    stated: list[tuple[str, frozenset[str]]] = []
    claims: list[Claim] = []
    for phrase, quotes in _list_shared(_FACETS[0], sound, _LEAST):
        ids = frozenset(quote.paper.id for quote in quotes)
        joined = len({theme_of[paper_id] for paper_id in ids})
        if joined > 1 and len(claims) < _MOST and not any(_repeats(phrase, ids, *other) for other in stated):
            stated.append((phrase, ids))
            # The themes have more papers than stand for them, and no more is said than was looked at.
            counted = (
                f"{_spell(len(ids)).capitalize()} of the {_spell(len(theme_of))} representative papers of the themes"
            )
            text = f"{counted} {_FACETS[0].verbs} {phrase}, in {_spell(joined)} themes."
            claims.append(_state(text, quotes))
    return tuple(claims)


def _list_shared(facet: _Facet, papers: Sequence[Paper], least: float) -> Iterator[tuple[str, list[Quote]]]:
    """List the phrases of titles that several papers have in such sentences, with these; those of most papers first."""
    told = [_list_told(facet, paper) for paper in papers]
    every = [[*list_sentences(paper)] if facet.titled else [] for paper in papers]
    found: list[tuple[str, list[Quote]]] = []
    titles = [paper.title for paper in papers]
    for phrase in dict.fromkeys([*(shared.text for shared in find_shared_phrases(papers)), *_list_acronyms(papers)]):
        pattern = _compile_phrase(phrase)
        if _names_a_kind(pattern, titles):
            continue
        titled = [bool(pattern.search(paper.title)) for paper in papers]
        quotes = [
            quote
            for place, paper in enumerate(papers)
            if (quote := _find_quote(pattern, [*told[place], *(every[place] if titled[place] else ())]))
        ]
        if any(titled) and len(quotes) >= least and any(_stands_whole(pattern, quote) for quote in quotes):
            found.append((phrase, quotes))
    yield from sorted(found, key=lambda one: -len(one[1]))


def _list_acronyms(papers: Sequence[Paper]) -> list[str]:
    """List the acronyms that several titles have, as the longest of its forms; of a title all in capitals none."""
    found = [{*_ACRONYM.findall(paper.title)} for paper in papers if not paper.title.isupper()]
    counts = Counter(stem for names in found for stem in {name.removesuffix("s") for name in names})
    forms = {name for names in found for name in names}
    return [f"{stem}s" if f"{stem}s" in forms else stem for stem in sorted(counts) if counts[stem] >= _LEAST]


def _list_told(facet: _Facet, paper: Paper) -> list[Quote]:
    quotes = []
    for start, end, score in rate_sentences(facet.telling, paper.abstract, find_injection_start(paper.abstract)):
        if score >= facet.least:
            sentence = ScoredSentence(text=paper.abstract[start:end], start=start, end=end, score=score)
            quotes.append(Quote(paper, sentence, score))
    return quotes


def _compile_phrase(phrase: str) -> re.Pattern[str]:
    if _ACRONYM.fullmatch(phrase):
        return re.compile(rf"\b{phrase.removesuffix('s')}s?\b(?!-\d)")
    singular = [re.sub(r"(?<=[^s])s$", "", word) for word in re.split(r"[\s-]+", phrase)]
    words = [re.escape(word if len(word) <= _SHORT else word[:-1]) for word in singular]
    return re.compile(r"\b" + r"\w*[\s-]+".join(words) + r"\w*", re.IGNORECASE)


# What a title says of itself behind a colon: "…: a systematic review".
_SUBTITLE = re.compile(r":\s+an?\s+(?:(?!(?:of|to|for|on|in|with|by)\b)[\w-]+,?\s+){0,3}$", re.IGNORECASE)


def _names_a_kind(pattern: re.Pattern[str], titles: Sequence[str]) -> bool:
    """Whether most titles with a phrase say by it what kind of paper theirs is, and not what it is about."""
    matches = [match for title in titles if (match := pattern.search(title))]
    return 2 * sum(bool(_SUBTITLE.search(match.string[: match.start()])) for match in matches) > len(matches)


def _find_quote(pattern: re.Pattern[str], quotes: Sequence[Quote]) -> Quote | None:
    """Find the first sentence that has a phrase and does not set it aside."""
    for quote in quotes:
        match = pattern.search(_text_of(quote))
        if match and not _SET_ASIDE.search(_text_of(quote)[: match.start()]):
            return quote
    return None


def _stands_whole(pattern: re.Pattern[str], quote: Quote) -> bool:
    """Whether a phrase is not the end of a longer one: "cell lung cancer" of "small cell lung cancer"."""
    match = pattern.search(_text_of(quote))
    before = re.search(r"[\w-]+\s$", _text_of(quote)[: match.start()]) if match else None
    return match is not None and not (before and extract_terms(before[0]))


def _text_of(quote: Quote) -> str:
    return quote.sentence.text if quote.sentence else ""


def _repeats(phrase: str, ids: frozenset[str], earlier: str, earlier_ids: frozenset[str]) -> bool:
    """Whether a phrase says nothing new: it was told, or a word of it of the same papers, or of more."""
    words, earlier_words = {*phrase.lower().split()}, {*earlier.lower().split()}
    return words == earlier_words or (ids <= earlier_ids and bool(words & earlier_words))


def _count(number: int, total: int) -> str:
    if number == total:
        return "Both papers" if total == len("12") else f"All {_spell(total)} papers"
    return f"{_spell(number).capitalize()} of the {_spell(total)} papers quoted"


def _spell(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _state(text: str, quotes: Sequence[Quote]) -> Claim:
    citations = tuple(cite_quote(quote, place) for place, quote in enumerate(quotes, 1))
    return Claim(text=text, support=Support.WORDED, citations=citations, decision=Decision(by=COUNTED))
