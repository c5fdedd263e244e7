"""Which papers a question asks a detail of, and the answer that they do not state it.

A question names papers by an author, a number, "this paper", or "the study of …", or is about them by its words. Names
say which papers are meant, so the words of the topic do not decide whether these answer: their sentences are looked at
for the detail, and where none states it that is told, with the sentence that comes nearest.
"""

import re
from collections.abc import Sequence

from assistant.answer.detail_names import STUDIES, is_of_study
from assistant.answer.detail_statements import PAPERS, find_stating, states_anywhere
from assistant.answer.details import Detail, is_plural, parse_detail, remove_detail
from assistant.answer.replies import AnswerBody, Quote, abstain_silent
from assistant.answer.sufficiency import (
    NARROW,
    is_sufficient,
    measure_coverage,
    measure_share,
    paper_text,
    score_form,
)
from assistant.question.aspects import names_role
from assistant.question.comparison import find_alternatives
from assistant.question.query import Intent, PreviousTurn, Query
from assistant.verify.injection import find_injection_start
from store.index.index_schema import extract_terms
from store.index.snapshot import Snapshot
from store.library import Library
from store.paper import Paper
from store.results import Hit, ScoredSentence
from store.search import best_sentences, term_weights
from store.text.roles import Role, assign_roles

# Papers of a name that are looked at, and the share of what the best has of the words beside the detail that another
# one needs to be meant, too. Chosen by hand on part dev of benchmarks/details_named.jsonl.
_LOOKED_AT, _MEANT = 10, 0.8
# Papers of which it is told in one answer that they do not state something. Chosen by hand.
_TOLD = 3
# What it counts for the nearest sentence that it has the form of an answer, and that it says what was done. By hand.
_FORM, _METHOD = 0.3, 0.2
# Of the best papers those that a question is about have this share of what the best one has of its words beside the
# detail, and the best has to have that share. On part dev of details.jsonl and questions_thirteenth.jsonl.
_ABOUT, _LEAST_SHARE = 0.9, 0.3
_ONE_PAPER = re.compile(
    rf"\b(?:the|this|that|an?|[\w.-]+['’]s)\s+(?:[\w'’.-]+\s+){{0,7}}?(?:{STUDIES}|(?:case\s+)?reports)\b"
    rf"|\b(?:{STUDIES})\s+(?:by|of|on|about)\b",
    re.I,
)
_OF_RECORDS = re.compile(r"\b(?:publish\w*|writ(?:e|es|ing|ten)|wrote|author\w*|cit(?:es?|ed|ing|ations?))\b", re.I)
# What a study does with the papers or people that it counts, and nobody with those of a library.
_OF_STUDY = re.compile(
    r"\b(?:included|screened|pooled|enrol+ed|randomi[sz]ed|interviewed|(?:took|take)\s+part|participated?)\b"
    r"|\bin\s+(?:the|this|that)\s+(?:[\w-]+\s+){0,3}?(?:cohort|sample|trial|study|survey|registry|experiment)\b",
    re.I,
)
# What asks for a number of things; and what asks when some work began or ended, and not when it was published.
_OF_THINGS = re.compile(
    r"\W*(?:(?:in|for|on|at)\s+)?(?:how|what|which)\b(?!.*\b(?:papers|articles|publications|records|works)\s+(?:use|mention|cite|do)\b)",
    re.I,
)
_OF_WORK = re.compile(
    r"\b(?:did|was|were)\b.*\b(?:end|start|begin|stop|finish|conducted|carried\s+out|collected)\b", re.I
)
_OF_PAPERS = re.compile(rf"{_OF_RECORDS.pattern}|\b(?:papers|articles|publications)\b", re.I)
# What asks for papers, or for something else than the value of the noun that stands in the topic.
_OTHERWISE = re.compile(rf"{_OF_PAPERS.pattern}|\b(?:how|why|who|where|when|which)\b", re.I)
_RECORDED = re.compile(r"(?:author|journal|venue|conference|title|doi|pmid|keyword|citation|publisher)s?", re.I)


def find_asked_detail(query: Query) -> Detail | None:
    """Find the detail that a question asks for; None where it asks for none, or for papers.

    A phrase ("sample size of …") asks for a detail only where it names a paper, and what reads as a list, a table of
    years or the people behind papers does so, too, where it names one.
    """
    detail = _parse_beside_names(query)
    if detail is None or names_role(detail.phrase, query.wanted):
        return None  # Whether a paper states its limitations is told by the roles of its sentences.
    if not detail.kind and find_alternatives(query.question):
        return None  # "Which works better, A or B" names what may be the answer itself.
    if _RECORDED.fullmatch(detail.head.low) or (
        detail.kind in ("date", "frequency", "setting") and _OF_RECORDS.search(query.question)
    ):
        return None  # The record of a paper has it, not its abstract.
    one = bool(_ONE_PAPER.search(query.question))
    named = one or query.names_author or query.filters.ids is not None
    of_study = bool(_OF_STUDY.search(query.question))
    # "How many reviewers screened the papers on …" asks for no paper.
    of_things = detail.form in ("count", "extent") or (detail.form == "measure" and not is_plural(detail.head))
    of_things = of_things and detail.kind != "studies" and bool(_OF_THINGS.match(query.question))
    fits = {
        Intent.FACT: named or not detail.is_bare,
        Intent.PAPERS: (named and (detail.form != "agent" or bool(detail.kind))) or of_things,
        Intent.MENTIONS: of_things,
        Intent.RECORD: detail.kind == "date" and bool(_OF_WORK.search(query.question)),
        Intent.CATALOGUE: named and (detail.form != "agent" or bool(detail.kind)),
        Intent.COUNT: (one or of_study) and not _OF_RECORDS.search(query.question),
        Intent.AUTHORS: (one or of_study) and detail.kind == "sample" and not _OF_RECORDS.search(query.question),
        Intent.YEARS: detail.kind == "date" and (named or bool(query.topic)) and not _OF_PAPERS.search(query.question),
        # "How many patients were in the lamp versus lotion trial?"; whether its sides are papers is looked at later.
        Intent.COMPARE: (named and detail.kind == "comparator")
        or (detail.form in ("count", "thing") and not detail.is_bare and bool(_OF_THINGS.match(query.question))),
    }
    return detail if fits.get(query.intent, False) else None


def _parse_beside_names(query: Query) -> Detail | None:
    """Parse what a question asks for; names may stand before it ("Lee 2007 sample size"), and are none of the topic."""
    detail = parse_detail(query.question)
    if not query.names_author or (detail and not detail.is_bare):
        return detail
    beside = parse_detail(query.topic)
    is_all = beside and not remove_detail(query.topic, beside) and not _OTHERWISE.search(query.question)
    if beside and (detail or (is_all and beside.kind)):
        return beside._replace(question=query.question.lower())
    return detail


def look_at_named(
    library: Library, view: Snapshot, query: Query, earlier: PreviousTurn | None, detail: Detail
) -> tuple[list[Hit], AnswerBody | None] | None:
    """Look for a detail in the papers that a question names by an author, or points at.

    Returns:
        The papers that state it, best first, and None; or none and the answer that they do not state it. None where
        no paper is named so, where those are about something else, or where a topic may be meant that they treat.
    """
    pointed = earlier is not None and earlier.pointed
    if not query.names_author and not pointed:
        return None
    rest = " ".join(word for word in remove_detail(query.topic, detail).split() if not is_of_study(word))
    hits = library.search(rest or query.topic or query.question, _LOOKED_AT, query.filters, view)
    hits = _choose_meant(view, rest, [hit for hit in hits if find_injection_start(hit.paper.abstract)], pointed)
    if not hits:
        return None
    detail = detail._replace(rest=tuple(word for word in detail.rest if word.low in rest.lower().split()))
    stating = [hit for hit in hits if find_stating(detail, hit.paper)]
    if stating:  # Whatever of the topic they have, they are what is asked about.
        return [hit.model_copy(update={"score": 1.0}) for hit in stating], None
    if not detail.is_sure:
        return None
    told = hits[:_TOLD]
    return [], abstain_silent(detail.describe(), [hit.paper for hit in told], _choose_nearest(view, query, hits[0]))


def abstain_from_detail(
    view: Snapshot, query: Query, detail: Detail, earlier: PreviousTurn | None, hits: Sequence[Hit]
) -> AnswerBody | None:
    """Tell that the papers that a question is about do not state the detail that it asks for; None where they may."""
    topics = [remove_detail(query.topic, detail), query.topic] if query.topic else []
    if not any(is_sufficient(measure_coverage(view, topic, hits), query, earlier) for topic in topics):
        return None
    silent_papers = _find_silent(detail, view, query.topic, hits)
    if silent_papers is None:
        return None
    papers, sentences = silent_papers
    end = find_injection_start(papers[0].abstract)
    nearest = next((sentence for sentence in sentences if sentence.end <= end), None)
    if nearest is None:
        return None
    return abstain_silent(detail.describe(), papers, Quote(papers[0], nearest))


def _find_silent(
    detail: Detail, view: Snapshot, topic: str, hits: Sequence[Hit]
) -> tuple[list[Paper], list[ScoredSentence]] | None:
    """Find the papers that a question is about, where none of them states the detail that it asks for.

    Args:
        detail: What is asked for.
        view: The library.
        topic: What was searched for.
        hits: The papers that were found, best first.

    Returns:
        The papers, and the sentences of the first, nearest first; None where one of them states it, or where the
        question says nothing beside the detail by which its papers could be told.
    """
    detail_terms = {term for word in detail.words for term in extract_terms(word.text)}
    weights = {term: weight for term, weight in term_weights(view, topic).items() if term not in detail_terms}
    if not weights:
        return None
    looked = [hit for hit in hits[:PAPERS] if hit.paper.abstract]
    shares = [measure_share(weights, paper_text(hit.paper)) for hit in looked]
    if max(shares, default=0.0) < _LEAST_SHARE:  # "How many of the fracture patients were women?": it names the paper.
        weights = term_weights(view, topic)
        shares = [measure_share(weights, paper_text(hit.paper)) for hit in looked]
    top = max(shares, default=0.0)
    about = [hit for hit, share in zip(looked, shares, strict=True) if share >= _ABOUT * top]
    if top < _LEAST_SHARE:
        return None
    # "How many generated personas did the authors release?": what is asked for may name the best paper.
    looked_in = [*about, *looked[:1]] if detail.modifiers else about
    if any(states_anywhere(detail, hit.paper) for hit in looked_in):
        return None
    first = max(about, key=lambda hit: measure_share(weights, paper_text(hit.paper)))
    ranked = best_sentences(term_weights(view, topic), first.paper.abstract)
    return [first.paper, *(hit.paper for hit in about if hit is not first)], [*ranked]


def _choose_meant(view: Snapshot, rest: str, hits: Sequence[Hit], pointed: bool) -> list[Hit]:
    """Choose the papers that hold about as many of the other words of a question as the best; none where none does."""
    weights = term_weights(view, rest)
    shares = [measure_share(weights, paper_text(hit.paper)) for hit in hits]
    most = max(shares, default=0.0)
    if weights and most < NARROW:
        return [*hits] if pointed else []
    return [hit for hit, share in zip(hits, shares, strict=True) if share >= _MEANT * most]


def _choose_nearest(view: Snapshot, query: Query, hit: Hit) -> Quote:
    """Choose the sentence of a paper that comes nearest to a detail that it does not state."""
    abstract, weights = hit.paper.abstract, term_weights(view, query.topic)
    end = find_injection_start(abstract)
    sentences = [sentence for sentence in assign_roles(abstract) if sentence.end <= end]

    def rate(start: int, end: int, role: Role) -> float:
        text = abstract[start:end]
        return measure_share(weights, text) + _FORM * score_form(query.question, text) + _METHOD * (role is Role.METHOD)

    start, end, role = max(
        ((sentence.start, sentence.end, sentence.role) for sentence in sentences), key=lambda place: rate(*place)
    )
    score = rate(start, end, role)
    return Quote(hit.paper, ScoredSentence(text=abstract[start:end], start=start, end=end, score=score), score)


def loosen_gate(query: Query, detail: Detail | None) -> Query:
    """Leave the words of a detail out of what papers have to bear on: the sentence that states it has others."""
    return query.model_copy(update={"topic": remove_detail(query.topic, detail)}) if detail else query
